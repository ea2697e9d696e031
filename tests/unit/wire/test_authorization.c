#include "wire/authorization.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MD5_RESPONSE "6629fae49393a05397450978507c4ef1"

/* must: C4 */
static void basic(void **state)
{
    struct authorization a;
    (void)state;
    assert_int_equal(authorization_parse(&a, span_text("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")), 0);
    assert_true(!a.is_digest && span_is_text(a.user, "Aladdin"));
    assert_true(span_is_text(a.password, "open sesame"));
    /* A password with colons; an empty one; padding left out; the scheme in any case. */
    assert_int_equal(authorization_parse(&a, span_text("basic  dTphOmI=")), 0);
    assert_true(span_is_text(a.user, "u") && span_is_text(a.password, "a:b"));
    assert_int_equal(authorization_parse(&a, span_text("BASIC dTo")), 0);
    assert_true(span_is_text(a.user, "u") && a.password.len == 0);
}

/* must: C4 */
static void digest(void **state)
{
    struct authorization a;
    (void)state;
    /* RFC 2617 3.5 */
    assert_int_equal(
        authorization_parse(
            &a, span_text("Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                          "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
                          "qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"" MD5_RESPONSE
                          "\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"")),
        0);
    assert_true(a.is_digest && a.has_qop && !a.is_sha256 && a.count == 1);
    assert_true(span_is_text(a.user, "Mufasa") && span_is_text(a.nc, "00000001"));
    assert_true(span_is_text(a.uri, "/dir/index.html") && span_is_text(a.cnonce, "0a4f113b"));
    assert_true(span_is_text(a.response, MD5_RESPONSE));
    /* What ffmpeg quotes, and what yellowstone runs together; a comma inside of quotes. */
    assert_int_equal(
        authorization_parse(&a, span_text("Digest username=\"u\",realm=\"r\",nonce=\"n\","
                                          "uri=\"rtsp://h/a,b\",response=\"" MD5_RESPONSE
                                          "\",algorithm=\"MD5\",qop=\"auth\",cnonce=\"c\","
                                          "nc=0000000A")),
        0);
    assert_true(span_is_text(a.uri, "rtsp://h/a,b") && a.has_qop && a.count == 10);
}

#define COMPLETE                                                                                   \
    "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\""

static const struct {
    const char *text;
    int result;
} rows[] = {
    {"", -ENOENT},
    {"Bearer abc", -ENOENT},
    {"Basic", -EBADMSG},
    {"Basic !!!!", -EBADMSG},
    {"Basic dTp=x", -EBADMSG},
    {"Basic dTo==", 0},
    {"Basic dTo===", -EBADMSG},
    {"Basic dXV1", -EBADMSG},     /* no colon */
    {"Basic OnB3", -EBADMSG},     /* no user */
    {"Basic dQA6cA==", -EBADMSG}, /* a NUL in the name */
    {"Basic dTpwCg==", -EBADMSG}, /* a line feed in the password */
    {"Digest", -EBADMSG},
    {"Digest username", -EBADMSG},
    {COMPLETE, 0},
    {COMPLETE ", username=\"v\"", -EBADMSG},
    {COMPLETE ", opaque=\"\", opaque=\"\", x=y", 0},
    {COMPLETE ", algorithm=MD5", 0},
    {COMPLETE ", algorithm=md5", 0},
    {COMPLETE ", algorithm=SHA-256", -EBADMSG}, /* the response is too short for it */
    {COMPLETE ", algorithm=SHA-512-256", -ENOENT},
    {COMPLETE ", algorithm=MD5-sess", -ENOENT},
    {COMPLETE ", algorithm=", -EBADMSG},
    {COMPLETE ", userhash=true", -ENOENT},
    {COMPLETE ", userhash=false", 0},
    {COMPLETE ", qop=auth-int, nc=00000001, cnonce=\"c\"", -ENOENT},
    {COMPLETE ", qop=auth", -EBADMSG},
    {COMPLETE ", qop=auth, nc=00000001", -EBADMSG},
    {COMPLETE ", qop=auth, cnonce=\"c\"", -EBADMSG},
    {COMPLETE ", qop=auth, nc=1, cnonce=\"c\"", -EBADMSG},
    {COMPLETE ", qop=auth, nc=0000000x, cnonce=\"c\"", -EBADMSG},
    {COMPLETE ", qop=auth, nc=+0000001, cnonce=\"c\"", -EBADMSG},
    {COMPLETE ", qop=auth, nc=00000001, cnonce=\"\"", -EBADMSG},
    {COMPLETE ", qop=auth, nc=ffffffff, cnonce=\"c\"", 0},
    {"Digest realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\"", -EBADMSG},
    {"Digest username=\"u\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\"", -EBADMSG},
    {"Digest username=\"u\", realm=\"r\", uri=\"/\", response=\"" MD5_RESPONSE "\"", -EBADMSG},
    {"Digest username=\"u\", realm=\"r\", nonce=\"n\", response=\"" MD5_RESPONSE "\"", -EBADMSG},
    {"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\"", -EBADMSG},
    {"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"12\"", -EBADMSG},
    {"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", "
     "response=\"6629fae49393a05397450978507c4efg\"",
     -EBADMSG},
    {"Digest username=\"\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\"",
     -EBADMSG},
    {"Digest username=\"a\tb\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\"",
     -EBADMSG},
    {"Digest username=\"u, realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" MD5_RESPONSE "\"",
     -EBADMSG},
};

static void broken_texts(void **state)
{
    struct authorization a;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int result = authorization_parse(&a, span_text(rows[i].text));
        if (result != rows[i].result)
            fail_msg("%d for %s", result, rows[i].text);
        if (result < 0)
            assert_int_equal(a.user.len, 0);
    }
}

static void long_texts(void **state)
{
    static char text[8192];
    struct authorization a;
    (void)state;
    for (int len = 1; len < 4000; len += 13) {
        int at = snprintf(text, sizeof text, "%s, qop=auth, nc=00000001, cnonce=\"", COMPLETE);
        memset(text + at, 'c', (size_t)len);
        snprintf(text + at + len, sizeof text - (size_t)(at + len), "\"");
        assert_int_equal(authorization_parse(&a, span_text(text)), len <= 512 ? 0 : -EBADMSG);
        snprintf(text, sizeof text, "Basic ");
        memset(text + 6, 'Q', (size_t)len * 2);
        text[6 + len * 2] = '\0';
        assert_int_equal(authorization_parse(&a, span_text(text)), -EBADMSG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic),
        cmocka_unit_test(digest),
        cmocka_unit_test(broken_texts),
        cmocka_unit_test(long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
