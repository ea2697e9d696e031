#include "gateway/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void add(struct domain *d, const char *prefix)
{
    d->prefixes = realloc(d->prefixes, (d->prefix_count + 1) * sizeof *d->prefixes);
    assert_int_equal(address_prefix_parse(&d->prefixes[d->prefix_count++], span_text(prefix)), 0);
}

static void the_longest_prefix_wins(void **state)
{
    static const struct {
        const char *viewer;
        int domain; /* -1: none */
    } rows[] = {
        {"10.1.2.3:1", 1}, {"10.1.3.3:1", 0},       {"192.0.2.1:1", 0},
        {"11.0.0.1:1", 2}, {"[2001:db8::1]:1", 1},  {"[2001:db8:1::1]:1", 3},
        {"10.1.2.9:1", 3}, {"[2001:db9::1]:1", -1}, {"[::ffff:10.1.2.3]:1", 1},
    };
    struct domains domains = {.count = 4, .items = calloc(4, sizeof *domains.items)};
    (void)state;
    add(&domains.items[0], "10.0.0.0/8");
    add(&domains.items[0], "192.0.2.0/24");
    add(&domains.items[1], "10.1.2.0/24");
    add(&domains.items[1], "2001:db8::/32");
    add(&domains.items[2], "0.0.0.0/0");
    add(&domains.items[3], "2001:db8:1::/48");
    add(&domains.items[3], "10.1.2.9");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct address viewer;
        assert_int_equal(address_parse(&viewer, rows[i].viewer), 0);
        const struct domain *found = domains_find(&domains, &viewer);
        assert_ptr_equal(found, rows[i].domain < 0 ? NULL : &domains.items[rows[i].domain]);
    }
    domains_done(&domains);
    assert_int_equal(domains.count, 0);
}

static void a_pinned_group_has_one_domain(void **state)
{
    struct domain items[] = {
        {.has_range = {true, true}},
        {.is_multicast = true, .has_range = {false, true}},
        {.is_multicast = true, .has_range = {true, true}},
    };
    struct domains domains = {.count = 3, .items = items}, none = {0};
    struct address v4, v6;
    (void)state;
    address_parse(&v4, "239.255.0.1:0");
    address_parse(&v6, "[ff15::8000:1]:0");
    assert_ptr_equal(domains_find_pinned(&domains, &v4), &items[2]);
    assert_ptr_equal(domains_find_pinned(&domains, &v6), &items[1]);
    assert_null(domains_find_pinned(&none, &v4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_prefix_wins),
        cmocka_unit_test(a_pinned_group_has_one_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
