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
/* must: R3 */
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
/* must: R3 */
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

/* must: R3 */
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

/* RFC 3550 A.1: one packet far away is nothing, two in sequence are a restart. */
/* must: R3 R8 */
static void a_stray_packet_does_not_upset_the_figures(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp_report report;
    (void)state;
    for (unsigned i = 0; i < 10; i++)
        receive(&r, (uint16_t)i, i * 160, i * 20000);
    receive(&r, 30000, 9, 200000);
    receive(&r, 10, 1600, 200000);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.highest_seq, 10);
    assert_int_equal(report.lost, 0);
    receive(&r, 30000, 9, 200000);
    receive(&r, 30001, 9, 200000);
    receive(&r, 30003, 9, 200000);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.highest_seq, 30003);
    assert_int_equal(report.lost, 1);
}

/* RFC 3550 6.4.1: duplicates make it negative; 24 bits hold no more than this. */
/* must: R3 */
static void losses_are_clamped(void **state)
{
    struct reception r = {.clock_rate = 8000};
    struct rtcp_report report;
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        receive(&r, 1, 0, 0);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.lost, -4);
    assert_int_equal(report.fraction_lost, 0);
    for (unsigned i = 1; i < 4000; i++)
        receive(&r, (uint16_t)(i * 2999), 0, 0);
    assert_true(reception_report(&r, &report, 0));
    assert_int_equal(report.lost, 0x7fffff);
    assert_int_equal(report.fraction_lost, 255);
}

/* RFC 3550 A.8 as it stands there, in integers (R3: to +-1), with arrivals like a real network's.
 */
/* must: R3 */
static void jitter_agrees_with_another_calculation(void **state)
{
    struct reception r = {.clock_rate = 90000};
    struct rtcp_report report;
    int32_t transit = 0;
    uint32_t jitter = 0, random = 1;
    int64_t now_us = INT64_C(123) * 365 * 24 * 3600 * CLOCK_SECOND_US; /* no uptime overflows */
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        random = random * 1103515245 + 12345;
        int64_t arrived_us = now_us + (int64_t)i * 40000 + (random >> 16) % 20000;
        uint32_t timestamp = UINT32_MAX - 90000 + i * 3600;
        uint32_t arrival = (uint32_t)(arrived_us / 100 * 9 + arrived_us % 100 * 9 / 100);
        receive(&r, (uint16_t)i, timestamp, arrived_us);
        int32_t now = (int32_t)(arrival - timestamp);
        int32_t d = i > 0 ? now - transit : 0;
        transit = now;
        jitter += (uint32_t)(d < 0 ? -d : d) - ((jitter + 8) >> 4);
        assert_true(reception_report(&r, &report, 0));
        assert_in_range(report.jitter + 1, jitter >> 4, (jitter >> 4) + 2);
    }
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
        cmocka_unit_test(a_stray_packet_does_not_upset_the_figures),
        cmocka_unit_test(losses_are_clamped),
        cmocka_unit_test(jitter_agrees_with_another_calculation),
        cmocka_unit_test(a_new_source_starts_anew_and_old_loss_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
