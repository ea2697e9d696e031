#include "gateway/announcement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

/* must: M8 */
static void each_scope_has_its_place(void **state)
{
    static const struct {
        const char *group, *place;
    } rows[] = {
        {"239.255.1.2", "239.255.255.255:9875"}, {"239.192.0.1", "239.195.255.255:9875"},
        {"239.195.7.7", "239.195.255.255:9875"}, {"239.196.0.1", "224.2.127.254:9875"},
        {"232.1.2.3", "224.2.127.254:9875"},     {"233.1.2.3", "224.2.127.254:9875"},
        {"ff15::8000:1", "[ff05::2:7ffe]:9875"}, {"ff18::8000:1", "[ff08::2:7ffe]:9875"},
        {"ff3e::8000:1", "[ff0e::2:7ffe]:9875"}, {"ff12::8000:1", "[ff02::2:7ffe]:9875"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct address group;
        char text[ADDRESS_TEXT];
        assert_int_equal(address_parse_host(&group, span_text(rows[i].group),
                                            strchr(rows[i].group, ':') != NULL),
                         0);
        struct address place = announcement_place(&group);
        assert_string_equal(address_write(text, &place), rows[i].place);
    }
}

/* must: M8 */
static void announcements_are_rare(void **state)
{
    (void)state;
    assert_int_equal(announcement_interval_us(1, 500, 1.0), 300 * CLOCK_SECOND_US);
    assert_int_equal(announcement_interval_us(1, 500, 0.5), 200 * CLOCK_SECOND_US);
    assert_in_range(announcement_interval_us(1, 500, 1.499), 399 * CLOCK_SECOND_US,
                    400 * CLOCK_SECOND_US);
    /* A thousand of them take 4000 bits a second together. */
    assert_int_equal(announcement_interval_us(1000, 500, 1.0), 1000 * CLOCK_SECOND_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scope_has_its_place),
        cmocka_unit_test(announcements_are_rare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
