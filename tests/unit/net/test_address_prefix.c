#include "net/address_prefix.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool is_in(const char *address, const char *prefix)
{
    struct address a;
    struct address_prefix p;
    assert_int_equal(address_parse(&a, address), 0);
    assert_int_equal(address_prefix_parse(&p, span_text(prefix)), 0);
    return address_in_prefix(&a, &p);
}

static void hosts_are_in_prefixes(void **state)
{
    static const struct {
        const char *address, *prefix;
        bool is_in;
    } rows[] = {
        {"192.0.2.7:1", "192.0.2.0/24", true},
        {"192.0.3.7:1", "192.0.2.0/24", false},
        {"192.0.2.7:1", "192.0.2.99/24", true}, /* bits that do not count */
        {"192.0.2.127:1", "192.0.2.0/25", true},
        {"192.0.2.128:1", "192.0.2.0/25", false},
        {"192.0.2.7:1", "192.0.2.7", true},
        {"192.0.2.6:1", "192.0.2.7", false},
        {"192.0.2.6:1", "192.0.2.6/31", true},
        {"203.0.113.1:1", "0.0.0.0/0", true},
        {"[2001:db8::7]:1", "0.0.0.0/0", false},
        {"[2001:db8::7]:1", "2001:db8::/32", true},
        {"[2001:db9::7]:1", "2001:db8::/32", false},
        {"[2001:db8:8000::]:1", "2001:db8::/33", false},
        {"[2001:db8::7]:1", "[2001:db8::7]", true},
        {"[2001:db8::7]:1", "2001:db8::8", false},
        {"[2001:db8::7]:1", "::/0", true},
        /* IPv4 in its mapped form is IPv4, on both sides. */
        {"[::ffff:192.0.2.7]:1", "192.0.2.0/24", true},
        {"[::ffff:192.0.2.7]:1", "::/0", false},
        {"192.0.2.7:1", "::/0", false},
        {"192.0.2.7:1", "::ffff:192.0.2.0/120", true},
        {"192.0.3.7:1", "::ffff:192.0.2.0/120", false},
        {"192.0.2.7:1", "::ffff:0:0/96", true},
        {"[::1]:1", "127.0.0.0/8", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (is_in(rows[i].address, rows[i].prefix) != rows[i].is_in)
            fail_msg("%s in %s", rows[i].address, rows[i].prefix);
}

static void other_texts_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "/",
        "/8",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/2 4",
        "192.0.2/24",
        "0300.0.2.0/24",
        "3221225984",
        "[192.0.2.1]",
        "[::1",
        "::1]",
        "::/129",
        "::1%lo",
        "localhost",
        "192.0.2.0/24/24",
        "192.0.2.0 /24",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
    };
    struct address_prefix p;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (address_prefix_parse(&p, span_text(texts[i])) != -EINVAL)
            fail_msg("taken: %s", texts[i]);
    assert_int_equal(address_prefix_parse(&p, span_of("1.2.3.4\0x", 9)), -EINVAL);
}

static void no_address_is_in_none(void **state)
{
    struct address none = {0};
    struct address_prefix p;
    (void)state;
    address_prefix_parse(&p, span_text("0.0.0.0/0"));
    assert_false(address_in_prefix(&none, &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_in_prefixes),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(no_address_is_in_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
