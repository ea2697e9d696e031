#include "gateway/group_members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static const int64_t s = CLOCK_SECOND_US;

struct bench {
    struct querier querier;
    struct group_members group;
    int64_t now_us;
};

static int set_up(void **state)
{
    static const uint8_t own[IGMP_HOST] = {[10] = 0xff, 0xff, 10, 9, 0, 1},
                         group[IGMP_HOST] = {[10] = 0xff, 0xff, 239, 1, 1, 1};
    struct bench *b = calloc(1, sizeof *b);
    b->now_us = 1000 * s;
    querier_start(&b->querier, false, own, b->now_us);
    group_members_init(&b->group, group);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    group_members_done(&b->group);
    free(b);
    return 0;
}

/* `host` says it about the group, for the sources 10.0.0.x, named by letters. */
static void say(struct bench *b, unsigned host, enum igmp_change change, const char *sources,
                bool is_old)
{
    uint8_t from[IGMP_HOST] = {[10] = 0xff, 0xff, 10, 9, (uint8_t)(host >> 8), (uint8_t)host};
    uint8_t bytes[64 * 4];
    struct writer w = writer_of(bytes, sizeof bytes);
    for (const char *c = sources; *c; c++)
        writer_u32(&w, 0x0a000000 + (uint8_t)*c);
    struct igmp_record record = {
        .change = change, .source_count = strlen(sources), .sources = writer_written(&w)};
    memcpy(record.group, b->group.group, IGMP_HOST);
    if (host == 0)
        memset(from, 0, sizeof from);
    group_members_report(&b->group, &b->querier, from, &record, is_old, b->now_us);
}

static bool is_there(struct bench *b)
{
    return group_members_expire(&b->group, b->now_us);
}

static bool must_ask(struct bench *b)
{
    return group_members_must_ask(&b->group, &b->querier, b->now_us);
}

static void the_last_of_version_3_is_gone_at_once(void **state)
{
    struct bench *b = *state;
    assert_false(is_there(b));
    say(b, 2, IGMP_TO_EXCLUDE, "", false);
    say(b, 3, IGMP_IS_EXCLUDE, "", false);
    assert_int_equal(group_members_count(&b->group), 2);
    say(b, 2, IGMP_TO_INCLUDE, "", false);
    say(b, 2, IGMP_TO_INCLUDE, "", false); /* it is said twice */
    assert_true(is_there(b));
    say(b, 3, IGMP_TO_INCLUDE, "", false);
    say(b, 3, IGMP_TO_INCLUDE, "", false);
    assert_false(is_there(b));
    assert_false(must_ask(b));
    assert_int_equal(group_members_deadline_us(&b->group), INT64_MAX);
}

static void another_group_means_nothing(void **state)
{
    struct bench *b = *state;
    struct igmp_record record = {.change = IGMP_TO_EXCLUDE, .group = {239}};
    group_members_report(&b->group, &b->querier, b->querier.own, &record, false, b->now_us);
    assert_false(is_there(b));
}

/* must: M3 */
static void sources_are_joined_and_left_one_by_one(void **state)
{
    struct bench *b = *state;
    say(b, 2, IGMP_ALLOW, "ab", false);
    assert_true(is_there(b));
    say(b, 2, IGMP_BLOCK, "a", false);
    say(b, 2, IGMP_BLOCK, "x", false);
    assert_true(is_there(b));
    say(b, 2, IGMP_BLOCK, "b", false);
    assert_false(is_there(b));
    say(b, 2, IGMP_IS_INCLUDE, "c", false);
    say(b, 2, IGMP_TO_EXCLUDE, "a", false); /* from all but a */
    say(b, 2, IGMP_BLOCK, "bcd", false);
    assert_true(is_there(b));
    say(b, 2, IGMP_TO_INCLUDE, "d", false);
    assert_true(is_there(b));
    say(b, 2, IGMP_BLOCK, "d", false);
    assert_false(is_there(b));
    say(b, 2, IGMP_BLOCK, "d", false);
    assert_false(is_there(b));
}

static void with_many_sources_a_host_wants_all(void **state)
{
    struct bench *b = *state;
    say(b, 2, IGMP_ALLOW, "abcdefgh", false);
    say(b, 2, IGMP_ALLOW, "ia", false);
    say(b, 2, IGMP_BLOCK, "abcdefghi", false);
    assert_true(is_there(b));
    say(b, 2, IGMP_IS_INCLUDE, "", false);
    assert_false(is_there(b));
}

/* RFC 3376 8.4 */
static void a_host_that_says_nothing_more_has_gone(void **state)
{
    struct bench *b = *state;
    say(b, 2, IGMP_TO_EXCLUDE, "", false);
    b->now_us += 259 * s;
    say(b, 3, IGMP_TO_EXCLUDE, "", false);
    b->now_us += s;
    assert_true(is_there(b));
    assert_int_equal(group_members_count(&b->group), 1);
    assert_int_equal(group_members_deadline_us(&b->group), b->now_us + 259 * s);
    b->now_us += 259 * s;
    assert_false(is_there(b));
}

