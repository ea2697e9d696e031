#include "net/address_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct address host(const char *text)
{
    struct address a;
    struct span s = span_text(text);
    if (address_parse_host(&a, s, span_find(s, ':') < s.len) < 0)
        fail_msg("no address: %s", text);
    return a;
}

struct row {
    const char *text;
    enum address_kind kind;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct address a = host(rows[i].text);
        if (address_range_of(&a).kind != rows[i].kind)
            fail_msg("%s is %s", rows[i].text, address_kind_name(address_range_of(&a).kind));
    }
}

/* must: A5 */
static void ranges_of_ipv4_are_known_at_both_ends(void **state)
{
    static const struct row rows[] = {
        {"0.0.0.0", ADDRESS_UNSPECIFIED},        {"0.255.255.255", ADDRESS_UNSPECIFIED},
        {"1.0.0.0", ADDRESS_ORDINARY},           {"9.255.255.255", ADDRESS_ORDINARY},
        {"10.0.0.0", ADDRESS_PRIVATE},           {"10.255.255.255", ADDRESS_PRIVATE},
        {"11.0.0.0", ADDRESS_ORDINARY},          {"100.63.255.255", ADDRESS_ORDINARY},
        {"100.64.0.0", ADDRESS_PRIVATE},         {"100.127.255.255", ADDRESS_PRIVATE},
        {"100.128.0.0", ADDRESS_ORDINARY},       {"126.255.255.255", ADDRESS_ORDINARY},
        {"127.0.0.1", ADDRESS_LOOPBACK},         {"127.255.255.255", ADDRESS_LOOPBACK},
        {"128.0.0.0", ADDRESS_ORDINARY},         {"169.254.169.254", ADDRESS_LINK_LOCAL},
        {"169.253.255.255", ADDRESS_ORDINARY},   {"172.15.255.255", ADDRESS_ORDINARY},
        {"172.16.0.0", ADDRESS_PRIVATE},         {"172.31.255.255", ADDRESS_PRIVATE},
        {"172.32.0.0", ADDRESS_ORDINARY},        {"192.0.0.170", ADDRESS_RESERVED},
        {"192.0.1.0", ADDRESS_ORDINARY},         {"192.0.2.1", ADDRESS_DOCUMENTATION},
        {"192.88.99.1", ADDRESS_RESERVED},       {"192.168.0.0", ADDRESS_PRIVATE},
        {"192.169.0.0", ADDRESS_ORDINARY},       {"198.17.255.255", ADDRESS_ORDINARY},
        {"198.18.0.0", ADDRESS_RESERVED},        {"198.19.255.255", ADDRESS_RESERVED},
        {"198.51.100.9", ADDRESS_DOCUMENTATION}, {"203.0.113.9", ADDRESS_DOCUMENTATION},
        {"223.255.255.255", ADDRESS_ORDINARY},   {"224.0.0.1", ADDRESS_MULTICAST},
        {"239.255.255.255", ADDRESS_MULTICAST},  {"240.0.0.0", ADDRESS_RESERVED},
        {"255.255.255.254", ADDRESS_RESERVED},   {"255.255.255.255", ADDRESS_BROADCAST},
    };
    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

/* must: A5 */
static void ranges_of_ipv6_are_known_at_both_ends(void **state)
{
    static const struct row rows[] = {
        {"::", ADDRESS_UNSPECIFIED},
        {"::1", ADDRESS_LOOPBACK},
        {"::2", ADDRESS_TUNNEL},
        {"100::1", ADDRESS_RESERVED},
        {"1fff::1", ADDRESS_RESERVED},
        {"2000::", ADDRESS_ORDINARY},
        {"2001:4860:4860::8888", ADDRESS_ORDINARY},
        {"2001:1::1", ADDRESS_RESERVED},
        {"2001:db8::1", ADDRESS_DOCUMENTATION},
        {"3fff:fff::1", ADDRESS_DOCUMENTATION},
        {"3fff:1000::1", ADDRESS_ORDINARY},
        {"4000::1", ADDRESS_RESERVED},
        {"5f00::1", ADDRESS_RESERVED},
        {"fbff::1", ADDRESS_RESERVED},
        {"fc00::1", ADDRESS_PRIVATE},
        {"fdff::1", ADDRESS_PRIVATE},
        {"fe80::1", ADDRESS_LINK_LOCAL},
        {"febf::1", ADDRESS_LINK_LOCAL},
        {"fec0::1", ADDRESS_PRIVATE},
        {"ff02::1", ADDRESS_MULTICAST},
    };
    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

/* must: A5 */
static void an_ipv4_address_cannot_hide_in_ipv6(void **state)
{
    static const struct row rows[] = {
        {"::ffff:127.0.0.1", ADDRESS_LOOPBACK},
        {"::ffff:7f00:1", ADDRESS_LOOPBACK},
        {"::ffff:10.1.2.3", ADDRESS_PRIVATE},
        {"::ffff:169.254.169.254", ADDRESS_LINK_LOCAL},
        {"::ffff:0.0.0.0", ADDRESS_UNSPECIFIED},
        {"::ffff:8.8.8.8", ADDRESS_ORDINARY},
        {"::127.0.0.1", ADDRESS_TUNNEL},
        {"::8.8.8.8", ADDRESS_TUNNEL},
        {"::ffff:0:127.0.0.1", ADDRESS_TUNNEL},
        {"2002:7f00:1::", ADDRESS_TUNNEL},
        {"2002:808:808::1", ADDRESS_TUNNEL},
        {"64:ff9b::127.0.0.1", ADDRESS_TUNNEL},
        {"64:ff9b::10.0.0.1", ADDRESS_TUNNEL},
        {"64:ff9b::8.8.8.8", ADDRESS_ORDINARY},
        {"64:ff9b:1::8.8.8.8", ADDRESS_TUNNEL},
        {"2001:0:4136:e378:8000:63bf:80ff:fffe", ADDRESS_TUNNEL},
        {"2a00:1450::5efe:7f00:1", ADDRESS_TUNNEL},
        {"2a00:1450::200:5efe:a00:1", ADDRESS_TUNNEL},
        {"2a00:1450::5efe:808:808", ADDRESS_ORDINARY},
    };
    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

/* must: A5 */
static void only_plain_numbers_are_hosts(void **state)
{
    static const char *const texts[] = {
        "127.1",      "127.0.1",     "2130706433", "0x7f000001",    "0x7f.1",        "0177.0.0.1",
        "127.0.0.01", "127.0.0.1.",  " 127.0.0.1", "127.0.0.1 ",    "127.0.0.256",   "1.2.3",
        "",           "127.0.0.1\t", "a.b.c.d",    "127.0.0.0x1",   "00127.0.0.1",   "+127.0.0.1",
        "127..0.1",   "::1",         "127.0.0.-1", "1.2.3.4.5.6.7", "4294967295.0.0"};
    static const char *const texts6[] = {"fe80::1%eth0", "::1%25lo", "::1%lo", "127.0.0.1",
                                         "1::2::3",      "::0x1",    "[::1]",  "::ffff:127.1"};
    struct address a;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(address_parse_host(&a, span_text(texts[i]), false), -22);
    for (size_t i = 0; i < sizeof texts6 / sizeof texts6[0]; i++)
        assert_int_equal(address_parse_host(&a, span_text(texts6[i]), true), -22);
    assert_int_equal(address_parse_host(&a, span_of("127.0.0.1\0x", 11), false), -22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_ipv4_are_known_at_both_ends),
        cmocka_unit_test(ranges_of_ipv6_are_known_at_both_ends),
        cmocka_unit_test(an_ipv4_address_cannot_hide_in_ipv6),
        cmocka_unit_test(only_plain_numbers_are_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
