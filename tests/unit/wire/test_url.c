#include "wire/url.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void urls_are_read_and_written_without_credentials(void **state)
{
    static const struct {
        const char *text, *host;
        unsigned port;
        const char *user, *password, *path, *query, *written;
    } rows[] = {
        {"rtsp://h/a", "h", 554, "", "", "/a", "", "rtsp://h/a"},
        {"RTSP://h:8554", "h", 8554, "", "", "", "", "rtsp://h:8554"},
        {"rtsp://u:p@h:554/a?b=c", "h", 554, "u", "p", "/a", "b=c", "rtsp://h/a?b=c"},
        {"rtsp://u:p@ss:w@h/x", "h", 554, "u", "p@ss:w", "/x", "", "rtsp://h/x"},
        {"rtsp://u@h/x", "h", 554, "u", "", "/x", "", "rtsp://h/x"},
        {"rtsp://[2001:db8::1]:99/x", "2001:db8::1", 99, "", "", "/x", "",
         "rtsp://[2001:db8::1]:99/x"},
        {"rtsps://h/x", "h", 322, "", "", "/x", "", "rtsps://h/x"},
        {"rtsp://h?a@b", "h", 554, "", "", "", "a@b", "rtsp://h?a@b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[256];
        struct writer w = writer_of(bytes, sizeof bytes);
        struct url url;
        assert_int_equal(url_parse(&url, span_text(rows[i].text)), 0);
        assert_true(span_is_text(url.host, rows[i].host));
        assert_int_equal(url.port, rows[i].port);
        assert_true(span_is_text(url.user, rows[i].user));
        assert_true(span_is_text(url.password, rows[i].password));
        assert_true(span_is_text(url.path, rows[i].path));
        assert_true(span_is_text(url.query, rows[i].query));
        url_write(&w, &url);
        assert_true(span_is_text(writer_written(&w), rows[i].written));
    }
}

static void what_is_no_url_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "h/a",
        "http://h/a",
        "rtsp://",
        "rtsp:///a",
        "rtsp://h:0/a",
        "rtsp://h:65536/a",
        "rtsp://h:/a",
        "rtsp://h:1x/a",
        "rtsp://[::1/a",
        "rtsp://h/a b",
        "rtsp://h/\x01",
        "rtsp://u@/a",
    };
    struct url url;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(url_parse(&url, span_text(rows[i])), -EINVAL);
}

/* RFC 2326 C.1.1, and what clients of this field make of a base with a query. */
static void control_references_are_resolved(void **state)
{
    static const struct {
        const char *base, *reference, *resolved;
    } rows[] = {
        {"rtsp://h/a/", "trackID=1", "rtsp://h/a/trackID=1"},
        {"rtsp://h/a", "trackID=1", "rtsp://h/a/trackID=1"},
        {"rtsp://h", "trackID=1", "rtsp://h/trackID=1"},
        {"rtsp://h/a?x=y", "trackID=1", "rtsp://h/a?x=y/trackID=1"},
        {"rtsp://u:p@h/a", "*", "rtsp://h/a"},
        {"rtsp://h/a/", "", "rtsp://h/a/"},
        {"rtsp://h/a", "/b/c", "rtsp://h/b/c"},
        {"rtsp://h/a", "rtsp://u:p@other:99/b", "rtsp://other:99/b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[256];
        struct writer w = writer_of(bytes, sizeof bytes);
        assert_int_equal(url_resolve(&w, span_text(rows[i].base), span_text(rows[i].reference)), 0);
        assert_true(span_is_text(writer_written(&w), rows[i].resolved));
    }
}

static void percent_escapes_are_decoded(void **state)
{
    char text[8];
    (void)state;
    assert_int_equal(url_decode(text, sizeof text, span_text("a%40b%2F")), 0);
    assert_string_equal(text, "a@b/");
    assert_int_equal(url_decode(text, sizeof text, span_text("a%4")), -EINVAL);
    assert_int_equal(url_decode(text, sizeof text, span_text("%zz")), -EINVAL);
    assert_int_equal(url_decode(text, sizeof text, span_text("%00")), -EINVAL);
    assert_int_equal(url_decode(text, sizeof text, span_text("12345678")), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_read_and_written_without_credentials),
        cmocka_unit_test(what_is_no_url_is_refused),
        cmocka_unit_test(control_references_are_resolved),
        cmocka_unit_test(percent_escapes_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
