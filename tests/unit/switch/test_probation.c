#include "switch/probation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool confirms(struct probation *p, uint32_t ssrc, uint16_t seq, int64_t now_us)
{
    struct rtp rtp = {.ssrc = ssrc, .seq = seq};
    return probation_confirms(p, &rtp, span_text("packet"), now_us);
}

/* must: R8 */
static void two_in_sequence_are_believed(void **state)
{
    struct probation p = {0};
    (void)state;
    assert_false(confirms(&p, 7, 65535, 5));
    assert_true(confirms(&p, 7, 0, 6));
    assert_int_equal(p.seq, 65535);
    assert_int_equal(p.arrived_us, 5);
    assert_memory_equal(p.bytes, "packet", p.len);
    probation_end(&p);
    assert_null(p.bytes);
}

/* must: R8 */
static void strangers_take_each_others_place(void **state)
{
    struct probation p = {0};
    (void)state;
    for (uint32_t ssrc = 1; ssrc < 1000; ssrc++)
        assert_false(confirms(&p, ssrc, 1, 0));
    assert_false(confirms(&p, 1, 2, 0));
    assert_false(confirms(&p, 1, 2, 0)); /* the same again is no sequence */
    assert_false(confirms(&p, 1, 4, 0));
    assert_true(confirms(&p, 1, 5, 0));
    probation_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_in_sequence_are_believed),
        cmocka_unit_test(strangers_take_each_others_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
