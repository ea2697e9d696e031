#include "base/span.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void pieces_are_cut(void **state)
{
    struct span rest = span_text("a,\"b,c\",,d");
    (void)state;
    assert_true(span_is_text(span_cut_unquoted(&rest, ','), "a"));
    assert_true(span_is_text(span_unquote(span_cut_unquoted(&rest, ',')), "b,c"));
    assert_int_equal(span_cut(&rest, ',').len, 0);
    assert_true(span_is_text(span_cut(&rest, ','), "d"));
    assert_int_equal(rest.len, 0);
    assert_int_equal(span_cut(&rest, ',').len, 0);
    assert_true(span_is_text(span_trim(span_text(" \t\r\nx y\n ")), "x y"));
    assert_int_equal(span_trim(span_text(" \t")).len, 0);
}

static void numbers_have_bounds(void **state)
{
    static const struct {
        const char *text;
        uint64_t max;
        int result;
        uint64_t value;
    } rows[] = {
        {"0", 0, 0, 0},
        {"65535", 65535, 0, 65535},
        {"65536", 65535, -ERANGE, 7},
        {"5", 3, -ERANGE, 7}, /* one digit, and above the bound */
        {"1", 0, -ERANGE, 7},
        {"00000000000000000000000003", 3, 0, 3},
        {"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, -ERANGE, 7},
        {"99999999999999999999999", UINT64_MAX, -ERANGE, 7},
        {"", 9, -EINVAL, 7},
        {"-1", 9, -EINVAL, 7},
        {"+1", 9, -EINVAL, 7},
        {" 1", 9, -EINVAL, 7},
        {"1x", 9, -EINVAL, 7},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t value = 7;
        assert_int_equal(span_parse_uint(&value, span_text(rows[i].text), rows[i].max),
                         rows[i].result);
        assert_int_equal(value, rows[i].value);
    }
    uint64_t value = 0;
    assert_int_equal(span_parse_hex(&value, span_text("fFfFfFfF"), UINT32_MAX), 0);
    assert_int_equal(value, UINT32_MAX);
    assert_int_equal(span_parse_hex(&value, span_text("100000000"), UINT32_MAX), -ERANGE);
    assert_int_equal(span_parse_hex(&value, span_text("g"), UINT32_MAX), -EINVAL);
}

static void texts_are_compared_and_copied(void **state)
{
    char text[4];
    (void)state;
    assert_true(span_is_text_nocase(span_text("CSeq"), "cseq"));
    assert_false(span_is_text(span_text("CSeq"), "cseq"));
    assert_false(span_is_text_nocase(span_text("["), "{"));
    assert_true(span_has_prefix(span_text("abc"), "ab") && span_has_suffix(span_text("abc"), "bc"));
    assert_false(span_has_prefix(span_text("a"), "ab"));
    assert_int_equal(span_copy(text, sizeof text, span_text("abc")), 0);
    assert_string_equal(text, "abc");
    assert_int_equal(span_copy(text, sizeof text, span_text("abcd")), -ENAMETOOLONG);
    assert_string_equal(text, "");
    assert_true(span_is_equal(span_of(NULL, 0), span_text("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_cut),
        cmocka_unit_test(numbers_have_bounds),
        cmocka_unit_test(texts_are_compared_and_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
