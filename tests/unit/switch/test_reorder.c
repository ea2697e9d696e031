#include "switch/reorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Feeds numbers and writes down what comes out, as an input does it. */
struct trace {
    struct reorder r;
    uint16_t out[512];
    size_t count;
    unsigned late, duplicates;
};

static void pop_all(struct trace *t)
{
    struct reorder_slot slot;
    while (reorder_pop(&t->r, &slot)) {
        memcpy(&t->out[t->count++], slot.bytes, 2);
        free(slot.bytes);
    }
}

static void feed(struct trace *t, uint16_t seq, int64_t now_us)
{
    struct span s = span_of(&seq, 2);
    enum reorder_verdict verdict = reorder_push(&t->r, seq, s, now_us);
    if (verdict == REORDER_JUMP) {
        while (t->r.held > 0) {
            reorder_give_up(&t->r);
            pop_all(t);
        }
        reorder_restart(&t->r);
        verdict = reorder_push(&t->r, seq, s, now_us);
    }
    t->late += verdict == REORDER_LATE;
    t->duplicates += verdict == REORDER_DUPLICATE;
    if (verdict == REORDER_PASS) {
        t->out[t->count++] = seq;
        pop_all(t);
    }
}

static void check(struct trace *t, const uint16_t *in, size_t in_count, const uint16_t *out,
                  size_t out_count)
{
    for (size_t i = 0; i < in_count; i++)
        feed(t, in[i], 0);
    assert_int_equal(t->count, out_count);
    assert_memory_equal(t->out, out, out_count * 2);
    reorder_done(&t->r);
}

#define CHECK(t, in, out) check(t, in, sizeof in / 2, out, sizeof out / 2)

static void order_is_restored_across_the_wrap(void **state)
{
    static const uint16_t in[] = {65533, 65535, 65534, 1, 0, 2, 2, 65535, 3};
    static const uint16_t out[] = {65533, 65534, 65535, 0, 1, 2, 3};
    struct trace t = {0};
    (void)state;
    CHECK(&t, in, out);
    assert_int_equal(t.duplicates, 2);
    assert_int_equal(t.late, 0);
}

static void in_order_nothing_is_held(void **state)
{
    struct trace t = {0};
    (void)state;
    for (uint16_t i = 0; i < 300; i++) {
        feed(&t, (uint16_t)(65400 + i), 0);
        assert_int_equal(t.r.held, 0);
        assert_int_equal(t.count, i + 1);
    }
    reorder_done(&t.r);
}

static void a_hole_is_given_up_when_it_is_old(void **state)
{
    struct trace t = {0};
    (void)state;
    feed(&t, 10, 0);
    feed(&t, 12, 1000);
    feed(&t, 13, 2000);
    reorder_expire(&t.r, 1000 + LIMIT_REORDER_US - 1);
    pop_all(&t);
    assert_int_equal(t.count, 1);
    assert_int_equal(reorder_deadline_us(&t.r), 1000 + LIMIT_REORDER_US);
    reorder_expire(&t.r, 1000 + LIMIT_REORDER_US);
    pop_all(&t);
    assert_int_equal(t.count, 3);
    feed(&t, 11, 0);
    assert_int_equal(t.late, 1);
    feed(&t, 12, 0);
    assert_int_equal(t.duplicates, 1);
    reorder_done(&t.r);
}

static void a_long_loss_passes_at_once(void **state)
{
    static const uint16_t in[] = {10, 1010, 1011};
    struct trace t = {0};
    (void)state;
    CHECK(&t, in, in);
}

static void a_full_window_gives_up_its_hole(void **state)
{
    struct trace t = {0};
    (void)state;
    feed(&t, 0, 0);
    for (uint16_t i = 2; i < LIMIT_REORDER + 20; i++)
        feed(&t, i, 0);
    assert_int_equal(t.count, LIMIT_REORDER + 19); /* all but number 1 */
    reorder_done(&t.r);
}

static void a_restart_far_away_passes(void **state)
{
    static const uint16_t in[] = {10, 11, 40000, 40001, 5, 6};
    struct trace t = {0};
    (void)state;
    CHECK(&t, in, in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_restored_across_the_wrap),
        cmocka_unit_test(in_order_nothing_is_held),
        cmocka_unit_test(a_hole_is_given_up_when_it_is_old),
        cmocka_unit_test(a_long_loss_passes_at_once),
        cmocka_unit_test(a_full_window_gives_up_its_hole),
        cmocka_unit_test(a_restart_far_away_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
