/* The hashes of Digest authentication (RFC 2617 3.2.2, RFC 7616 3.4.1): what both sides compute.
 * Pure but for OpenSSL; any thread. Results are 0, or -ENOTSUP when OpenSSL has no such hash. */
#ifndef WEIR_RTSP_DIGEST_H
#define WEIR_RTSP_DIGEST_H

#include "base/span.h"

enum { DIGEST_HEX = 2 * 32 + 1 }; /* lower-case hex of the longest, and a NUL */

enum digest_algorithm { DIGEST_MD5, DIGEST_SHA256, DIGEST_ALGORITHMS };

/* HA1: what stands for a password in one realm. */
int digest_secret(char hex[DIGEST_HEX], enum digest_algorithm algorithm, struct span user,
                  struct span realm, struct span password);

struct digest_input {
    enum digest_algorithm algorithm;
    struct span secret; /* HA1, in hex */
    struct span nonce;
    struct span method, uri;
    bool has_qop;           /* qop=auth; else the older form of RFC 2069 */
    struct span nc, cnonce; /* with qop alone */
};
int digest_response(char hex[DIGEST_HEX], const struct digest_input *input);

#endif
