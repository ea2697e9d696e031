/* The Authorization header of a request: Basic (RFC 7617) and Digest (RFC 2617, RFC 7616). Spans
 * point into the parsed text, or into `plain`. Pure, any thread. */
#ifndef WEIR_WIRE_AUTHORIZATION_H
#define WEIR_WIRE_AUTHORIZATION_H

#include "base/span.h"

enum {
    AUTHORIZATION_PLAIN = 768, /* what Basic's text may hold: names and passwords of 255 bytes */
    AUTHORIZATION_FIELD = 512, /* nonce, cnonce, realm, response: longer ones are broken */
};

struct authorization {
    bool is_digest; /* else Basic */
    struct span user;
    struct span password; /* Basic */
    /* Digest: */
    struct span realm, nonce, uri, response, cnonce;
    struct span nc; /* 8 hex digits as they stood: they are part of what is hashed */
    uint32_t count; /* the same as a number */
    bool is_sha256; /* algorithm=SHA-256; else MD5 */
    bool has_qop;   /* qop=auth: nc and cnonce are there */

    uint8_t plain[AUTHORIZATION_PLAIN]; /* Basic, decoded: to be wiped by whoever parsed it */
};

/* 0; -ENOENT for a scheme, an algorithm or a qop we do not speak; -EBADMSG for broken text: no
 * base64, no colon, a control character, a field missing, twice, too long, or of another form. On
 * failure `user` is empty, and nothing else is to be read. */
int authorization_parse(struct authorization *authorization, struct span text);

#endif
