/* Who asks: proves the Authorization of a request, and writes the challenges it has to answer.
 *
 * Basic and Digest, MD5 and SHA-256, with qop=auth and without. It keeps no password: Basic's is
 * hashed and compared with what Digest needs anyway. Every request is looked at by itself. All
 * that takes long takes as long for a name nobody has, and secrets are compared in constant
 * time. One thread. */
#ifndef WEIR_RTSP_AUTHENTICATOR_H
#define WEIR_RTSP_AUTHENTICATOR_H

#include "base/writer.h"
#include "rtsp/account.h"
#include "wire/authorization.h"

struct authenticator_settings {
    bool allows_digest, allows_basic;
    bool has_md5; /* some account knows its MD5 secret: that challenge makes sense */
};

struct authenticator;

/* 0 or -ENOMEM. */
int authenticator_new(struct authenticator **authenticator,
                      const struct authenticator_settings *settings);
/* Accepts NULL, returns NULL. */
struct authenticator *authenticator_free(struct authenticator *authenticator);

enum proof {
    PROOF_GOOD,
    PROOF_STALE, /* the password is right, the nonce is old, used, or another's */
    PROOF_WRONG, /* a wrong password, an unknown user, another resource's answer, a scheme that is
                    not allowed */
};

struct proof_request {
    struct span method, url; /* of the request line */
    struct span from;        /* the client's address: any text, always the same one */
    int64_t now_us;
};

/* `account` is that of authorization->user; NULL when there is none. */
enum proof authenticator_check(struct authenticator *authenticator, const struct account *account,
                               const struct authorization *authorization,
                               const struct proof_request *request);

/* Writes the WWW-Authenticate lines: Digest with SHA-256, Digest with MD5, Basic. Of several
 * Digests ffmpeg and live555 take the last and know only MD5, curl takes the first; yellowstone
 * takes the last line of all, and its Digest is broken. live555 wants realm, nonce and stale in
 * this order. */
void authenticator_challenge(struct authenticator *authenticator, struct writer *w, bool is_stale,
                             struct span from, int64_t now_us);

#endif
