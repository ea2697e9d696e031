#include "rtsp/authenticator.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "rtsp/digest_uri.h"
#include "rtsp/nonces.h"

struct authenticator {
    struct authenticator_settings settings;
    struct nonces *nonces;
    struct account nobody; /* what an unknown user is compared with */
};

int authenticator_new(struct authenticator **authenticator,
                      const struct authenticator_settings *settings)
{
    struct authenticator *a = calloc(1, sizeof *a);
    if (!a || nonces_new(&a->nonces) < 0) {
        free(a);
        return -ENOMEM;
    }
    a->settings = *settings;
    random_token(a->nobody.secret[DIGEST_MD5], 32);
    random_token(a->nobody.secret[DIGEST_SHA256], 64);
    *authenticator = a;
    return 0;
}

struct authenticator *authenticator_free(struct authenticator *a)
{
    if (a)
        nonces_free(a->nonces);
    free(a);
    return NULL;
}

static bool is_same_secret(const char *a, const char *b)
{
    size_t len = strlen(a);
    return len > 0 && len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}

static enum proof check_basic(const struct authenticator *a, const struct account *account,
                              const struct authorization *given)
{
    char secret[DIGEST_HEX];
    if (!a->settings.allows_basic || digest_secret(secret, DIGEST_SHA256, given->user,
                                                   span_text(ACCOUNT_REALM), given->password) < 0)
        return PROOF_WRONG;
    bool is_right = is_same_secret(account->secret[DIGEST_SHA256], secret);
    OPENSSL_cleanse(secret, sizeof secret);
    return is_right ? PROOF_GOOD : PROOF_WRONG;
}

/* Hex digits in lower case, as ours are. */
static void copy_hex(char text[DIGEST_HEX], struct span hex)
{
    span_copy(text, DIGEST_HEX, hex);
    for (size_t i = 0; text[i]; i++)
        if (text[i] >= 'A' && text[i] <= 'F')
            text[i] = (char)(text[i] - 'A' + 'a');
}

static enum proof check_digest(struct authenticator *a, const struct account *account,
                               const struct authorization *given, const struct proof_request *asked)
{
    char expected[DIGEST_HEX], response[DIGEST_HEX];
    enum digest_algorithm algorithm = given->is_sha256 ? DIGEST_SHA256 : DIGEST_MD5;
    struct digest_input input = {
        .algorithm = algorithm,
        .secret = span_text(account->secret[algorithm]),
        .nonce = given->nonce,
        .method = asked->method,
        .uri = given->uri,
        .has_qop = given->has_qop,
        .nc = given->nc,
        .cnonce = given->cnonce,
    };

    if (!a->settings.allows_digest || input.secret.len == 0 ||
        digest_response(expected, &input) < 0)
        return PROOF_WRONG;
    copy_hex(response, given->response);
    if (!is_same_secret(expected, response) || !span_is_text(given->realm, ACCOUNT_REALM) ||
        !digest_uri_matches(given->uri, asked->url) || (given->has_qop && given->count == 0))
        return PROOF_WRONG;
    return nonces_use(a->nonces, given->nonce, asked->from, given->count, asked->now_us)
               ? PROOF_GOOD
               : PROOF_STALE;
}

enum proof authenticator_check(struct authenticator *a, const struct account *account,
                               const struct authorization *given, const struct proof_request *asked)
{
    const struct account *compared = account ? account : &a->nobody;
    enum proof proof = given->is_digest ? check_digest(a, compared, given, asked)
                                        : check_basic(a, compared, given);
    return account ? proof : PROOF_WRONG;
}

void authenticator_challenge(struct authenticator *a, struct writer *w, bool is_stale,
                             struct span from, int64_t now_us)
{
    static const char line[] = "WWW-Authenticate: Digest realm=\"" ACCOUNT_REALM "\", "
                               "nonce=\"%s\"%s, algorithm=%s, qop=\"auth\"\r\n";
    const char *stale = is_stale ? ", stale=true" : "";
    char nonce[NONCE_TEXT];

    if (a->settings.allows_digest) {
        nonces_make(a->nonces, nonce, from, now_us);
        writer_format(w, line, nonce, stale, "SHA-256");
        if (a->settings.has_md5)
            writer_format(w, line, nonce, stale, "MD5");
    }
    if (a->settings.allows_basic)
        writer_text(w, "WWW-Authenticate: Basic realm=\"" ACCOUNT_REALM "\"\r\n");
}
