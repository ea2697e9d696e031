#include "switch/reception.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

static void receive(struct reception *r, uint16_t seq, uint32_t timestamp, int64_t now_us)
{
    struct rtp rtp = {.ssrc = 7, .seq = seq, .timestamp = timestamp};
    reception_packet(r, &rtp, now_us);
}

static void nothing_is_reported_before_something_came(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp_report report;
    (void)state;
    assert_false(reception_report(&r, &report, 0));
}

/* RFC 3550 A.3: each report's fraction is about the time since the last one. */
static void loss_is_counted_across_the_wrap(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp_report report;
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        if (i % 4 != 1)
            receive(&r, (uint16_t)(65500 + i), i * 160, i * 20000);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.lost, 25);
    assert_int_equal(report.fraction_lost, 64);
    assert_int_equal(report.highest_seq, 65536 + 63);
    for (unsigned i = 100; i < 200; i++)
        receive(&r, (uint16_t)(65500 + i), i * 160, i * 20000);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.fraction_lost, 0);
    assert_int_equal(report.lost, 25);
    assert_int_equal(reception_lost(&r), 25);
}

/* RFC 3550 A.8: D is the change of transit time; J += (|D| - J) / 16. */
static void jitter_follows_the_formula(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp_report report;
    double jitter = 0;
    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        int64_t late_us = i % 2 ? 5000 : 0; /* 40 ticks */
        receive(&r, (uint16_t)i, i * 160, i * 20000 + late_us);
        if (i > 0)
            jitter += (40 - jitter) / 16;
    }
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.jitter, (uint32_t)jitter);
}

static void the_last_sender_report_is_referred_to(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp sr = {.type = RTCP_SR, .ssrc = 7, .ntp = 0x1122334455667788};
    struct rtcp_report report;
    (void)state;
    receive(&r, 1, 1, 0);
    reception_sender_report(&r, &sr, CLOCK_SECOND_US);
    assert_true(reception_report(&r, &report, 3 * CLOCK_SECOND_US / 2 + CLOCK_SECOND_US));
    assert_int_equal(report.last_sr, 0x33445566);
    assert_int_equal(report.delay_since_last_sr, 65536 * 3 / 2);
}

static void a_new_source_starts_anew_and_old_loss_is_kept(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtp other = {.ssrc = 9, .seq = 1};
    struct rtcp_report report;
    (void)state;
    receive(&r, 1, 0, 0);
    receive(&r, 4, 0, 0);
    reception_packet(&r, &other, 0);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.ssrc, 9);
    assert_int_equal(report.lost, 0);
    assert_int_equal(reception_lost(&r), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_reported_before_something_came),
        cmocka_unit_test(loss_is_counted_across_the_wrap),
        cmocka_unit_test(jitter_follows_the_formula),
        cmocka_unit_test(the_last_sender_report_is_referred_to),
        cmocka_unit_test(a_new_source_starts_anew_and_old_loss_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
