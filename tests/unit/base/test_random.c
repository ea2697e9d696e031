#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TOKEN = 16, DRAWS = 1000 };

static void tokens_are_long_and_plain_and_never_alike(void **state)
{
    char tokens[64][TOKEN + 1];
    (void)state;
    for (size_t i = 0; i < 64; i++) {
        random_token(tokens[i], TOKEN);
        assert_int_equal(strlen(tokens[i]), TOKEN);
        assert_int_equal(strspn(tokens[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789_-"),
                         TOKEN);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(tokens[i], tokens[j]);
    }
}

/* RFC 3550 6.3.1: uniform between half and one and a half. That all of a thousand draws miss a
 * tenth of the range has a chance of 10^-46. */
static void jitter_fills_its_range(void **state)
{
    unsigned seen = 0;
    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        double jitter = random_jitter();
        assert_true(jitter >= 0.5 && jitter < 1.5);
        seen |= 1u << (unsigned)((jitter - 0.5) * 10);
    }
    assert_int_equal(seen, 0x3ff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_long_and_plain_and_never_alike),
        cmocka_unit_test(jitter_fills_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
