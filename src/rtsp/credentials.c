#include "rtsp/credentials.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

enum { HASH_HEX = 2 * 32 + 1 };

/* Lower-case hex of the digest of `count` texts joined by ':'. 0 or -ENOTSUP. */
static int hash_joined(char hex[HASH_HEX], bool is_sha256, const struct span *texts, size_t count)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int ok = context && EVP_DigestInit_ex(context, is_sha256 ? EVP_sha256() : EVP_md5(), NULL);

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

static int write_basic(struct writer *w, const struct credentials *c)
{
    uint8_t plain[1024], encoded[4 * sizeof plain / 3 + 8];
    struct writer p = writer_of(plain, sizeof plain);
    writer_text(&p, c->user);
    writer_text(&p, ":");
    writer_text(&p, c->password);
    if (writer_result(&p) < 0)
        return -ENOSPC;
    int len = EVP_EncodeBlock(encoded, plain, (int)p.len);
    writer_text(w, "Basic ");
    writer_bytes(w, encoded, (size_t)len);
    OPENSSL_cleanse(plain, sizeof plain);
    OPENSSL_cleanse(encoded, sizeof encoded);
    return writer_result(w);
}

/* RFC 7616 3.4.1; without qop the older form of RFC 2069. */
static int write_digest(struct writer *w, const struct credentials *c,
                        const struct auth_challenge *challenge, const struct digest_use *use)
{
    char ha1[HASH_HEX], ha2[HASH_HEX], response[HASH_HEX], count_hex[16];
    struct writer n = writer_of(count_hex, sizeof count_hex);
    struct span secret[] = {span_text(c->user), challenge->realm, span_text(c->password)};
    struct span request[] = {span_text(use->method), use->url};
    int result = hash_joined(ha1, challenge->is_sha256, secret, 3);

    writer_format(&n, "%08x", use->count);
    if (result == 0)
        result = hash_joined(ha2, challenge->is_sha256, request, 2);
    if (result < 0)
        return result;
    struct span with_qop[] = {span_text(ha1),         challenge->nonce,  writer_written(&n),
                              span_text(use->cnonce), span_text("auth"), span_text(ha2)};
    struct span without_qop[] = {span_text(ha1), challenge->nonce, span_text(ha2)};
    result = challenge->has_qop_auth ? hash_joined(response, challenge->is_sha256, with_qop, 6)
                                     : hash_joined(response, challenge->is_sha256, without_qop, 3);
    OPENSSL_cleanse(ha1, sizeof ha1);
    if (result < 0)
        return result;
    writer_format(w, "Digest username=\"%s\", realm=\"%.*s\", nonce=\"%.*s\", uri=\"%.*s\"",
                  c->user, SPAN_ARG(challenge->realm), SPAN_ARG(challenge->nonce),
                  SPAN_ARG(use->url));
    writer_format(w, ", response=\"%s\"", response);
    if (challenge->is_sha256)
        writer_text(w, ", algorithm=SHA-256");
    if (challenge->opaque.ptr)
        writer_format(w, ", opaque=\"%.*s\"", SPAN_ARG(challenge->opaque));
    if (challenge->has_qop_auth)
        writer_format(w, ", qop=auth, nc=%.*s, cnonce=\"%s\"", SPAN_ARG(writer_written(&n)),
                      use->cnonce);
    return writer_result(w);
}

int credentials_write(struct writer *w, const struct credentials *credentials,
                      const struct auth_challenge *challenge, const struct digest_use *use)
{
    return challenge->is_digest ? write_digest(w, credentials, challenge, use)
                                : write_basic(w, credentials);
}
