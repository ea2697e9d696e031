#include "gateway/group_pool.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/limits.h"

#define REST (300 * CLOCK_SECOND_US)

static int set_up(void **state)
{
    struct group_pool *pool;
    assert_int_equal(group_pool_new(&pool, REST), 0);
    *state = pool;
    return 0;
}

static int tear_down(void **state)
{
    group_pool_free(*state);
    return 0;
}

static struct group_supply supply_of(const char *text, uint64_t start)
{
    struct address_prefix prefix;
    struct group_range range;
    struct group_supply supply;
    char complaint[256];
    struct writer w = writer_of(complaint, sizeof complaint);
    assert_int_equal(address_prefix_parse(&prefix, span_text(text)), 0);
    assert_int_equal(group_range_init(&range, &prefix, false, &w), 0);
    group_supply_init(&supply, &range, start);
    return supply;
}

static struct address take(struct group_pool *pool, struct group_supply *supply, int64_t now_us)
{
    struct address group;
    assert_int_equal(group_pool_take(&group, pool, supply, now_us), 0);
    return group;
}

static int compare(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

static void assert_no_twins(const struct address *groups, size_t count)
{
    uint64_t *keys = malloc(count * sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = group_link_key(&groups[i]);
    qsort(keys, count, sizeof *keys, compare);
    for (size_t i = 1; i < count; i++)
        assert_true(keys[i - 1] < keys[i]);
    free(keys);
}

/* must: M2 */
static void a_range_is_exhausted_and_refilled(void **state)
{
    enum { COUNT = 4096 - 256 }; /* the first /24 of it are twins of 224.0.0.0/24 */
    struct group_pool *pool = *state;
    struct group_supply supply = supply_of("239.128.0.0/20", 77);
    struct address *groups = malloc(COUNT * sizeof *groups), more;
    for (int i = 0; i < COUNT; i++)
        groups[i] = take(pool, &supply, 0);
    assert_int_equal(group_pool_take(&more, pool, &supply, 0), -ENOSPC);
    assert_no_twins(groups, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_true(group_link_key(&groups[i]) > 0xff);
        assert_true(address_in_prefix(&groups[i], &supply.range.prefix));
    }
    /* They come back in an order of their own, rest, and go out in that order. */
    for (int i = 0; i < COUNT; i++)
        group_pool_give_back(pool, &groups[i * 7 % COUNT], i);
    assert_int_equal(group_pool_take(&more, pool, &supply, REST - 1), -ENOSPC);
    for (int i = 0; i < COUNT; i++) {
        more = take(pool, &supply, REST + i);
        assert_true(address_is_equal(&more, &groups[i * 7 % COUNT]));
    }
    assert_int_equal(group_pool_take(&more, pool, &supply, 2 * REST), -ENOSPC);
    free(groups);
}

/* must: M2 */
static void ranges_with_the_same_low_bits_share_them(void **state)
{
    struct group_pool *pool = *state;
    struct group_supply local = supply_of("239.255.1.0/24", 0),
                        same = supply_of("239.255.1.0/24", 0),
                        twin = supply_of("239.127.1.0/24", 0), ssm = supply_of("232.127.1.0/24", 0),
                        six = supply_of("ff15::7f01:0/120", 0);
    struct group_supply *supplies[] = {&local, &same, &twin, &ssm, &six};
    struct address groups[256 + 256], more;
    for (int i = 0; i < 256; i++)
        groups[i] = take(pool, supplies[i % 4], 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(group_pool_take(&more, pool, supplies[i], 0), -ENOSPC);
    for (int i = 256; i < 512; i++)
        groups[i] = take(pool, &six, 0);
    assert_no_twins(groups, 512);
}

static void what_was_out_is_the_last_to_go_out(void **state)
{
    struct group_pool *pool = *state;
    struct group_supply supply = supply_of("239.255.1.0/24", 0);
    struct address first = take(pool, &supply, 0), group;
    group_pool_give_back(pool, &first, 0);
    group_pool_give_back(pool, &first, 0); /* once is enough */
    for (int i = 1; i < 256; i++) {
        group = take(pool, &supply, 2 * REST);
        assert_false(address_is_equal(&group, &first));
    }
    group = take(pool, &supply, 2 * REST);
    assert_true(address_is_equal(&group, &first));
    assert_int_equal(group_pool_take(&group, pool, &supply, 2 * REST), -ENOSPC);
}

static void pinned_groups_are_nobody_elses(void **state)
{
    struct group_pool *pool = *state;
    struct group_supply supply = supply_of("239.255.1.0/30", 0);
    struct address pinned, twin, group;
    address_parse(&pinned, "239.255.1.2:0");
    address_parse(&twin, "239.127.1.2:0");
    assert_int_equal(group_pool_pin(pool, &pinned), 0);
    assert_int_equal(group_pool_pin(pool, &pinned), -EEXIST);
    assert_int_equal(group_pool_pin(pool, &twin), -EEXIST);
    for (int i = 0; i < 3; i++) {
        group = take(pool, &supply, 0);
        assert_false(address_is_equal(&group, &pinned));
    }
    assert_int_equal(group_pool_take(&group, pool, &supply, 0), -ENOSPC);
    group_pool_give_back(pool, &pinned, 0);
    assert_int_equal(group_pool_take(&group, pool, &supply, 2 * REST), -ENOSPC);
}

static void where_it_begins_is_told(void **state)
{
    struct group_pool *pool = *state;
    struct group_supply v4 = supply_of("239.255.0.0/16", 0x12345),
                        v6 = supply_of("ff15::/16", UINT64_C(0x912345678));
    char text[ADDRESS_TEXT];
    struct address group = take(pool, &v4, 0);
    assert_string_equal(address_write_host(text, &group), "239.255.35.69");
    group = take(pool, &v6, 0);
    assert_string_equal(address_write_host(text, &group), "ff15::9234:5678");
}

/* What is remembered has a bound; a range that is larger than that goes on being of use. */
static void memory_is_bounded(void **state)
{
    struct group_pool *pool = *state;
    struct group_supply supply = supply_of("232.0.0.0/8", 0),
                        other = supply_of("239.255.9.0/24", 0);
    struct address group;
    for (int i = 0; i < 3 * LIMIT_GROUPS; i++) {
        group = take(pool, &supply, i * CLOCK_SECOND_US);
        group_pool_give_back(pool, &group, i * CLOCK_SECOND_US);
    }
    group = take(pool, &other, INT64_C(4) * LIMIT_GROUPS * CLOCK_SECOND_US);
    for (int i = 1; i < LIMIT_GROUPS; i++)
        group = take(pool, &supply, INT64_C(4) * LIMIT_GROUPS * CLOCK_SECOND_US);
    assert_int_equal(
        group_pool_take(&group, pool, &supply, INT64_C(5) * LIMIT_GROUPS * CLOCK_SECOND_US),
        -ENOSPC);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_range_is_exhausted_and_refilled),
        TEST(ranges_with_the_same_low_bits_share_them),
        TEST(what_was_out_is_the_last_to_go_out),
        TEST(pinned_groups_are_nobody_elses),
        TEST(where_it_begins_is_told),
        TEST(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
