#include "base/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

static void it_is_the_mean_of_whole_seconds(void **state)
{
    struct rate r = {0};
    (void)state;
    assert_int_equal(rate_bps(&r, 5 * CLOCK_SECOND_US), 0);
    for (int ms = 10000; ms < 15500; ms += 10)
        rate_add(&r, ms * CLOCK_MS_US, 125);
    assert_int_equal(rate_bps(&r, 15500 * CLOCK_MS_US), 100000);
    assert_int_equal(rate_bps(&r, 30 * CLOCK_SECOND_US), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_mean_of_whole_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
