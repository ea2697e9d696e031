#include "base/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void fields_come_in_network_order(void **state)
{
    struct reader r = reader_of(span_of("\x01\x02\x03\xff\xfe\xfd\xfc tail", 12));
    (void)state;
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u16(&r), 0x0203);
    assert_int_equal(reader_u32(&r), 0xfffefdfc);
    assert_true(span_is_text(reader_bytes(&r, 3), " ta"));
    assert_int_equal(reader_bytes(&r, 0).len, 0);
    assert_true(span_is_text(r.rest, "il"));
    assert_false(r.is_short);
}

/* Half a field is no field: what is left over does not stand for a number, nor is it read later. */
static void past_the_end_there_are_zeros(void **state)
{
    static const size_t lens[] = {0, 1, 2, 3};
    (void)state;
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        struct reader r = reader_of(span_of("\xff\xff\xff", lens[i]));
        assert_int_equal(reader_u32(&r), 0);
        assert_true(r.is_short);
        assert_int_equal(reader_u16(&r), 0);
        assert_int_equal(reader_u8(&r), 0);
        assert_int_equal(reader_bytes(&r, 1).len, 0);
        assert_int_equal(r.rest.len, 0);
    }
    struct reader r = reader_of(span_text("abc"));
    assert_int_equal(reader_bytes(&r, SIZE_MAX).len, 0);
    assert_true(r.is_short);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_come_in_network_order),
        cmocka_unit_test(past_the_end_there_are_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
