#include "gateway/feedback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* must: R4 */
static void many_wishes_for_a_key_frame_are_one(void **state)
{
    struct feedback f = {0};
    int asked = 0;
    (void)state;
    assert_false(feedback_take_key(&f, 0));
    assert_int_equal(feedback_deadline_us(&f), INT64_MAX);
    for (int64_t now_us = 0; now_us < 2000 * 1000; now_us += 1000) {
        feedback_want_key(&f); /* a thousand a second */
        if (feedback_deadline_us(&f) <= now_us)
            asked += feedback_take_key(&f, now_us);
    }
    assert_int_equal(asked, 4);
    assert_false(feedback_take_key(&f, 1999 * 1000));
    assert_int_equal(feedback_deadline_us(&f), 2000 * 1000); /* the last wish is not forgotten */
    assert_true(feedback_take_key(&f, 2000 * 1000));
    assert_int_equal(feedback_deadline_us(&f), INT64_MAX);
}

/* must: R4 */
static void a_packet_is_asked_for_once(void **state)
{
    static const uint16_t missed[] = {5, 65534, 5, 0, 65534, 3, 0};
    static const uint16_t wanted[] = {65534, 0, 3, 5};
    struct feedback f = {0};
    uint16_t seqs[FEEDBACK_LOST];
    (void)state;
    for (size_t i = 0; i < sizeof missed / sizeof missed[0]; i++)
        feedback_want_packet(&f, missed[i], 1000 + (int64_t)i);
    assert_int_equal(feedback_deadline_us(&f), 1000 + FEEDBACK_NACK_US);
    assert_int_equal(feedback_take_lost(&f, seqs, 1000), 0);
    assert_int_equal(feedback_take_lost(&f, seqs, 1000 + FEEDBACK_NACK_US), 4);
    assert_memory_equal(seqs, wanted, sizeof wanted);
    feedback_want_packet(&f, 3, 20000);
    assert_int_equal(feedback_deadline_us(&f), INT64_MAX);
    feedback_want_packet(&f, 3, 1000 + FEEDBACK_NACK_US + FEEDBACK_AGAIN_US);
    assert_int_not_equal(feedback_deadline_us(&f), INT64_MAX);
}

static void wishes_have_a_bound(void **state)
{
    struct feedback f = {0};
    uint16_t seqs[FEEDBACK_LOST];
    (void)state;
    for (unsigned i = 0; i < 65536; i++)
        feedback_want_packet(&f, (uint16_t)(i * 7), 1);
    assert_int_equal(feedback_take_lost(&f, seqs, 1 + FEEDBACK_NACK_US), FEEDBACK_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_wishes_for_a_key_frame_are_one),
        cmocka_unit_test(a_packet_is_asked_for_once),
        cmocka_unit_test(wishes_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
