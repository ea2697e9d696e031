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

/* must: F2 F3 F5 */
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

/* must: T7 T8 */
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

/* must: F1 */
/* Whatever is missing at the end, more is asked for; nothing is taken before it is whole. */
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

/* Messages and frames, pipelined; a body that looks like a frame and the other way round;
 * the three kinds of line ends. */
static const char stream[] = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
                             "$\x01\x00\x13OPTIONS * RTSP/1.0\n"
                             "SET_PARAMETER * RTSP/1.0\nCSeq: 2\nContent-Length: 6\n\n$\0\0\xff\r\n"
                             "$\xff\x00\x00"
                             "\r\n\r\nPLAY * RTSP/1.0\rCSeq: 3\rRange:\r npt=\r\tnow-\r\r"
                             "RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n"
                             "GET_PARAMETER\r\n\r\n"
                             "$\x00\x00\x02\r\n"
                             "TEARDOWN * RTSP/1.0\r\nCSeq: 5\r\n\r\n";

enum { PIECES = 9 };

struct cut {
    size_t count;
    struct rtsp_piece pieces[PIECES];
};

/* What can be cut off the first `arrived` bytes, copied so that reading past them is seen. */
static size_t cut_arrived(struct cut *cut, size_t taken, size_t arrived)
{
    size_t len = arrived - taken;
    uint8_t *bytes = malloc(len > 0 ? len : 1);
    struct span in = span_of(memcpy(bytes, stream + taken, len), len);
    while (rtsp_piece_parse(&piece, in) == 0) {
        assert_in_range(cut->count, 0, PIECES - 1);
        cut->pieces[cut->count++] = piece;
        in = span_skip(in, piece.len);
    }
    free(bytes);
    return arrived - in.len;
}

static void assert_same(const struct cut *cut, const struct cut *whole)
{
    assert_int_equal(cut->count, PIECES);
    for (size_t i = 0; i < PIECES; i++) {
        const struct rtsp_piece *a = &cut->pieces[i], *b = &whole->pieces[i];
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->len, b->len);
        if (a->kind == RTSP_PIECE_FRAME) {
            assert_int_equal(a->channel, b->channel);
            assert_int_equal(a->data.len, b->data.len);
            continue;
        }
        assert_int_equal(a->message.method, b->message.method);
        assert_int_equal(a->message.status, b->message.status);
        assert_int_equal(a->message.cseq, b->message.cseq);
        assert_int_equal(a->message.header_count, b->message.header_count);
        assert_int_equal(a->message.body.len, b->message.body.len);
        assert_int_equal(a->message.error_status, b->message.error_status);
    }
}

/* must: F1 F2 T7 T8 */
static void a_stream_split_anywhere_gives_the_same_pieces(void **state)
{
    static struct cut whole, cut;
    const size_t len = sizeof stream - 1;
    (void)state;
    whole.count = 0;
    assert_int_equal(cut_arrived(&whole, 0, len), len);
    assert_int_equal(whole.count, PIECES);
    assert_int_equal(whole.pieces[2].message.body.len, 6);
    assert_int_equal(whole.pieces[4].message.header_count, 2);
    assert_int_equal(whole.pieces[6].message.error_status, 400);
    for (size_t split = 0; split <= len; split++) {
        cut.count = 0;
        size_t taken = cut_arrived(&cut, 0, split);
        assert_int_equal(cut_arrived(&cut, taken, len), len);
        assert_same(&cut, &whole);
    }
    cut.count = 0;
    for (size_t taken = 0, arrived = 1; arrived <= len; arrived++)
        taken = cut_arrived(&cut, taken, arrived);
    assert_same(&cut, &whole);
}

/* must: F3 F6 F7 V1 */
static void what_can_be_cut_off_but_not_understood_has_a_status(void **state)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        {"OPTIONS * RTSP/1.0\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nCSeq: 1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nSession: a\r\nsession: b\r\n\r\n", 400},
        {"OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n", 505},
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

/* must: F4 F5 */
/* Where no end can be known the connection must go. */
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
        {"OPTIONS * RTSP/1.0\r\nContent-Length:\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 1 1\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 1.0\r\n\r\n", 400},
        {"OPTIONS * RTSP/1.0\r\nContent-Length: 0\r\ncontent-length: 0\r\n\r\n", 400},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(parse(rows[i].text), -EBADMSG);
        assert_int_equal(piece.message.error_status, rows[i].status);
    }
}

/* must: F4 */
/* What stands behind a message without a length is the next one, not its body. */
static void no_length_is_no_body(void **state)
{
    struct span in = span_text("SET_PARAMETER * RTSP/1.0\r\nCSeq: 1\r\nContent-Type: a/b\r\n\r\n"
                               "OPTIONS * RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 00\r\n\r\n");
    (void)state;
    assert_int_equal(rtsp_piece_parse(&piece, in), 0);
    assert_int_equal(piece.message.body.len, 0);
    in = span_skip(in, piece.len);
    assert_int_equal(rtsp_piece_parse(&piece, in), 0);
    assert_int_equal(piece.message.method, RTSP_OPTIONS);
    assert_int_equal(piece.len, in.len);
}

/* A head of so many lines like the given one. */
static int parse_many(const char *line, int count)
{
    char *text = malloc(LIMIT_RTSP_HEAD * 2);
    struct writer w = writer_of(text, LIMIT_RTSP_HEAD * 2);
    writer_text(&w, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: a\r\n");
    for (int i = 0; i < count; i++)
        writer_text(&w, line);
    writer_text(&w, "\r\n");
    assert_int_equal(writer_result(&w), 0);
    int result = rtsp_piece_parse(&piece, writer_written(&w));
    free(text);
    return result;
}

/* must: F2 F4 */
static void many_lines_are_too_many(void **state)
{
    (void)state;
    assert_int_equal(parse_many(" b\r\n", 4000), 0);
    assert_int_equal(piece.message.header_count, 2);
    assert_int_equal(parse_many(" b\r\n", 4096), -EBADMSG);
    assert_int_equal(piece.message.error_status, 413);
    assert_int_equal(parse_many("Y: b\r\n", LIMIT_RTSP_HEADERS - 2), 0);
    assert_int_equal(parse_many("Y: b\r\n", LIMIT_RTSP_HEADERS - 1), -EBADMSG);
    assert_int_equal(piece.message.error_status, 400);
}

/* must: F2 A1 */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_taken_apart),
        cmocka_unit_test(a_response_is_taken_apart),
        cmocka_unit_test(frames_lie_between_messages),
        cmocka_unit_test(each_split_asks_for_more),
        cmocka_unit_test(a_stream_split_anywhere_gives_the_same_pieces),
        cmocka_unit_test(what_can_be_cut_off_but_not_understood_has_a_status),
        cmocka_unit_test(what_cannot_be_followed_ends_the_stream),
        cmocka_unit_test(no_length_is_no_body),
        cmocka_unit_test(many_lines_are_too_many),
        cmocka_unit_test(a_head_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
