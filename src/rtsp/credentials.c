#include "rtsp/credentials.h"

#include <errno.h>
#include <openssl/evp.h>

#include "rtsp/digest.h"

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
    char secret[DIGEST_HEX], response[DIGEST_HEX], nc[16];
    struct writer n = writer_of(nc, sizeof nc);
    enum digest_algorithm algorithm = challenge->is_sha256 ? DIGEST_SHA256 : DIGEST_MD5;
    int result = digest_secret(secret, algorithm, span_text(c->user), challenge->realm,
                               span_text(c->password));
    if (result < 0)
        return result;
    writer_format(&n, "%08x", use->count);
    struct digest_input input = {
        .algorithm = algorithm,
        .secret = span_text(secret),
        .nonce = challenge->nonce,
        .method = span_text(use->method),
        .uri = use->url,
        .has_qop = challenge->has_qop_auth,
        .nc = writer_written(&n),
        .cnonce = span_text(use->cnonce),
    };
    result = digest_response(response, &input);
    OPENSSL_cleanse(secret, sizeof secret);
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
