#include "daemon/config_value.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void durations(void **state)
{
    static const struct {
        const char *text;
        int result;
        int64_t us;
    } rows[] = {
        {"10s", 0, 10000000},
        {"500ms", 0, 500000},
        {"1m30s", 0, 90000000},
        {"2h", 0, 7200000000},
        {"0s", 0, 0},
        {"", -EINVAL, 0},
        {"10", -EINVAL, 0},
        {"s", -EINVAL, 0},
        {"10d", -EINVAL, 0},
        {"-1s", -EINVAL, 0},
        {"1.5s", -EINVAL, 0},
        {"10 s", -EINVAL, 0},
        {"9999999999s", -ERANGE, 0},
        {"9999h9999h", -ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us = 0;
        assert_int_equal(config_parse_duration(&us, span_text(rows[i].text)), rows[i].result);
        assert_int_equal(us, rows[i].us);
    }
}

static void bit_rates(void **state)
{
    static const struct {
        const char *text;
        int result;
        uint64_t bps;
    } rows[] = {
        {"0", 0, 0},
        {"64000", 0, 64000},
        {"500K", 0, 500000},
        {"100M", 0, 100000000},
        {"10g", 0, 10000000000},
        {"", -EINVAL, 0},
        {"M", -EINVAL, 0},
        {"10Mbit", -EINVAL, 0},
        {"-1", -EINVAL, 0},
        {"99999999999999999999", -ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t bps = 0;
        assert_int_equal(config_parse_bit_rate(&bps, span_text(rows[i].text)), rows[i].result);
        assert_int_equal(bps, rows[i].bps);
    }
}

static void sizes(void **state)
{
    static const struct {
        const char *text;
        int result;
        uint64_t bytes;
    } rows[] = {
        {"4096", 0, 4096},   {"512K", 0, 524288}, {"32M", 0, 33554432},
        {"1g", 0, 1 << 30},  {"M", -EINVAL, 0},   {"1T", -EINVAL, 0},
        {"1 M", -EINVAL, 0}, {"", -EINVAL, 0},    {"99999999999G", -ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t bytes = 0;
        assert_int_equal(config_parse_size(&bytes, span_text(rows[i].text)), rows[i].result);
        assert_int_equal(bytes, rows[i].bytes);
    }
}

static void truths(void **state)
{
    bool value = false;
    (void)state;
    assert_int_equal(config_parse_bool(&value, span_text("Yes")), 0);
    assert_true(value);
    assert_int_equal(config_parse_bool(&value, span_text("off")), 0);
    assert_false(value);
    assert_int_equal(config_parse_bool(&value, span_text("1")), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations),
        cmocka_unit_test(sizes),
        cmocka_unit_test(bit_rates),
        cmocka_unit_test(truths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
