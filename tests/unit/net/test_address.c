#include "net/address.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void texts_are_read_and_written(void **state)
{
    static const struct {
        const char *text, *written;
        int result;
    } rows[] = {
        {"127.0.0.1:8554", "127.0.0.1:8554", 0},
        {"[::1]:99", "[::1]:99", 0},
        {":8554", "[::]:8554", 0},
        {"[::ffff:192.0.2.1]:5", "192.0.2.1:5", 0},
        {"127.0.0.1", "", -EINVAL},
        {"127.0.0.1:", "", -EINVAL},
        {"127.0.0.1:65536", "", -EINVAL},
        {"::1:99", "", -EINVAL},
        {"localhost:99", "", -EINVAL},
        {"[127.0.0.1]:9", "", -EINVAL},
        {"", "", -EINVAL},
    };
    char text[ADDRESS_TEXT];
    struct address a;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(address_parse(&a, rows[i].text), rows[i].result);
        if (rows[i].result == 0)
            assert_string_equal(address_write(text, &a), rows[i].written);
    }
}

static void a_mapped_address_is_its_ipv4_form(void **state)
{
    struct address mapped, plain, other;
    (void)state;
    address_parse(&mapped, "[::ffff:192.0.2.1]:5");
    address_parse(&plain, "192.0.2.1:5");
    address_parse(&other, "192.0.2.1:6");
    assert_true(address_is_equal(&mapped, &plain));
    assert_true(address_is_same_host(&plain, &other) && !address_is_equal(&plain, &other));
    assert_false(address_is_ipv6(&mapped));
}

static void kinds_are_told_apart(void **state)
{
    struct address a;
    (void)state;
    address_parse(&a, "239.1.2.3:1");
    assert_true(address_is_multicast(&a) && !address_is_any(&a));
    address_parse(&a, "[ff15::1]:1");
    assert_true(address_is_multicast(&a) && address_is_ipv6(&a));
    address_parse(&a, "0.0.0.0:1");
    assert_true(address_is_any(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_and_written),
        cmocka_unit_test(a_mapped_address_is_its_ipv4_form),
        cmocka_unit_test(kinds_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
