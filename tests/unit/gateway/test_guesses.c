#include "gateway/guesses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

#define S     CLOCK_SECOND_US
#define ALICE span_text("alice")
#define BOB   span_text("bob")

static int set_up(void **state)
{
    struct guesses *g;
    assert_int_equal(guesses_new(&g), 0);
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    guesses_free(*state);
    return 0;
}

static struct address at(const char *text)
{
    struct address a;
    assert_int_equal(address_parse(&a, text), 0);
    return a;
}

/* must: A2 */
static void five_are_free_then_one_in_five_seconds(void **state)
{
    struct guesses *g = *state;
    struct address here = at("192.0.2.1:1");
    int64_t now_us = 100 * S;
    int looked_at = 0;
    for (int i = 0; i < 5; i++) {
        assert_true(guesses_may_try(g, &here, ALICE, now_us));
        assert_int_equal(guesses_failed(g, &here, ALICE, now_us), 0);
    }
    assert_true(guesses_may_try(g, &here, ALICE, now_us));
    assert_int_equal(guesses_failed(g, &here, ALICE, now_us), 5 * S);
    assert_false(guesses_may_try(g, &here, ALICE, now_us));
    assert_false(guesses_may_try(g, &here, ALICE, now_us + 5 * S - 1));
    /* However often he tries, in an hour he gets no more. */
    for (int64_t t_us = 0; t_us < 3600 * S; t_us += S / 5) {
        if (!guesses_may_try(g, &here, ALICE, now_us + t_us))
            continue;
        guesses_failed(g, &here, ALICE, now_us + t_us);
        looked_at++;
    }
    assert_in_range(looked_at, 715, 720);
    /* Half a minute later it is forgotten. */
    now_us += 3600 * S + 30 * S;
    assert_int_equal(guesses_failed(g, &here, ALICE, now_us), 0);
}

static void others_feel_nothing(void **state)
{
    struct guesses *g = *state;
    struct address here = at("192.0.2.1:1"), there = at("192.0.2.2:1");
    for (int i = 0; i < 6; i++)
        guesses_failed(g, &here, ALICE, 0);
    assert_false(guesses_may_try(g, &here, ALICE, 0));
    assert_true(guesses_may_try(g, &here, BOB, 0));
    assert_true(guesses_may_try(g, &there, ALICE, 0));
    assert_int_equal(guesses_failed(g, &there, ALICE, 0), 0);
    assert_int_equal(guesses_failed(g, &here, BOB, 0), 0);
}

static void many_names_do_not_help(void **state)
{
    struct guesses *g = *state;
    struct address here = at("192.0.2.1:1");
    char name[16];
    int looked_at = 0;
    for (int i = 0; i < 20000; i++) {
        struct span user = span_of(name, (size_t)snprintf(name, sizeof name, "u%d", i));
        if (!guesses_may_try(g, &here, user, i * S / 200))
            continue;
        guesses_failed(g, &here, user, i * S / 200);
        looked_at++;
    }
    assert_in_range(looked_at, 200, 270); /* fifty, two a second for 100 s, and those that wait */
}

static void one_client_has_one_place(void **state)
{
    struct guesses *g = *state;
    struct address a = at("[2001:db8:1:2::1]:1"), same = at("[2001:db8:1:2:ffff::9]:7");
    struct address other = at("[2001:db8:1:3::1]:1");
    struct address plain = at("192.0.2.1:1"), mapped = at("[::ffff:192.0.2.1]:1");
    for (int i = 0; i < 6; i++) {
        guesses_failed(g, &a, ALICE, 0);
        guesses_failed(g, &plain, ALICE, 0);
    }
    assert_false(guesses_may_try(g, &same, ALICE, 0));
    assert_true(guesses_may_try(g, &other, ALICE, 0));
    assert_false(guesses_may_try(g, &mapped, ALICE, 0));
}

/* From everywhere at once: the table stays as it is, and whoever did most is remembered. */
static void a_flood_forgets_him_last_who_did_most(void **state)
{
    struct guesses *g = *state;
    struct address here = at("192.0.2.1:1");
    char text[64];
    for (int i = 0; i < 6; i++)
        guesses_failed(g, &here, ALICE, 0);
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "10.%d.%d.%d:1", i >> 16, i >> 8 & 255, i & 255);
        struct address from = at(text);
        guesses_failed(g, &from, ALICE, 0);
    }
    assert_false(guesses_may_try(g, &here, ALICE, 0));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(five_are_free_then_one_in_five_seconds),
        TEST(others_feel_nothing),
        TEST(many_names_do_not_help),
        TEST(one_client_has_one_place),
        TEST(a_flood_forgets_him_last_who_did_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
