#include "switch/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static uint8_t bytes[65535];

static uint64_t append(struct tape *t, size_t len, uint8_t fill, int64_t now_us)
{
    memset(bytes, fill, len);
    return tape_append(t, 1, false, span_of(bytes, len), now_us);
}

static void packets_are_framed_and_contiguous(void **state)
{
    struct tape *t;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    uint64_t a = append(t, 100, 0xaa, 1);
    uint64_t b = tape_append(t, 0, true, span_of("xyz", 3), 2);
    const uint8_t *frame = tape_frame(t, a);

    assert_memory_equal(frame, "$\x02\x00\x64\xaa", 5);
    assert_memory_equal(frame + 104, "$\x01\x00\x03xyz", 7);
    assert_int_equal(tape_distance(t, a, b), 104);
    assert_int_equal(tape_distance(t, a, tape_end(t)), 111);
    assert_int_equal(tape_span(t, b).len, 3);
    assert_int_equal(tape_packet(t, b)->arrived_us, 2);
    tape_free(t);
}

/* Any run of packets reads as one stretch of memory, wherever the tape wraps. */
static void a_run_never_wraps(void **state)
{
    struct tape *t;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    for (unsigned i = 0; i < 2000; i++)
        append(t, 1001 + i % 7, (uint8_t)i, (int64_t)i * CLOCK_SECOND_US);
    const uint8_t *at = tape_frame(t, tape_first(t));
    for (uint64_t n = tape_first(t); n < tape_end(t); n++) {
        const struct packet *p = tape_packet(t, n);
        assert_int_equal(at[0], '$');
        assert_int_equal(at[2] << 8 | at[3], p->len);
        for (unsigned i = 0; i < p->len; i++)
            assert_int_equal(at[TAPE_FRAME + i], (uint8_t)n);
        at += TAPE_FRAME + p->len;
    }
    assert_int_equal(tape_capacity(t), TAPE_LEAST);
    assert_true(tape_held_bytes(t) <= TAPE_LEAST);
    assert_true(tape_held_bytes(t) > TAPE_LEAST - 1100);
    tape_free(t);
}

static void it_grows_until_a_group_fits(void **state)
{
    struct tape *t;
    uint64_t key;
    (void)state;
    assert_int_equal(tape_new(&t, 4 << 20), 0);
    uint64_t first = append(t, 1000, 1, 0);
    tape_mark_key(t, first);
    for (int i = 0; i < 2000; i++) /* 2 MB of one group, minutes long */
        append(t, 1000, 2, i * CLOCK_SECOND_US);
    assert_true(tape_find_key(t, &key));
    assert_int_equal(key, first);
    assert_int_equal(tape_capacity(t), 2 << 20);
    assert_memory_equal(tape_span(t, key).ptr, "\1\1", 2);
    tape_free(t);
}

static void a_group_above_the_limit_leaves_the_tape(void **state)
{
    struct tape *t;
    uint64_t key;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    tape_mark_key(t, append(t, 1000, 1, 0));
    for (int i = 0; i < 1000; i++)
        append(t, 1000, 2, i);
    assert_false(tape_find_key(t, &key));
    assert_int_equal(tape_capacity(t), TAPE_LEAST);
    tape_free(t);
}

static void without_a_group_two_seconds_stay(void **state)
{
    struct tape *t;
    (void)state;
    assert_int_equal(tape_new(&t, 64 << 20), 0);
    for (int i = 0; i < 10000; i++) /* 1 MB a second for ten seconds */
        append(t, 1000, 1, i * CLOCK_MS_US);
    int64_t held_us =
        tape_packet(t, tape_end(t) - 1)->arrived_us - tape_packet(t, tape_first(t))->arrived_us;
    assert_true(held_us >= 2 * CLOCK_SECOND_US - CLOCK_MS_US);
    assert_int_equal(tape_capacity(t), 2 << 20);
    tape_free(t);
}

static void tiny_and_huge_packets_fit(void **state)
{
    struct tape *t;
    (void)state;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    for (int i = 0; i < 100000; i++)
        append(t, 1, 3, 0);
    for (int i = 0; i < 100; i++)
        append(t, 65535, 4, 0);
    assert_int_equal(tape_span(t, tape_end(t) - 1).len, 65535);
    assert_int_equal(tape_end(t), 100100);
    tape_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_are_framed_and_contiguous),
        cmocka_unit_test(a_run_never_wraps),
        cmocka_unit_test(it_grows_until_a_group_fits),
        cmocka_unit_test(a_group_above_the_limit_leaves_the_tape),
        cmocka_unit_test(without_a_group_two_seconds_stay),
        cmocka_unit_test(tiny_and_huge_packets_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
