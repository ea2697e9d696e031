#include "rtsp/via.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* must: P3 */
static void a_name_is_found_in_a_chain(void **state)
{
    static const char *const with[] = {
        "RTSP/1.0 weir-a",
        "1.0 other, RTSP/1.0 weir-a",
        "1.0 other,RTSP/1.0\tWEIR-A (Weir, a gateway)",
        ",, RTSP/1.0 x (a (nested, 1.0 no) comment), RTSP/1.0  weir-a ,",
        "RTSP/1.0 \"a, b\", RTSP/1.0\r\n weir-a",
    };
    static const char *const without[] = {
        "",
        ",",
        "weir-a",
        "RTSP/1.0 weir-ab",
        "RTSP/1.0 x (weir-a)",
        "RTSP/1.0 x (RTSP/1.0 weir-a, RTSP/1.0 weir-a",
        "weir-a RTSP/1.0",
        "RTSP/1.0 xweir-a",
    };
    (void)state;
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        assert_true(via_has(span_text(with[i]), "weir-a"));
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        assert_false(via_has(span_text(without[i]), "weir-a"));
}

static const char *appended(int *result, const char *chain)
{
    static char text[2 * VIA_TEXT];
    struct writer w = writer_of(text, sizeof text - 1);
    *result = via_append(&w, span_text(chain), "weir-a");
    text[w.len] = '\0';
    return text;
}

/* must: P3 */
static void we_stand_behind_those_before_us(void **state)
{
    int result;
    (void)state;
    assert_string_equal(appended(&result, ""), "RTSP/1.0 weir-a");
    assert_int_equal(result, 0);
    assert_string_equal(appended(&result, "1.0 a(x),\r\n RTSP/1.0   b"),
                        "1.0 a(x), RTSP/1.0 b, RTSP/1.0 weir-a");
    assert_int_equal(result, 0);
}

static void a_chain_has_an_end(void **state)
{
    static const char seven[] = "1 a,1 b,1 c,1 d,1 e,1 f,1 g";
    char text[VIA_TEXT + 1] = "";
    int result;
    (void)state;
    appended(&result, seven);
    assert_int_equal(result, 0);
    snprintf(text, sizeof text, "%s,1 h", seven);
    appended(&result, text);
    assert_int_equal(result, -E2BIG);
    memset(text, 'a', VIA_TEXT);
    appended(&result, text);
    assert_int_equal(result, -E2BIG);
    char little[8];
    struct writer w = writer_of(little, sizeof little);
    assert_int_equal(via_append(&w, span_text("1.0 a"), "weir-a"), -ENOSPC);
}

static int collected(char text[2 * VIA_TEXT], const char *headers)
{
    struct rtsp_piece piece;
    char message[4096];
    struct writer w = writer_of(text, 2 * VIA_TEXT - 1);
    snprintf(message, sizeof message, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n%s\r\n", headers);
    assert_int_equal(rtsp_piece_parse(&piece, span_text(message)), 0);
    int result = via_collect(&w, &piece.message);
    text[w.len] = '\0';
    return result;
}

static void several_headers_are_one_chain(void **state)
{
    char text[2 * VIA_TEXT];
    (void)state;
    assert_int_equal(collected(text, ""), 0);
    assert_string_equal(text, "");
    assert_int_equal(collected(text, "Via: 1.0 a, 1.0 b\r\nX: y\r\nVIA:\r\nvia:\r\n  1.0 c\r\n"),
                     0);
    assert_string_equal(text, "1.0 a, 1.0 b, 1.0 c");
    assert_int_equal(collected(text, "Via: 1,1,1,1\r\nVia: 1,1,1,1\r\nVia: 1\r\n"), -E2BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_in_a_chain),
        cmocka_unit_test(we_stand_behind_those_before_us),
        cmocka_unit_test(a_chain_has_an_end),
        cmocka_unit_test(several_headers_are_one_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
