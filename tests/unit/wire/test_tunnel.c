#include "wire/tunnel.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

static void the_first_line_tells(void **state)
{
    static const struct {
        const char *text;
        int is_http;
    } rows[] = {
        {"", -EAGAIN},
        {"G", -EAGAIN},
        {"GET / HTTP/1.0", -EAGAIN},
        {"GET / HTTP/1.0\r\n", 1},
        {"POST /a HTTP/1.1\n", 1},
        {"OPTIONS * HTTP/1.1\r\n", 1},
        {"GET_PARAMETER rtsp://h/a RTSP/1.0\r\n", 0},
        {"OPTIONS rtsp://h/HTTP/1.0 RTSP/1.0\r\n", 0},
        {"GET /\r\n", 0},
        {"$", 0},
        {"\r\nGET / HTTP/1.0\r\n", 0},
        {" GET / HTTP/1.0\r\n", 0},
        {"\x16\x03\x01", 0},
    };
    char *endless = malloc(LIMIT_RTSP_HEAD);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tunnel_is_http(span_text(rows[i].text)), rows[i].is_http);
    memset(endless, 'A', LIMIT_RTSP_HEAD);
    assert_int_equal(tunnel_is_http(span_of(endless, LIMIT_RTSP_HEAD)), 0);
    free(endless);
}

/* As Apple's own description of it has them. */
static void quicktime_opens_a_tunnel(void **state)
{
    const char *get = "GET /sw.mov HTTP/1.0\r\n"
                      "User-Agent: QTS (qtver=4.1;cpu=PPC;os=Mac 8.6)\r\n"
                      "x-sessioncookie: tD9hKgAAfB8ABCftAAAAAw\r\n"
                      "Accept: application/x-rtsp-tunnelled\r\n\r\n";
    const char *post = "POST /sw.mov HTTP/1.0\r\n"
                       "X-SessionCookie:tD9hKgAAfB8ABCftAAAAAw \r\n"
                       "Expect: 100-continue\r\n"
                       "Content-Length: 32767\r\n\r\nREVT";
    struct tunnel_request r;
    (void)state;
    assert_int_equal(tunnel_request_parse(&r, span_text(get)), 0);
    assert_true(!r.is_post && r.error_status == 0 && r.len == strlen(get) && !r.expects_continue);
    assert_true(span_is_text(r.cookie, "tD9hKgAAfB8ABCftAAAAAw"));
    assert_int_equal(tunnel_request_parse(&r, span_text(post)), 0);
    assert_true(r.is_post && r.error_status == 0 && r.len == strlen(post) - 4);
    assert_true(r.expects_continue && span_is_text(r.cookie, "tD9hKgAAfB8ABCftAAAAAw"));
}

static void half_a_head_waits_for_the_rest(void **state)
{
    const char *text = "GET / HTTP/1.1\r\nx-sessioncookie: a\r\n\r\n";
    struct tunnel_request r;
    (void)state;
    for (size_t len = 0; len < strlen(text); len++)
        assert_int_equal(tunnel_request_parse(&r, span_of(text, len)), -EAGAIN);
    assert_int_equal(tunnel_request_parse(&r, span_text(text)), 0);
}

static void what_is_no_tunnel_is_told_so(void **state)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_NOT_FOUND},
        {"POST / HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND},
        {"PUT / HTTP/1.1\r\n\r\n", HTTP_METHOD_NOT_ALLOWED},
        {"OPTIONS * HTTP/1.1\r\n\r\n", HTTP_METHOD_NOT_ALLOWED},
        {"BREW /pot HTTP/1.1\r\n\r\n", HTTP_NOT_IMPLEMENTED},
        {"PRI * HTTP/2.0\r\n\r\n", HTTP_VERSION_NOT_SUPPORTED},
        {"GET / HTTP/x\r\nx-sessioncookie: a\r\n\r\n", HTTP_VERSION_NOT_SUPPORTED},
        {"GET / HTTP/1.1\r\nx-sessioncookie:\r\n\r\n", HTTP_BAD_REQUEST},
        {"GET / HTTP/1.1\r\nx-sessioncookie: a b\r\n\r\n", HTTP_BAD_REQUEST},
        {"GET / HTTP/1.1\r\nx-sessioncookie: a\r\nx-sessioncookie: a\r\n\r\n", HTTP_BAD_REQUEST},
    };
    struct tunnel_request r;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tunnel_request_parse(&r, span_text(rows[i].text)), 0);
        assert_int_equal(r.error_status, rows[i].status);
    }
}

