#include "wire/mpegts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAYLOAD = 0x10, FIELD = 0x20 };

static struct mpegts_continuity seen;

static int setup(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    return 0;
}

/* One packet; `jumps`: its adaptation field says that the counter may. */
static void take(unsigned pid, unsigned counter, unsigned control, bool jumps)
{
    uint8_t p[MPEGTS_PACKET] = {0x47, (uint8_t)(pid >> 8), (uint8_t)pid,
                                (uint8_t)(control | counter)};
    if (control & FIELD) {
        p[4] = 1;
        p[5] = jumps ? 0x80 : 0;
    }
    mpegts_count(&seen, span_of(p, sizeof p));
}

static void a_stream_is_known_by_its_sync_bytes(void **state)
{
    uint8_t bytes[7 * MPEGTS_PACKET] = {0};
    (void)state;
    for (size_t i = 0; i < 7; i++)
        bytes[i * MPEGTS_PACKET] = 0x47;
    assert_true(mpegts_is(span_of(bytes, sizeof bytes)));
    assert_true(mpegts_is(span_of(bytes, MPEGTS_PACKET)));
    assert_false(mpegts_is(span_of(bytes, 0)));
    assert_false(mpegts_is(span_of(bytes, MPEGTS_PACKET - 1)));
    assert_false(mpegts_is(span_of(bytes, MPEGTS_PACKET + 1)));
    bytes[6 * MPEGTS_PACKET] = 0x46;
    assert_false(mpegts_is(span_of(bytes, sizeof bytes)));
}

static void a_gap_is_counted_for_each_pid(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        take(0x100, i % 16, PAYLOAD, false);
        take(0x101, (i + 5) % 16, PAYLOAD | FIELD, false);
    }
    assert_int_equal(seen.packets, 80);
    assert_int_equal(seen.lost, 0);
    take(0x100, 8 + 7, PAYLOAD, false); /* seven of them are missing */
    assert_int_equal(seen.lost, 7);
    take(0x101, (40 + 5) % 16, PAYLOAD, false);
    assert_int_equal(seen.lost, 7);
}

static void a_packet_may_come_twice_but_not_three_times(void **state)
{
    (void)state;
    take(0x100, 3, PAYLOAD, false);
    take(0x100, 3, PAYLOAD, false);
    take(0x100, 4, PAYLOAD, false);
    take(0x100, 4, PAYLOAD, false);
    assert_int_equal(seen.lost, 0);
    take(0x100, 4, PAYLOAD, false);
    assert_int_equal(seen.lost, 15);
}

static void without_payload_the_counter_stands_still(void **state)
{
    (void)state;
    take(0x100, 3, PAYLOAD, false);
    take(0x100, 3, FIELD, false);
    take(0x100, 3, FIELD, false);
    take(0x100, 4, PAYLOAD, false);
    assert_int_equal(seen.lost, 0);
}

static void an_announced_jump_is_no_loss(void **state)
{
    (void)state;
    take(0x100, 3, PAYLOAD, false);
    take(0x100, 9, PAYLOAD | FIELD, true);
    take(0x100, 10, PAYLOAD, false);
    take(0x100, 1, FIELD, true);
    take(0x100, 2, PAYLOAD, false);
    assert_int_equal(seen.lost, 0);
    take(0x100, 4, PAYLOAD | FIELD, false);
    assert_int_equal(seen.lost, 1);
}

static void stuffing_and_damage_count_nothing(void **state)
{
    uint8_t damaged[MPEGTS_PACKET] = {0x47, 0x81, 0x00, PAYLOAD | 9};
    (void)state;
    take(0x1fff, 3, PAYLOAD, false);
    take(0x1fff, 9, PAYLOAD, false);
    take(0x100, 3, PAYLOAD, false);
    mpegts_count(&seen, span_of(damaged, sizeof damaged));
    take(0x100, 4, PAYLOAD, false);
    take(0x100, 7, 0, false); /* reserved */
    assert_int_equal(seen.lost, 0);
    assert_int_equal(seen.broken, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stream_is_known_by_its_sync_bytes, setup),
        cmocka_unit_test_setup(a_gap_is_counted_for_each_pid, setup),
        cmocka_unit_test_setup(a_packet_may_come_twice_but_not_three_times, setup),
        cmocka_unit_test_setup(without_payload_the_counter_stands_still, setup),
        cmocka_unit_test_setup(an_announced_jump_is_no_loss, setup),
        cmocka_unit_test_setup(stuffing_and_damage_count_nothing, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
