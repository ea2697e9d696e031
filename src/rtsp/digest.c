#include "rtsp/digest.h"

#include <errno.h>
#include <openssl/evp.h>

/* Lower-case hex of the digest of `count` texts joined by ':'. */
static int hash_joined(char hex[DIGEST_HEX], enum digest_algorithm algorithm,
                       const struct span *texts, size_t count)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *kind = algorithm == DIGEST_SHA256 ? EVP_sha256() : EVP_md5();
    int ok = context && EVP_DigestInit_ex(context, kind, NULL);

    for (size_t i = 0; ok && i < count; i++) {
        ok = (i == 0 || EVP_DigestUpdate(context, ":", 1)) &&
             EVP_DigestUpdate(context, texts[i].ptr, texts[i].len);
    }
    ok = ok && EVP_DigestFinal_ex(context, digest, &len);
    EVP_MD_CTX_free(context);
    if (!ok || len > 32)
        return -ENOTSUP;
    for (unsigned i = 0; i < len; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[2 * len] = '\0';
    return 0;
}

int digest_secret(char hex[DIGEST_HEX], enum digest_algorithm algorithm, struct span user,
                  struct span realm, struct span password)
{
    struct span texts[] = {user, realm, password};
    return hash_joined(hex, algorithm, texts, 3);
}

int digest_response(char hex[DIGEST_HEX], const struct digest_input *in)
{
    char request[DIGEST_HEX]; /* HA2 */
    struct span named[] = {in->method, in->uri};
    int result = hash_joined(request, in->algorithm, named, 2);
    if (result < 0)
        return result;
    struct span with_qop[] = {in->secret, in->nonce,         in->nc,
                              in->cnonce, span_text("auth"), span_text(request)};
    struct span without_qop[] = {in->secret, in->nonce, span_text(request)};
    return in->has_qop ? hash_joined(hex, in->algorithm, with_qop, 6)
                       : hash_joined(hex, in->algorithm, without_qop, 3);
}
