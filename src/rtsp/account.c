#include "rtsp/account.h"

#include <errno.h>

int account_init(struct account *a, struct span user, struct span password)
{
    struct span realm = span_text(ACCOUNT_REALM);
    int result = span_copy(a->user, sizeof a->user, user);
    if (result == 0)
        result = digest_secret(a->secret[DIGEST_SHA256], DIGEST_SHA256, user, realm, password);
    /* A system may have banned MD5: then nobody is asked for it. */
    if (digest_secret(a->secret[DIGEST_MD5], DIGEST_MD5, user, realm, password) < 0)
        a->secret[DIGEST_MD5][0] = '\0';
    return result;
}

/* `len` hex digits, kept in lower case as ours are. */
static int copy_hex(char *to, struct span hex, size_t len)
{
    if (hex.len != len)
        return -EBADMSG;
    for (size_t i = 0; i < len; i++) {
        uint64_t digit;
        if (span_parse_hex(&digit, span_of(hex.ptr + i, 1), 15) < 0)
            return -EBADMSG;
        to[i] = "0123456789abcdef"[digit];
    }
    to[len] = '\0';
    return 0;
}

int account_init_hashed(struct account *a, struct span user, struct span text)
{
    static const char start[] = "digest:";
    if (!span_has_prefix(text, start))
        return -ENOENT;
    struct span md5 = span_skip(text, sizeof start - 1);
    bool has_md5 = span_find(md5, ':') < md5.len;
    struct span sha256 = span_cut(&md5, ':');
    int result = span_copy(a->user, sizeof a->user, user);

    a->secret[DIGEST_MD5][0] = '\0';
    if (result == 0)
        result = copy_hex(a->secret[DIGEST_SHA256], sha256, 64);
    if (result == 0 && has_md5)
        result = copy_hex(a->secret[DIGEST_MD5], md5, 32);
    return result;
}

void account_write(struct writer *w, const struct account *a)
{
    writer_format(w, "digest:%s", a->secret[DIGEST_SHA256]);
    if (a->secret[DIGEST_MD5][0])
        writer_format(w, ":%s", a->secret[DIGEST_MD5]);
}