/* RFC 2236 3: one of a group's hosts speaks for all, so that behind it there may be others. */
static void after_a_leave_of_version_2_the_group_is_asked(void **state)
{
    struct bench *b = *state;
    say(b, 2, IGMP_IS_EXCLUDE, "", true);
    say(b, 2, IGMP_TO_INCLUDE, "", true);
    assert_int_equal(group_members_count(&b->group), 0);
    assert_true(is_there(b));
    assert_true(must_ask(b));
    assert_false(must_ask(b));
    b->now_us += s;
    assert_true(must_ask(b));
    say(b, 3, IGMP_IS_EXCLUDE, "", true); /* there is another one */
    b->now_us += s;
    assert_true(is_there(b));
    say(b, 3, IGMP_TO_INCLUDE, "", true);
    b->now_us += 2 * s - 1;
    assert_true(is_there(b));
    b->now_us += 1;
    assert_false(is_there(b));
}

static void a_silent_host_of_version_2_goes_with_the_doubt(void **state)
{
    struct bench *b = *state;
    say(b, 2, IGMP_IS_EXCLUDE, "", true);
    say(b, 3, IGMP_IS_EXCLUDE, "", true);
    say(b, 4, IGMP_IS_EXCLUDE, "", false);
    say(b, 2, IGMP_TO_INCLUDE, "", true);
    b->now_us += 2 * s;
    assert_true(is_there(b));
    assert_int_equal(group_members_count(&b->group), 1);
}

/* Only the elected one asks; the others believe its doubts. */
static void another_querier_asks_itself(void **state)
{
    struct bench *b = *state;
    struct igmp query = {.is_query = true, .from = {[10] = 0xff, 0xff, 1}};
    querier_hear(&b->querier, &query, b->now_us);
    say(b, 2, IGMP_IS_EXCLUDE, "", true);
    say(b, 3, IGMP_IS_EXCLUDE, "", false);
    say(b, 2, IGMP_TO_INCLUDE, "", true);
    assert_false(must_ask(b));
    group_members_doubt(&b->group, &b->querier, b->now_us);
    b->now_us += s;
    say(b, 3, IGMP_IS_EXCLUDE, "", false);
    b->now_us += s;
    assert_true(is_there(b));
    group_members_doubt(&b->group, &b->querier, b->now_us);
    b->now_us += 2 * s;
    assert_false(is_there(b));
}

static void a_flood_of_leaves_is_one_question_a_second(void **state)
{
    struct bench *b = *state;
    unsigned asked = 0;
    say(b, 2, IGMP_TO_EXCLUDE, "", false);
    for (unsigned i = 0; i < 1000; i++) {
        say(b, 3 + i, IGMP_TO_INCLUDE, "", true);
        asked += must_ask(b);
        b->now_us += s / 100;
    }
    assert_int_equal(asked, 10);
    assert_true(is_there(b));
    assert_int_equal(group_members_count(&b->group), 1);
}

static void of_a_crowd_it_is_known_that_it_is_there(void **state)
{
    struct bench *b = *state;
    for (unsigned i = 1; i <= GROUP_MEMBERS_MOST + 10; i++)
        say(b, i, IGMP_TO_EXCLUDE, "", false);
    assert_int_equal(group_members_count(&b->group), GROUP_MEMBERS_MOST);
    for (unsigned i = 1; i <= GROUP_MEMBERS_MOST; i++)
        say(b, i, IGMP_TO_INCLUDE, "", false);
    assert_int_equal(group_members_count(&b->group), 0);
    assert_true(is_there(b));
    assert_true(must_ask(b));
    say(b, GROUP_MEMBERS_MOST + 7, IGMP_IS_EXCLUDE, "", false);
    b->now_us += 2 * s;
    assert_true(is_there(b));
    say(b, GROUP_MEMBERS_MOST + 7, IGMP_TO_INCLUDE, "", false);
    assert_false(is_there(b));
}

/* RFC 3376 4.2.13 */
static void a_host_without_an_address_counts(void **state)
{
    struct bench *b = *state;
    say(b, 0, IGMP_TO_EXCLUDE, "", false);
    assert_true(is_there(b));
    assert_int_equal(group_members_count(&b->group), 0);
    say(b, 0, IGMP_TO_INCLUDE, "", false);
    assert_true(must_ask(b));
    b->now_us += 2 * s;
    assert_false(is_there(b));
}

static void who_is_there_already_is_asked(void **state)
{
    struct bench *b = *state;
    group_members_inquire(&b->group, b->now_us);
    assert_int_equal(group_members_deadline_us(&b->group), b->now_us);
    assert_true(must_ask(b));
    assert_false(is_there(b));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_of_version_3_is_gone_at_once),
        TEST(another_group_means_nothing),
        TEST(sources_are_joined_and_left_one_by_one),
        TEST(with_many_sources_a_host_wants_all),
        TEST(a_host_that_says_nothing_more_has_gone),
        TEST(after_a_leave_of_version_2_the_group_is_asked),
        TEST(a_silent_host_of_version_2_goes_with_the_doubt),
        TEST(another_querier_asks_itself),
        TEST(a_flood_of_leaves_is_one_question_a_second),
        TEST(of_a_crowd_it_is_known_that_it_is_there),
        TEST(a_host_without_an_address_counts),
        TEST(who_is_there_already_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
