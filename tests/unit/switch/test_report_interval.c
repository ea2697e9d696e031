#include "switch/report_interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

/* must: R6 */
static void reports_take_no_more_than_their_share(void **state)
{
    (void)state;
    assert_int_equal(report_interval_us(UINT64_MAX, 100), 5 * CLOCK_SECOND_US);
    assert_int_equal(report_interval_us(160, 100), 5 * CLOCK_SECOND_US);
    assert_int_equal(report_interval_us(80, 100), 10 * CLOCK_SECOND_US);
    assert_int_equal(report_interval_us(1, 100), 800 * CLOCK_SECOND_US);
    assert_int_equal(report_interval_us(0, 100), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_take_no_more_than_their_share)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
