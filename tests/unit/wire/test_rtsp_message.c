#include "wire/rtsp_message.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct rtsp_piece piece;

static int parse(const char *text)
{
    return rtsp_piece_parse(&piece, span_text(text));
}

static void a_request_is_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse("\r\nSETUP rtsp://h/a RTSP/1.0\r\ncseq: 7\r\nTransport: a;\r\n b\r\n"
                           "Content-Length: 3\r\n\r\nxyzREST"),
                     0);
    const struct rtsp_message *m = &piece.message;
    assert_int_equal(m->method, RTSP_SETUP);
    assert_true(span_is_text(m->url, "rtsp://h/a"));
    assert_true(m->has_cseq);
    assert_int_equal(m->cseq, 7);
    assert_true(span_is_text(m->body, "xyz"));
    assert_true(span_has_prefix(rtsp_header_find(m, "TRANSPORT"), "a;"));
    assert_true(span_has_suffix(rtsp_header_find(m, "transport"), "b"));
    assert_null(rtsp_header_find(m, "Session").ptr);
    assert_int_equal(m->error_status, 0);
}

static void a_response_is_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse("RTSP/1.0 401 Go Away\r\nCSeq: 2\r\n\r\n"), 0);
    assert_false(piece.message.is_request);
    assert_int_equal(piece.message.status, 401);
    assert_true(span_is_text(piece.message.reason, "Go Away"));
}

/* RFC 2326 10.12: frames and messages share the connection, and may look like each other. */
static void frames_lie_between_messages(void **state)
{
    (void)state;
    struct span in = span_of("$\x03\x00\x04RTSP$\x00\x00\x00OPTIONS * RTSP/1.0\nCSeq: 1\n\n", 44);
    assert_int_equal(rtsp_piece_parse(&piece, in), 0);
    assert_int_equal(piece.kind, RTSP_PIECE_FRAME);
    assert_int_equal(piece.channel, 3);
    assert_true(span_is_text(piece.data, "RTSP"));
    in = span_skip(in, piece.len);
    assert_int_equal(rtsp_piece_parse(&piece, in), 0);
    assert_int_equal(piece.data.len, 0);
    in = span_skip(in, piece.len);
    assert_int_equal(rtsp_piece_parse(&piece, in), 0);
    assert_int_equal(piece.message.method, RTSP_OPTIONS);
}

/* F1: whatever is missing at the end, more is asked for; nothing is taken before it is whole. */
static void each_split_asks_for_more(void **state)
{
    static const char text[] =
        "DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 4\r\n\r\n"
        "body";
    (void)state;
    for (size_t len = 0; len < sizeof text - 1; len++)
        assert_int_equal(rtsp_piece_parse(&piece, span_of(text, len)), -EAGAIN);
    assert_int_equal(rtsp_piece_parse(&piece, span_of(text, sizeof text - 1)), 0);
    assert_int_equal(piece.len, sizeof text - 1);
    assert_int_equal(rtsp_piece_parse(&piece, span_of("$\0\0\2a", 5)), -EAGAIN);
}

static void what_can_be_cut_off_but_not_understood_has_a_status(void **state)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        {"OPTIONS * RTSP/1.0\r\n\r\n", 400},                       /* F6: no CSeq */
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nCSeq: 1\r\n\r\n", 400}, /* F3 */
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nSession: a\r\nsession: b\r\n\r\n", 400},
        {"OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n", 505}, /* F7 */
        {"OPTIONS * HTTP/1.1\r\nCSeq: 1\r\n\r\n", 400},
        {"OPTIONS\r\nCSeq: 1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nno colon\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\n folded: nothing\r\nCSeq: 1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: 99999999999\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: -1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUnknown: fine\r\n\r\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(parse(rows[i].text), 0);
        assert_int_equal(piece.message.error_status, rows[i].status);
    }
}

/* F4, F5: where no end can be known the connection must go. */
static void what_cannot_be_followed_ends_the_stream(void **state)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        {" OPTIONS * RTSP/1.0\r\n\r\n", 400},
        {"\tOPTIONS", 400},
        {"\x16\x03\x01", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: +1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 0x1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 70000\r\n\r\n", 413},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 18446744073709551617\r\n\r\n", 413},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(parse(rows[i].text), -EBADMSG);
        assert_int_equal(piece.message.error_status, rows[i].status);
    }
}

static void a_head_has_a_bound(void **state)
{
    char *text = malloc(LIMIT_RTSP_HEAD * 3);
    (void)state;
    memset(text, 'a', LIMIT_RTSP_HEAD * 3);
    memcpy(text, "OPTIONS * RTSP/1.0\r\nX: ", 23);
    assert_int_equal(rtsp_piece_parse(&piece, span_of(text, LIMIT_RTSP_HEAD)), -EAGAIN);
    assert_int_equal(rtsp_piece_parse(&piece, span_of(text, LIMIT_RTSP_HEAD + 1)), -EBADMSG);
    assert_int_equal(piece.message.error_status, 413);
    memset(text, '\n', LIMIT_RTSP_HEAD * 3);
    assert_int_equal(rtsp_piece_parse(&piece, span_of(text, LIMIT_RTSP_HEAD * 3)), -EBADMSG);
    free(text);
}

static void what_is_written_is_read_back(void **state)
{
    uint8_t bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    rtsp_write_response(&w, 454, true, 12);
    rtsp_write_header(&w, "Session", "%s", "abc");
    rtsp_write_body(&w, "text/plain", span_text("hello"));
    assert_int_equal(rtsp_piece_parse(&piece, writer_written(&w)), 0);
    assert_int_equal(piece.message.status, 454);
    assert_true(span_is_text(piece.message.reason, "Session Not Found"));
    assert_int_equal(piece.message.cseq, 12);
    assert_true(span_is_text(piece.message.body, "hello"));
    for (enum rtsp_method m = RTSP_OPTIONS; m <= RTSP_SET_PARAMETER; m++)
        assert_int_equal(rtsp_method_parse(span_text(rtsp_method_name(m))), m);
    assert_int_equal(rtsp_method_parse(span_text("options")), RTSP_METHOD_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_taken_apart),
        cmocka_unit_test(a_response_is_taken_apart),
        cmocka_unit_test(frames_lie_between_messages),
        cmocka_unit_test(each_split_asks_for_more),
        cmocka_unit_test(what_can_be_cut_off_but_not_understood_has_a_status),
        cmocka_unit_test(what_cannot_be_followed_ends_the_stream),
        cmocka_unit_test(a_head_has_a_bound),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
