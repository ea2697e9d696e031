#include "net/multicast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct address at(const char *text)
{
    struct address a;
    assert_int_equal(address_parse(&a, text), 0);
    return a;
}

static void some_groups_belong_to_the_network(void **state)
{
    static const char *const reserved[] = {"224.0.0.1:0",         "224.0.0.251:0", "[ff02::1]:0",
                                           "[ff01::1]:0",         "[ff00::5]:0",   "[ff1f::5]:0",
                                           "[::ffff:224.0.0.9]:0"};
    static const char *const free[] = {"224.0.1.1:0", "239.255.0.1:0", "[ff15::1]:0",
                                       "[ff12::1]:0", "[ff05::1]:0",   "192.0.2.1:0"};
    (void)state;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        struct address group = at(reserved[i]);
        assert_true(multicast_is_reserved(&group));
    }
    for (size_t i = 0; i < sizeof free / sizeof free[0]; i++) {
        struct address group = at(free[i]);
        assert_false(multicast_is_reserved(&group));
    }
}

static void some_groups_mean_nothing_without_a_source(void **state)
{
    static const char *const ssm[] = {"232.0.0.1:0", "232.255.0.1:0", "[ff35::1]:0"};
    static const char *const asm_[] = {"231.0.0.1:0", "[ff15::1]:0", "[ff35:40::1]:0"};
    (void)state;
    for (size_t i = 0; i < sizeof ssm / sizeof ssm[0]; i++) {
        struct address one = at(ssm[i]), other = at(asm_[i]);
        assert_true(multicast_is_source_specific(&one));
        assert_false(multicast_is_source_specific(&other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_groups_belong_to_the_network),
        cmocka_unit_test(some_groups_mean_nothing_without_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
