/* Somebody with a name and a password, of which only hashes are kept. Pure but for OpenSSL. */
#ifndef WEIR_RTSP_ACCOUNT_H
#define WEIR_RTSP_ACCOUNT_H

#include "base/limits.h"
#include "base/writer.h"
#include "rtsp/digest.h"

#define ACCOUNT_REALM "weir"

struct account {
    char user[LIMIT_NAME];
    /* HA1 in ACCOUNT_REALM, by enum digest_algorithm; "": not known. SHA-256's always is. */
    char secret[DIGEST_ALGORITHMS][DIGEST_HEX];
};

/* From a password. 0, -ENOTSUP, or -ENAMETOOLONG for the user. */
int account_init(struct account *account, struct span user, struct span password);
/* From its hashes, as account_write writes them: "digest:SHA256[:MD5]", hex digits of any case. 0;
 * -ENOENT where the text does not begin with "digest:"; -EBADMSG; -ENAMETOOLONG for the user. */
int account_init_hashed(struct account *account, struct span user, struct span text);
void account_write(struct writer *w, const struct account *account);

#endif
