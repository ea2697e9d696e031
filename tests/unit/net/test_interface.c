#include "net/interface.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <net/if.h>

static void it_has_a_name_and_addresses(void **state)
{
    unsigned index = 0, same = 0;
    (void)state;
    assert_int_equal(interface_find(&index, span_text("lo")), 0);
    assert_int_equal(index, if_nametoindex("lo"));
    assert_int_equal(interface_find(&same, span_text("127.0.0.1")), 0);
    assert_int_equal(same, index);
    assert_int_equal(interface_find(&same, span_text("nosuch0")), -ENODEV);
    assert_int_equal(interface_find(&same, span_text("192.0.2.1")), -ENODEV);
    assert_int_equal(interface_find(&same, span_text("a name that no interface can have")),
                     -ENODEV);
    assert_int_equal(interface_find(&same, span_text("")), -ENODEV);
    assert_int_equal(same, index);
}

static void its_address_is_found_by_index(void **state)
{
    struct address a;
    char text[ADDRESS_TEXT];
    (void)state;
    assert_int_equal(interface_address(&a, if_nametoindex("lo"), false), 0);
    assert_string_equal(address_write(text, &a), "127.0.0.1:0");
    assert_int_equal(interface_address(&a, 99999, false), -ENODEV);
}

static void a_route_leads_to_it(void **state)
{
    unsigned index = 0;
    struct address to, none = {0};
    (void)state;
    address_parse(&to, "127.0.0.1:7");
    assert_int_equal(interface_to(&index, &to), 0);
    assert_int_equal(index, if_nametoindex("lo"));
    address_parse(&to, "[::1]:7");
    assert_int_equal(interface_to(&index, &to), 0);
    assert_int_equal(index, if_nametoindex("lo"));
    assert_int_equal(interface_to(&index, &none), -ENODEV);
}

static void all_are_named(void **state)
{
    char text[4096];
    struct writer w = writer_of(text, sizeof text - 1);
    (void)state;
    interface_write_all(&w);
    text[w.len] = '\0';
    assert_non_null(strstr(text, "lo"));
    assert_null(strstr(text, ", ,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_a_name_and_addresses),
        cmocka_unit_test(its_address_is_found_by_index),
        cmocka_unit_test(a_route_leads_to_it),
        cmocka_unit_test(all_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
