#include "base/writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fields_go_out_in_network_order(void **state)
{
    uint8_t bytes[32];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    writer_u8(&w, 0x01);
    writer_u16(&w, 0x0203);
    writer_u32(&w, 0xfffefdfc);
    writer_text(&w, "ab");
    writer_format(&w, "%d-%s", 7, "x");
    writer_span(&w, span_of(NULL, 0));
    assert_int_equal(writer_result(&w), 0);
    assert_int_equal(w.len, 12);
    assert_memory_equal(writer_written(&w).ptr,
                        "\x01\x02\x03\xff\xfe\xfd\xfc"
                        "ab7-x",
                        12);
}

/* Byte for byte what a buffer of exactly that size takes; the sanitizer watches its end. */
static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    for (size_t cap = 0; cap <= 8; cap++) {
        uint8_t *bytes = malloc(cap > 0 ? cap : 1);
        struct writer w = writer_of(bytes, cap);
        writer_text(&w, "abc");
        writer_u32(&w, 0);
        assert_int_equal(w.len, cap < 3 ? 0 : cap < 7 ? 3 : 7);
        assert_int_equal(writer_result(&w), cap < 7 ? -ENOSPC : 0);
        free(bytes);
    }
}

static void nothing_follows_what_was_left_out(void **state)
{
    uint8_t bytes[8];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    writer_format(&w, "%s", "too long for it");
    assert_int_equal(w.len, 0);
    writer_u8(&w, 1);
    writer_format(&w, "x");
    writer_bytes(&w, "x", 1);
    assert_int_equal(w.len, 0);
    assert_int_equal(writer_result(&w), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_go_out_in_network_order),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(nothing_follows_what_was_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
