#include "switch/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t bytes[65000];

static void append(struct tape *t, unsigned track, bool is_rtcp, size_t len)
{
    tape_append(t, track, is_rtcp, span_of(bytes, len), 0);
}

static void expect(const struct run *run, unsigned track, bool is_rtcp, unsigned segment,
                   unsigned count)
{
    assert_int_equal(run->track, track);
    assert_int_equal(run->is_rtcp, is_rtcp);
    assert_int_equal(run->segment, segment);
    assert_int_equal(run->count, count);
}

static void equal_packets_of_a_track_make_a_run(void **state)
{
    struct tape *t;
    static struct runs runs;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    append(t, 0, false, 1200);
    append(t, 1, false, 160); /* sound between pictures does not break the run */
    append(t, 0, false, 1200);
    append(t, 0, true, 28);
    append(t, 0, false, 300); /* a shorter one may be the last */
    append(t, 0, false, 300);
    append(t, 0, false, 1200); /* a longer one begins another */
    append(t, 1, false, 160);
    runs_make(&runs, t, 0, tape_end(t));
    assert_int_equal(runs.count, 5);
    expect(&runs.items[0], 0, false, 1200, 3);
    expect(&runs.items[1], 0, false, 300, 1);
    expect(&runs.items[2], 0, false, 1200, 1);
    expect(&runs.items[3], 0, true, 28, 1);
    expect(&runs.items[4], 1, false, 160, 2);
    assert_int_equal(runs.parts[runs.items[4].first].iov_len, 160);
    assert_int_equal(runs.parts[2].iov_len, 300);
    tape_free(t);
}

static void a_run_stays_within_what_one_send_can_carry(void **state)
{
    struct tape *t;
    static struct runs runs;
    size_t packets = 0;
    (void)state;
    assert_int_equal(tape_new(&t, 1 << 20), 0);
    for (int i = 0; i < 150; i++)
        append(t, 0, false, 100);
    for (int i = 0; i < 10; i++)
        append(t, 1, false, 20000);
    runs_make(&runs, t, 0, tape_end(t));
    for (size_t i = 0; i < runs.count; i++) {
        assert_true(runs.items[i].count <= 64);
        assert_true((size_t)runs.items[i].count * runs.items[i].segment <= 65000);
        packets += runs.items[i].count;
    }
    assert_int_equal(packets, 160);
    tape_free(t);
}

static void a_long_stretch_is_cut(void **state)
{
    struct tape *t;
    static struct runs runs;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    for (int i = 0; i < 1000; i++)
        append(t, 0, i % 2, 100);
    runs_make(&runs, t, 10, tape_end(t));
    assert_int_equal(runs.to, 10 + RUNS_PACKETS);
    assert_true(runs.count <= RUNS_PACKETS);
    tape_free(t);
}

static void an_empty_packet_stands_alone(void **state)
{
    struct tape *t;
    static struct runs runs;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    append(t, 0, false, 0);
    append(t, 0, false, 0);
    runs_make(&runs, t, 0, 2);
    assert_int_equal(runs.count, 2);
    tape_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_packets_of_a_track_make_a_run),
        cmocka_unit_test(a_run_stays_within_what_one_send_can_carry),
        cmocka_unit_test(a_long_stretch_is_cut),
        cmocka_unit_test(an_empty_packet_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
