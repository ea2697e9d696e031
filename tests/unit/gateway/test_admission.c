#include "gateway/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

enum { MOST = 400 };

static const int64_t start_us = 1000 * CLOCK_SECOND_US;

struct bench {
    struct settings settings;
    struct admission admission;
    struct guest *guests[MOST];
    size_t count;
};

static void set_up(struct bench *b, uint32_t connections, uint32_t per_address)
{
    *b = (struct bench){
        .settings = {.max_connections = connections, .max_connections_per_address = per_address}};
    b->admission.settings = &b->settings;
}

static enum admission_reason enter(struct bench *b, const char *from)
{
    struct address address;
    assert_int_equal(address_parse(&address, from), 0);
    enum admission_reason reason = admission_enter(&b->guests[b->count], &b->admission,
                                                   ADMISSION_CONNECTION, &address, start_us);
    b->count += reason == ADMISSION_GRANTED;
    return reason;
}

static void leave_connections(struct bench *b)
{
    while (b->count > 0)
        admission_leave(&b->admission, ADMISSION_CONNECTION, b->guests[--b->count]);
    assert_int_equal(b->admission.count[ADMISSION_CONNECTION], 0);
}

static void leave_all(struct bench *b)
{
    leave_connections(b);
    assert_null(b->admission.guests);
}

/* must: C2 A2 */
static void no_more_sessions_than_connections(void **state)
{
    struct bench b;
    struct guest *guests[3];
    struct address here, there;
    (void)state;
    set_up(&b, 3, 2);
    assert_int_equal(address_parse(&here, "192.0.2.1:1"), 0);
    assert_int_equal(address_parse(&there, "192.0.2.2:1"), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(admission_enter(&guests[i], &b.admission, ADMISSION_SESSION, &here, 0),
                         ADMISSION_GRANTED);
    assert_int_equal(admission_enter(&guests[2], &b.admission, ADMISSION_SESSION, &here, 0),
                     ADMISSION_ADDRESS);
    assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_GRANTED); /* counted apart */
    assert_int_equal(admission_enter(&guests[2], &b.admission, ADMISSION_SESSION, &there, 0),
                     ADMISSION_GRANTED);
    assert_int_equal(admission_enter(&guests[2], &b.admission, ADMISSION_SESSION, &there, 0),
                     ADMISSION_CONNECTIONS);
    leave_connections(&b);
    for (int i = 0; i < 3; i++)
        admission_leave(&b.admission, ADMISSION_SESSION, guests[i]);
    assert_null(b.admission.guests);
}

/* must: C2 */
static void no_more_connections_than_allowed(void **state)
{
    struct bench b;
    (void)state;
    set_up(&b, 3, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "192.0.2.2:1"), ADMISSION_CONNECTIONS);
    assert_int_equal(b.admission.refused[ADMISSION_CONNECTIONS], 1);
    admission_leave(&b.admission, ADMISSION_CONNECTION, b.guests[--b.count]);
    assert_int_equal(enter(&b, "192.0.2.2:1"), ADMISSION_GRANTED);
    leave_all(&b);
}

/* One host's crowd keeps nobody else out; an IPv4 address is one in both its forms, and all
 * addresses of a /64 are one guest. */
static void no_more_from_one_address_than_allowed(void **state)
{
    struct bench b;
    (void)state;
    set_up(&b, 100, 2);
    assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "[::ffff:192.0.2.1]:2"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "192.0.2.1:3"), ADMISSION_ADDRESS);
    assert_int_equal(enter(&b, "192.0.2.2:3"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "[2001:db8::1]:1"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "[2001:db8::2]:1"), ADMISSION_GRANTED);
    assert_int_equal(enter(&b, "[2001:db8::ffff:0:0:3]:1"), ADMISSION_ADDRESS);
    assert_int_equal(enter(&b, "[2001:db8:0:1::1]:1"), ADMISSION_GRANTED);
    leave_all(&b);
}

static void those_who_say_nothing_are_counted_each_second(void **state)
{
    struct bench b;
    (void)state;
    set_up(&b, MOST, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_GRANTED);
    admission_tick(&b.admission);
    for (int i = 0; i < 100; i++)
        assert_int_equal(admission_is_surplus(&b.admission, b.guests[i], start_us),
                         i >= LIMIT_HALF_OPEN);
    assert_int_equal(b.admission.refused[ADMISSION_HALF_OPEN], 100 - LIMIT_HALF_OPEN);
    assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_HALF_OPEN);
    assert_int_equal(enter(&b, "192.0.2.2:1"), ADMISSION_GRANTED);
    admission_tick(&b.admission);
    assert_int_equal(enter(&b, "192.0.2.1:1"), ADMISSION_GRANTED);
    leave_all(&b);
}

/* must: C1 */
static void a_budget_is_spent_to_the_last_bit_and_no_further(void **state)
{
    (void)state;
    assert_true(admission_has_room(0, UINT64_MAX, UINT64_MAX));
    assert_true(admission_has_room(100, 60, 40));
    assert_false(admission_has_room(100, 60, 41));
    assert_false(admission_has_room(100, 101, 0));
    assert_false(admission_has_room(100, 60, UINT64_MAX));
}

/* must: C2 */
static void a_flood_gets_few_answers(void **state)
{
    struct bench b;
    int answers = 0;
    (void)state;
    set_up(&b, 1, 0);
    for (int i = 0; i < 10000; i++)
        answers += admission_may_answer(&b.admission, start_us + i);
    assert_in_range(answers, 10, 100);
    assert_true(admission_may_answer(&b.admission, start_us + CLOCK_SECOND_US));
}

/* must: C2 */
static void the_more_are_sent_away_the_later_they_return(void **state)
{
    struct bench b;
    int64_t now_us = start_us;
    uint32_t calm, busy, flooded;
    (void)state;
    set_up(&b, 1, 0);
    calm = admission_retry_after_s(&b.admission, now_us, 1);
    for (; now_us < start_us + 5 * CLOCK_SECOND_US; now_us += 50 * CLOCK_MS_US)
        admission_count(&b.admission, ADMISSION_CONNECTIONS, now_us);
    busy = admission_retry_after_s(&b.admission, now_us, 1);
    for (; now_us < start_us + 10 * CLOCK_SECOND_US; now_us += CLOCK_MS_US)
        admission_count(&b.admission, ADMISSION_CONNECTIONS, now_us);
    flooded = admission_retry_after_s(&b.admission, now_us, 1);
    assert_int_equal(calm, 5);
    assert_int_equal(busy, 15); /* twenty a second */
    assert_int_equal(flooded, 120);
    assert_int_equal(admission_retry_after_s(&b.admission, now_us, 0.5), 60);
    assert_int_equal(admission_news(&b.admission), 5100);
    assert_int_equal(admission_news(&b.admission), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_sessions_than_connections),
        cmocka_unit_test(no_more_connections_than_allowed),
        cmocka_unit_test(no_more_from_one_address_than_allowed),
        cmocka_unit_test(those_who_say_nothing_are_counted_each_second),
        cmocka_unit_test(a_budget_is_spent_to_the_last_bit_and_no_further),
        cmocka_unit_test(a_flood_gets_few_answers),
        cmocka_unit_test(the_more_are_sent_away_the_later_they_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
