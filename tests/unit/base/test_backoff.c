#include "base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

static void pauses_grow_to_half_a_minute(void **state)
{
    struct backoff b = {0};
    static const int64_t expected_ms[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
    (void)state;
    for (size_t i = 0; i < sizeof expected_ms / sizeof expected_ms[0]; i++)
        assert_int_equal(backoff_next_us(&b, 1.0), expected_ms[i] * CLOCK_MS_US);
    backoff_reset(&b);
    assert_int_equal(backoff_next_us(&b, 0.5), 250 * CLOCK_MS_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_grow_to_half_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
