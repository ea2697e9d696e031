#include "gateway/querier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static const uint8_t own[IGMP_HOST] = {[10] = 0xff, 0xff, 10, 9, 0, 5};
static const int64_t start_us = 1000 * CLOCK_SECOND_US;

static struct querier started(void)
{
    struct querier q;
    querier_start(&q, false, own, start_us);
    return q;
}

static struct igmp query_of(uint8_t last, uint32_t interval_s)
{
    struct igmp query = {.is_query = true,
                         .interval_s = interval_s,
                         .robustness = interval_s ? 3 : 0,
                         .response_ms = 10000,
                         .from = {[10] = 0xff, 0xff, 10, 9, 0, 0}};
    query.from[15] = last;
    if (last == 0)
        memset(query.from, 0, IGMP_HOST);
    return query;
}

/* RFC 3376 8.6, 8.2. */
static void it_asks_at_once_soon_again_and_then_at_times(void **state)
{
    struct querier q = started();
    int64_t now_us = start_us;
    static const double after_s[] = {31.25, 125, 125};
    (void)state;
    assert_true(querier_is_elected(&q, now_us));
    for (int i = 0; i < 3; i++) {
        assert_true(querier_is_due(&q, now_us));
        assert_false(querier_is_due(&q, now_us));
        assert_int_equal(querier_deadline_us(&q), now_us + (int64_t)(after_s[i] * CLOCK_SECOND_US));
        now_us = querier_deadline_us(&q);
    }
    assert_int_equal(querier_membership_us(&q), 260 * CLOCK_SECOND_US);
    assert_int_equal(querier_doubt_us(&q), 2 * CLOCK_SECOND_US);
}

static void the_lowest_address_asks(void **state)
{
    struct querier q = started();
    struct igmp higher = query_of(6, 125), nobody = query_of(0, 125), lower = query_of(4, 60),
                lowest = query_of(3, 30);
    (void)state;
    querier_hear(&q, &higher, start_us);
    querier_hear(&q, &nobody, start_us);
    assert_true(querier_is_elected(&q, start_us));
    querier_hear(&q, &lower, start_us);
    assert_false(querier_is_elected(&q, start_us));
    assert_false(querier_is_due(&q, start_us + CLOCK_SECOND_US));
    assert_int_equal(querier_membership_us(&q), (3 * 60 + 10) * CLOCK_SECOND_US);
    querier_hear(&q, &lowest, start_us);
    querier_hear(&q, &lower, start_us); /* which has not heard the lowest yet */
    assert_int_equal(querier_membership_us(&q), (3 * 30 + 10) * CLOCK_SECOND_US);
}

/* RFC 3376 8.5: then with its own figures. */
static void it_asks_again_when_the_other_has_gone(void **state)
{
    struct querier q = started();
    struct igmp other = query_of(4, 60);
    int64_t gone_us = start_us + (3 * 60 + 5) * CLOCK_SECOND_US;
    (void)state;
    querier_hear(&q, &other, start_us);
    assert_int_equal(querier_deadline_us(&q), gone_us);
    assert_false(querier_is_due(&q, gone_us - 1));
    assert_true(querier_is_due(&q, gone_us));
    assert_true(querier_is_elected(&q, gone_us));
    assert_int_equal(querier_membership_us(&q), 260 * CLOCK_SECOND_US);
}

static void what_another_says_of_itself_has_bounds(void **state)
{
    struct querier q = started();
    struct igmp slow = query_of(4, 31744), silent = query_of(3, 0);
    (void)state;
    slow.response_ms = UINT32_MAX;
    querier_hear(&q, &slow, start_us);
    assert_int_equal(querier_membership_us(&q), (3 * 600 + 60) * CLOCK_SECOND_US);
    querier_hear(&q, &silent, start_us); /* as of IGMPv2 */
    assert_int_equal(querier_membership_us(&q), 260 * CLOCK_SECOND_US);
}

static void without_an_address_it_listens(void **state)
{
    struct querier q;
    struct igmp other = query_of(200, 60);
    (void)state;
    querier_start(&q, false, NULL, start_us);
    assert_false(querier_is_due(&q, start_us));
    assert_false(querier_is_elected(&q, start_us));
    assert_int_equal(querier_deadline_us(&q), INT64_MAX);
    querier_hear(&q, &other, start_us);
    assert_int_equal(querier_membership_us(&q), (3 * 60 + 10) * CLOCK_SECOND_US);
}

static void it_asks_about_all_or_about_one(void **state)
{
    struct querier q = started();
    static const uint8_t group[IGMP_HOST] = {[10] = 0xff, 0xff, 239, 1, 1, 1}, none[IGMP_HOST];
    struct igmp_query query = querier_query(&q, NULL);
    (void)state;
    assert_memory_equal(query.group, none, IGMP_HOST);
    assert_memory_equal(query.from, own, IGMP_HOST);
    assert_int_equal(query.response_ds, 100);
    query = querier_query(&q, group);
    assert_memory_equal(query.group, group, IGMP_HOST);
    assert_int_equal(query.response_ds, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_asks_at_once_soon_again_and_then_at_times),
        cmocka_unit_test(the_lowest_address_asks),
        cmocka_unit_test(it_asks_again_when_the_other_has_gone),
        cmocka_unit_test(what_another_says_of_itself_has_bounds),
        cmocka_unit_test(without_an_address_it_listens),
        cmocka_unit_test(it_asks_about_all_or_about_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
