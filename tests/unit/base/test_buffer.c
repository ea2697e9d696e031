#include "base/buffer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void bytes_come_out_in_order(void **state)
{
    struct buffer b;
    unsigned in = 0, out = 0;
    (void)state;
    buffer_init(&b, 5000);
    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < 7; i++) {
            uint8_t byte = (uint8_t)in++;
            assert_int_equal(buffer_append(&b, span_of(&byte, 1)), 0);
        }
        for (int i = 0; i < 5 + round % 3; i++) {
            if (b.len == 0)
                break;
            assert_int_equal(buffer_span(&b).ptr[0], (uint8_t)out++);
            buffer_consume(&b, 1);
        }
    }
    buffer_done(&b);
}

static void the_limit_holds_and_an_empty_one_owns_nothing(void **state)
{
    struct buffer b;
    uint8_t bytes[100] = {0}, *room;
    (void)state;
    buffer_init(&b, 100);
    assert_int_equal(buffer_append(&b, span_of(bytes, 60)), 0);
    assert_int_equal(buffer_append(&b, span_of(bytes, 41)), -ENOBUFS);
    assert_int_equal(b.len, 60);
    assert_int_equal(buffer_append(&b, span_of(bytes, 40)), 0);
    buffer_consume(&b, 100);
    assert_null(b.bytes);
    assert_int_equal(buffer_reserve(&room, &b, 100), 0);
    buffer_grow(&b, 0);
    buffer_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_order),
        cmocka_unit_test(the_limit_holds_and_an_empty_one_owns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