static void heads_and_cookies_have_a_bound(void **state)
{
    char *text = malloc(2 * LIMIT_RTSP_HEAD);
    struct writer w = writer_of(text, 2 * LIMIT_RTSP_HEAD);
    struct tunnel_request r;
    (void)state;
    writer_format(&w, "GET / HTTP/1.1\r\nx-sessioncookie: %0*d\r\n\r\n", TUNNEL_COOKIE_MOST, 7);
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), 0);
    assert_int_equal(r.error_status, 0);
    w.len = 0;
    writer_format(&w, "GET / HTTP/1.1\r\nx-sessioncookie: %0*d\r\n\r\n", TUNNEL_COOKIE_MOST + 1, 7);
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), 0);
    assert_int_equal(r.error_status, HTTP_BAD_REQUEST);
    w.len = 0;
    writer_format(&w, "GET / HTTP/1.1\r\nx: %0*d", LIMIT_RTSP_HEAD, 7);
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), -EBADMSG);
    writer_text(&w, "\r\n\r\n");
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), -EBADMSG);
    free(text);
}

static void an_origin_agrees_or_does_not(void **state)
{
    char bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct tunnel_response r;
    (void)state;
    tunnel_write_accept(&w);
    assert_int_equal(tunnel_response_parse(&r, writer_written(&w)), 0);
    assert_true(r.status == HTTP_OK && r.is_tunnel && r.len == w.len);
    assert_int_equal(tunnel_response_parse(&r, span_of(bytes, w.len - 1)), -EAGAIN);
    w.len = 0;
    tunnel_write_refusal(&w, HTTP_NOT_FOUND, 7);
    assert_int_equal(tunnel_response_parse(&r, writer_written(&w)), 0);
    assert_int_equal(r.status, HTTP_NOT_FOUND);
    bytes[w.len] = '\0';
    assert_non_null(strstr(bytes, "\r\nRetry-After: 7\r\n"));
    assert_int_equal(
        tunnel_response_parse(&r, span_text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")),
        0);
    assert_false(r.is_tunnel);
    assert_int_equal(tunnel_response_parse(&r, span_text("RTSP/1.0 200 OK\r\n\r\n")), -EBADMSG);
}

static void what_we_ask_we_would_grant(void **state)
{
    char bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct tunnel_request r;
    (void)state;
    tunnel_write_get(&w, "origin:80", "/live?x=1", "cookie");
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), 0);
    assert_true(!r.is_post && r.error_status == 0 && span_is_text(r.cookie, "cookie"));
    w.len = 0;
    tunnel_write_post(&w, "origin:80", "/live?x=1", "cookie");
    assert_int_equal(tunnel_request_parse(&r, writer_written(&w)), 0);
    assert_true(r.is_post && r.error_status == 0 && r.len == w.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_tells),
        cmocka_unit_test(quicktime_opens_a_tunnel),
        cmocka_unit_test(half_a_head_waits_for_the_rest),
        cmocka_unit_test(what_is_no_tunnel_is_told_so),
        cmocka_unit_test(heads_and_cookies_have_a_bound),
        cmocka_unit_test(an_origin_agrees_or_does_not),
        cmocka_unit_test(what_we_ask_we_would_grant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
