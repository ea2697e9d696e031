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

enum { IDS = 1000000, ID = 22, LETTERS = 64 };

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, ID);
}

/* must: S1 */
/* A million ids as sessions get them. Each of 64 letters is expected 15,625 times in each place,
 * with a deviation of 124: that one of the 1408 counts strays by eight of them has a chance of
 * 10^-12. Each bit of a letter is set in half of them, with a deviation of 500. */
static void a_million_ids_are_different_and_even(void **state)
{
    static unsigned counts[ID][LETTERS];
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    char(*ids)[ID + 1] = malloc(sizeof *ids * IDS);
    (void)state;
    assert_non_null(ids);
    for (size_t i = 0; i < IDS; i++) {
        random_token(ids[i], ID);
        for (size_t place = 0; place < ID; place++)
            counts[place][strchr(letters, ids[i][place]) - letters]++;
    }
    for (size_t place = 0; place < ID; place++) {
        int ones[6] = {0};
        for (unsigned letter = 0; letter < LETTERS; letter++) {
            assert_in_range(counts[place][letter], 15625 - 8 * 124, 15625 + 8 * 124);
            for (unsigned bit = 0; bit < 6; bit++)
                ones[bit] += (letter >> bit & 1) * (int)counts[place][letter];
        }
        for (unsigned bit = 0; bit < 6; bit++)
            assert_in_range(ones[bit], IDS / 2 - 8 * 500, IDS / 2 + 8 * 500);
    }
    qsort(ids, IDS, sizeof *ids, compare);
    for (size_t i = 1; i < IDS; i++)
        assert_memory_not_equal(ids[i - 1], ids[i], ID);
    free(ids);
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
        cmocka_unit_test(a_million_ids_are_different_and_even),
        cmocka_unit_test(jitter_fills_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
