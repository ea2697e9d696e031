/* Credentials for an origin: Basic (RFC 7617) and Digest (RFC 2617, RFC 7616; MD5 and SHA-256,
 * with and without qop). Pure but for OpenSSL's digests. */
#ifndef WEIR_RTSP_CREDENTIALS_H
#define WEIR_RTSP_CREDENTIALS_H

#include "wire/rtsp_field.h"

struct credentials {
    const char *user, *password; /* borrowed */
};

struct digest_use { /* what changes from request to request */
    const char *method;
    struct span url; /* as in the request line */
    uint32_t count;  /* nc: requests sent with this nonce, this one included */
    const char *cnonce;
};

/* Writes the value of an Authorization header. 0; -ENOSPC; -ENOTSUP when OpenSSL has no such
 * digest. */
int credentials_write(struct writer *w, const struct credentials *credentials,
                      const struct auth_challenge *challenge, const struct digest_use *use);

#endif
