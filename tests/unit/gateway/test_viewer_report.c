#include "gateway/viewer_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

/* must: R4 */
static void reports_become_percent_and_milliseconds(void **state)
{
    struct viewer_report report;
    struct viewer_report_track worst;
    struct rtcp_report picture = {.fraction_lost = 64, .lost = 10, .jitter = 900};
    struct rtcp_report sound = {.fraction_lost = 0, .lost = -1, .jitter = 800};
    (void)state;
    viewer_report_init(&report, 0);
    assert_false(viewer_report_worst(&report, &worst));
    viewer_report_note(&report, 0, 90000, &picture, 5);
    viewer_report_note(&report, 1, 8000, &sound, 9);
    assert_true(report.tracks[0].loss_percent > 24.9 && report.tracks[0].loss_percent < 25.1);
    assert_true(report.tracks[0].jitter_ms > 9.9 && report.tracks[0].jitter_ms < 10.1);
    assert_true(viewer_report_worst(&report, &worst));
    assert_true(worst.loss_percent > 24.9 && worst.jitter_ms > 99 && worst.jitter_ms < 101);
    assert_int_equal(worst.lost, 9);
    assert_int_equal(worst.heard_us, 9);
}

static void absurd_reports_are_counted_alone(void **state)
{
    struct viewer_report report;
    struct viewer_report_track worst;
    struct rtcp_report absurd = {.jitter = UINT32_MAX};
    (void)state;
    viewer_report_init(&report, 0);
    viewer_report_note(&report, 0, 8000, &absurd, 5);
    assert_false(viewer_report_worst(&report, &worst));
    assert_int_equal(report.refused, 1);
}

static void who_tells_too_much_is_not_heard(void **state)
{
    struct viewer_report report;
    int told = 0, asked = 0;
    (void)state;
    viewer_report_init(&report, 0);
    for (int64_t now_us = 0; now_us < 10 * CLOCK_SECOND_US; now_us += 1000) {
        told += viewer_report_may_tell(&report, now_us);
        asked += viewer_report_may_ask(&report, now_us);
    }
    assert_in_range(told, 238, 240);
    assert_in_range(asked, 2098, 2100);
    assert_int_equal(report.heard, told);
    assert_int_equal(report.refused, 10000 - told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_become_percent_and_milliseconds),
        cmocka_unit_test(absurd_reports_are_counted_alone),
        cmocka_unit_test(who_tells_too_much_is_not_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
