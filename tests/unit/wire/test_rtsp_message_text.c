#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/rtsp_message.h"

static struct rtsp_piece piece;

/* must: F8 */
static void what_is_written_is_read_back(void **state)
{
    uint8_t bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    rtsp_write_response(&w, 454, true, 12);
    rtsp_write_header(&w, "Session", "%s", "abc");
    rtsp_write_date(&w, INT64_C(784111777) * 1000000);
    rtsp_write_body(&w, "text/plain", span_text("hello"));
    assert_int_equal(rtsp_piece_parse(&piece, writer_written(&w)), 0);
    assert_int_equal(piece.message.status, 454);
    assert_true(span_is_text(piece.message.reason, "Session Not Found"));
    assert_int_equal(piece.message.cseq, 12);
    assert_true(span_is_text(piece.message.body, "hello"));
    assert_true(span_is_text(rtsp_header_find(&piece.message, "date"), /* RFC 2068 3.3.1 */
                             "Sun, 06 Nov 1994 08:49:37 GMT"));
    for (enum rtsp_method m = RTSP_OPTIONS; m <= RTSP_SET_PARAMETER; m++)
        assert_int_equal(rtsp_method_parse(span_text(rtsp_method_name(m))), m);
    assert_int_equal(rtsp_method_parse(span_text("options")), RTSP_METHOD_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
