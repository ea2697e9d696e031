#include "rtsp/credentials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *authorization(const char *user, const char *password, const char *challenge,
                                 const struct digest_use *use)
{
    static char text[1024];
    struct credentials credentials = {user, password};
    struct auth_challenge parsed;
    struct writer w = writer_of(text, sizeof text - 1);
    assert_int_equal(auth_challenge_parse(&parsed, span_text(challenge)), 0);
    assert_int_equal(credentials_write(&w, &credentials, &parsed, use), 0);
    text[w.len] = '\0';
    return text;
}

static void basic(void **state)
{
    struct digest_use use = {0};
    (void)state;
    assert_string_equal(authorization("Aladdin", "open sesame", "Basic realm=\"x\"", &use),
                        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); /* RFC 7617 2 */
}

/* RFC 2617 3.5 */
static void digest_md5(void **state)
{
    struct digest_use use = {"GET", span_text("/dir/index.html"), 1, "0a4f113b"};
    const char *text = authorization(
        "Mufasa", "Circle Of Life",
        "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
        "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        &use);
    (void)state;
    assert_non_null(strstr(text, "response=\"6629fae49393a05397450978507c4ef1\""));
    assert_non_null(strstr(text, "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
    assert_non_null(strstr(text, "nc=00000001"));
}

/* RFC 7616 3.9.1 */
static void digest_sha256(void **state)
{
    struct digest_use use = {"GET", span_text("/dir/index.html"), 1,
                             "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"};
    const char *text =
        authorization("Mufasa", "Circle of Life",
                      "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
                      "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
                      &use);
    (void)state;
    assert_non_null(strstr(
        text, "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""));
}

/* RFC 2069, as most cameras do it; the value from MD5(MD5(u:r:p):n:MD5(DESCRIBE:rtsp://h/a)). */
static void digest_without_qop(void **state)
{
    struct digest_use use = {"DESCRIBE", span_text("rtsp://h/a"), 1, "unused"};
    const char *text = authorization("u", "p", "Digest realm=\"r\", nonce=\"n\"", &use);
    (void)state;
    assert_null(strstr(text, "qop"));
    assert_non_null(strstr(text, "response=\"d5ff52dc472e71f47f704480e7d03eb4\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic),
        cmocka_unit_test(digest_md5),
        cmocka_unit_test(digest_sha256),
        cmocka_unit_test(digest_without_qop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
