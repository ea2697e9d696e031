#include "rtsp/nonces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#define S    CLOCK_SECOND_US
#define HERE span_text("192.0.2.1")

static int set_up(void **state)
{
    struct nonces *n;
    assert_int_equal(nonces_new(&n), 0);
    *state = n;
    return 0;
}

static int tear_down(void **state)
{
    nonces_free(*state);
    return 0;
}

static bool use(struct nonces *n, const char *nonce, uint32_t count, int64_t now_us)
{
    return nonces_use(n, span_text(nonce), HERE, count, now_us);
}

static void only_ours_only_there(void **state)
{
    struct nonces *n = *state, *others;
    char nonce[NONCE_TEXT], again[NONCE_TEXT];
    nonces_make(n, nonce, HERE, 0);
    nonces_make(n, again, HERE, 0);
    assert_string_not_equal(nonce, again);
    assert_false(nonces_use(n, span_text(nonce), span_text("192.0.2.2"), 1, 0));
    assert_true(use(n, nonce, 1, 0));
    nonces_new(&others);
    assert_false(use(others, nonce, 1, 0));
    nonces_free(others);
    for (size_t i = 0; i < NONCE_TEXT - 1; i++) { /* each digit of it counts */
        char forged[NONCE_TEXT];
        memcpy(forged, again, sizeof forged);
        forged[i] = forged[i] == '0' ? '1' : '0';
        assert_false(use(n, forged, 1, 0));
    }
    assert_false(use(n, "", 1, 0));
    assert_false(nonces_use(n, span_of(again, 63), HERE, 1, 0));
    assert_true(use(n, again, 1, 0));
}

/* must: A2 */
static void each_count_once(void **state)
{
    struct nonces *n = *state;
    char nonce[NONCE_TEXT];
    nonces_make(n, nonce, HERE, 0);
    assert_true(use(n, nonce, 1, 0));
    assert_false(use(n, nonce, 1, 0));
    assert_true(use(n, nonce, 3, 0)); /* the second is on its way */
    assert_true(use(n, nonce, 2, 0));
    assert_false(use(n, nonce, 2, 0));
    assert_true(use(n, nonce, 66, 0));
    assert_false(use(n, nonce, 3, 0));
    assert_true(use(n, nonce, 4, 0));
    assert_true(use(n, nonce, 200, 0));
    assert_false(use(n, nonce, 136, 0)); /* too far behind to be known */
    assert_true(use(n, nonce, 137, 0));
    assert_true(use(n, nonce, UINT32_MAX, 0));
    assert_false(use(n, nonce, UINT32_MAX, 0));
    assert_true(use(n, nonce, UINT32_MAX - 1, 0));
    assert_true(use(n, nonce, 0, 0)); /* an old client does not count */
    assert_true(use(n, nonce, 0, 0));
}

static void five_minutes_idle_a_day_in_all(void **state)
{
    struct nonces *n = *state;
    char unused[NONCE_TEXT], used[NONCE_TEXT];
    uint32_t count = 1;
    nonces_make(n, unused, HERE, 7 * S);
    assert_false(use(n, unused, 1, 307 * S));
    nonces_make(n, used, HERE, 0);
    assert_true(use(n, used, count++, 299 * S));
    for (int64_t now_us = 300 * S; now_us < 24 * 3600 * S; now_us += 299 * S)
        assert_true(use(n, used, count++, now_us));
    assert_false(use(n, used, count++, 24 * 3600 * S));
    nonces_make(n, used, HERE, 0);
    assert_true(use(n, used, 1, S));
    assert_false(use(n, used, 2, 301 * S));
    assert_false(use(n, used, 2, 302 * S));
}

/* A nonce whose uses were forgotten must not be good for a second first time. */
static void a_full_table_forgets_nothing_that_matters(void **state)
{
    enum { MORE = NONCES_MOST + 10 };
    struct nonces *n = *state;
    char(*nonces)[NONCE_TEXT] = malloc((MORE + 1) * sizeof *nonces);
    for (int i = 0; i <= MORE; i++)
        nonces_make(n, nonces[i], HERE, i);
    for (int i = 0; i < MORE; i++)
        assert_true(use(n, nonces[i], 1, MORE));
    for (int i = 0; i < MORE; i++)
        assert_false(use(n, nonces[i], 1, MORE));
    assert_false(use(n, nonces[9], 2, MORE));
    assert_true(use(n, nonces[10], 2, MORE));
    assert_true(use(n, nonces[MORE], 1, MORE));
    free(nonces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_ours_only_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_count_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(five_minutes_idle_a_day_in_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_table_forgets_nothing_that_matters, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
