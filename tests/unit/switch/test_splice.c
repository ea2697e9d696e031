#include "switch/splice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

static struct rtp packet(uint32_t ssrc, uint16_t seq, uint32_t timestamp)
{
    return (struct rtp){.payload_type = 96, .ssrc = ssrc, .seq = seq, .timestamp = timestamp};
}

static void expect(struct splice *s, struct rtp in, int64_t now_us, enum splice_verdict verdict,
                   uint32_t ssrc, uint16_t seq, uint32_t timestamp)
{
    assert_int_equal(splice_apply(s, &in, now_us), verdict);
    assert_int_equal(in.ssrc, ssrc);
    assert_int_equal(in.seq, seq);
    assert_int_equal(in.timestamp, timestamp);
}

static void unbroken_numbers_pass_across_both_wraps(void **state)
{
    struct splice s = {.clock_rate = 90000};
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        expect(&s, packet(7, (uint16_t)(65500 + i), UINT32_MAX - 1000 + i * 3600), i * 40000,
               SPLICE_SAME, 7, (uint16_t)(65500 + i), UINT32_MAX - 1000 + i * 3600);
    assert_int_equal(s.count, 0);
}

static void a_new_session_with_new_numbers_goes_on_where_the_old_stopped(void **state)
{
    struct splice s = {.clock_rate = 90000};
    (void)state;
    expect(&s, packet(7, 65535, UINT32_MAX), 0, SPLICE_SAME, 7, 65535, UINT32_MAX);
    splice_expect_break(&s);
    /* Three seconds later, under another name. */
    expect(&s, packet(9, 100, 5000), 3 * CLOCK_SECOND_US, SPLICE_MOVED, 7, 0, 270000 - 1);
    expect(&s, packet(9, 101, 8600), 3 * CLOCK_SECOND_US + 40000, SPLICE_MOVED, 7, 1, 273600 - 1);
    assert_true(splice_is_moved(&s, 9));
    assert_false(splice_is_moved(&s, 8));
    splice_expect_break(&s);
    expect(&s, packet(11, 50, 50), 4 * CLOCK_SECOND_US + 40000, SPLICE_MOVED, 7, 2, 363600 - 1);
    assert_int_equal(s.count, 2);
}

static void a_new_session_with_the_old_numbers_is_left_alone(void **state)
{
    struct splice s = {.clock_rate = 8000};
    (void)state;
    expect(&s, packet(7, 10, 0), 0, SPLICE_SAME, 7, 10, 0);
    splice_expect_break(&s);
    expect(&s, packet(7, 60, 8000), CLOCK_SECOND_US, SPLICE_SAME, 7, 60, 8000);
    assert_int_equal(s.count, 0);
}

static void the_same_ssrc_with_a_clock_far_away_is_spliced(void **state)
{
    struct splice s = {.clock_rate = 8000};
    (void)state;
    expect(&s, packet(7, 10, 0), 0, SPLICE_SAME, 7, 10, 0);
    splice_expect_break(&s);
    expect(&s, packet(7, 11, 8000 * 100), CLOCK_SECOND_US, SPLICE_MOVED, 7, 11, 8000);
}

static void an_encoder_that_restarts_within_the_session_is_spliced(void **state)
{
    struct splice s = {.clock_rate = 90000};
    (void)state;
    expect(&s, packet(7, 10, 1000), 0, SPLICE_SAME, 7, 10, 1000);
    expect(&s, packet(8, 900, 1), 40000, SPLICE_MOVED, 7, 11, 4600);
}

static void two_sources_in_turn_both_pass(void **state)
{
    struct splice s = {.clock_rate = 90000};
    (void)state;
    expect(&s, packet(7, 10, 1000), 0, SPLICE_SAME, 7, 10, 1000);
    expect(&s, packet(8, 900, 1), 10, SPLICE_MOVED, 7, 11, 1001);
    expect(&s, packet(7, 11, 1000), 20, SPLICE_SAME, 7, 11, 1000);
    expect(&s, packet(8, 901, 1), 30, SPLICE_MOVED, 7, 12, 1001);
    assert_int_equal(s.count, 1);
}

static void repair_packets_pass(void **state)
{
    struct splice s = {.clock_rate = 90000};
    struct rtp repair = packet(8, 5, 5);
    (void)state;
    expect(&s, packet(7, 10, 1000), 0, SPLICE_SAME, 7, 10, 1000);
    repair.payload_type = 97;
    expect(&s, repair, 1, SPLICE_SAME, 8, 5, 5);
    expect(&s, packet(7, 11, 1000), 2, SPLICE_SAME, 7, 11, 1000);
}

static void one_stray_packet_is_dropped_two_in_a_row_are_a_break(void **state)
{
    struct splice s = {.clock_rate = 90000};
    (void)state;
    expect(&s, packet(7, 10, 1000), 0, SPLICE_SAME, 7, 10, 1000);
    expect(&s, packet(7, 40000, 9), 1, SPLICE_DROP, 7, 40000, 9);
    expect(&s, packet(7, 11, 1000), 2, SPLICE_SAME, 7, 11, 1000);
    expect(&s, packet(7, 40000, 9), 3, SPLICE_DROP, 7, 40000, 9);
    expect(&s, packet(7, 40001, 3609), 40002, SPLICE_MOVED, 7, 12, 4600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unbroken_numbers_pass_across_both_wraps),
        cmocka_unit_test(a_new_session_with_new_numbers_goes_on_where_the_old_stopped),
        cmocka_unit_test(a_new_session_with_the_old_numbers_is_left_alone),
        cmocka_unit_test(the_same_ssrc_with_a_clock_far_away_is_spliced),
        cmocka_unit_test(an_encoder_that_restarts_within_the_session_is_spliced),
        cmocka_unit_test(two_sources_in_turn_both_pass),
        cmocka_unit_test(repair_packets_pass),
        cmocka_unit_test(one_stray_packet_is_dropped_two_in_a_row_are_a_break),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
