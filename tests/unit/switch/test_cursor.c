#include "switch/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

static uint64_t append(struct tape *t, int64_t now_us)
{
    static const uint8_t bytes[1000];
    return tape_append(t, 0, false, span_of(bytes, sizeof bytes), now_us);
}

static struct tape *tape_with(int before_key, int behind_key)
{
    struct tape *t;
    assert_int_equal(tape_new(&t, TAPE_LEAST), 0);
    for (int i = 0; i < before_key; i++)
        append(t, 0);
    if (behind_key > 0)
        tape_mark_key(t, append(t, 0));
    for (int i = 1; i < behind_key; i++)
        append(t, 0);
    return t;
}

static void it_starts_where_the_path_says(void **state)
{
    static const struct {
        enum join_from from;
        int before, behind;
        uint64_t next;
        bool waits;
    } rows[] = {
        {JOIN_KEY_FRAME, 3, 5, 3, false},     {JOIN_KEY_FRAME, 3, 0, 3, true},
        {JOIN_NEXT_KEY_FRAME, 3, 5, 8, true}, {JOIN_NEXT_KEY_FRAME, 3, 0, 3, true},
        {JOIN_LIVE, 3, 5, 8, false},          {JOIN_LIVE, 0, 0, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tape *t = tape_with(rows[i].before, rows[i].behind);
        struct cursor c = {0};
        cursor_start(&c, t, rows[i].from, 0);
        assert_int_equal(c.next, rows[i].next);
        assert_int_equal(c.waits_for_key, rows[i].waits);
        tape_free(t);
    }
}

static void a_waiting_cursor_takes_the_next_key_frame(void **state)
{
    struct tape *t = tape_with(0, 5);
    struct cursor c = {0};
    (void)state;
    cursor_start(&c, t, JOIN_NEXT_KEY_FRAME, 0);
    append(t, 1);
    assert_false(cursor_settle(&c, t, 100 * CLOCK_SECOND_US)); /* groups may be long */
    uint64_t key = append(t, 2);
    append(t, 3);
    tape_mark_key(t, key);
    assert_true(cursor_settle(&c, t, 4));
    assert_int_equal(c.next, key);
    assert_int_equal(c.skipped, 0);
    tape_free(t);
}

static void without_any_key_frame_it_goes_live_after_a_while(void **state)
{
    struct tape *t = tape_with(5, 0);
    struct cursor c = {0};
    (void)state;
    cursor_start(&c, t, JOIN_KEY_FRAME, 0);
    append(t, 1);
    assert_false(cursor_settle(&c, t, 9 * CLOCK_SECOND_US));
    assert_false(cursor_settle(&c, t, 10 * CLOCK_SECOND_US));
    assert_false(c.waits_for_key);
    uint64_t live = append(t, 10 * CLOCK_SECOND_US);
    assert_true(cursor_settle(&c, t, 10 * CLOCK_SECOND_US));
    assert_int_equal(c.next, live);
    tape_free(t);
}

static void a_slow_one_jumps_to_the_newest_key_frame(void **state)
{
    struct tape *t = tape_with(0, 1);
    struct cursor c = {0};
    (void)state;
    cursor_start(&c, t, JOIN_KEY_FRAME, 0);
    for (int i = 0; i < 1000; i++)
        append(t, 0);
    uint64_t key = append(t, 0);
    tape_mark_key(t, key);
    assert_true(cursor_settle(&c, t, 0));
    assert_int_equal(c.next, key);
    assert_int_equal(c.skipped, key);
    tape_free(t);
}

static void a_slow_one_without_key_frames_jumps_to_live(void **state)
{
    struct tape *t = tape_with(0, 0);
    struct cursor c = {0};
    (void)state;
    cursor_start(&c, t, JOIN_LIVE, 0);
    for (int i = 0; i < 1000; i++)
        append(t, 0);
    assert_false(cursor_settle(&c, t, 0));
    assert_int_equal(c.next, tape_end(t));
    assert_int_equal(c.skipped, 1000);
    tape_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_where_the_path_says),
        cmocka_unit_test(a_waiting_cursor_takes_the_next_key_frame),
        cmocka_unit_test(without_any_key_frame_it_goes_live_after_a_while),
        cmocka_unit_test(a_slow_one_jumps_to_the_newest_key_frame),
        cmocka_unit_test(a_slow_one_without_key_frames_jumps_to_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
