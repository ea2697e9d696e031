#include "gateway/group_range.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct address group_of(const char *text)
{
    struct address a;
    assert_int_equal(address_parse_host(&a, span_text(text), strchr(text, ':') != NULL), 0);
    return a;
}

static int range_of(struct group_range *range, const char *text, bool allows_reserved,
                    char complaint[256])
{
    struct address_prefix prefix;
    struct writer w = writer_of(complaint, 255);
    assert_int_equal(address_prefix_parse(&prefix, span_text(text)), 0);
    int result = group_range_init(range, &prefix, allows_reserved, &w);
    complaint[w.len] = '\0';
    return result;
}

static const struct {
    const char *range;
    const char *complaint;  /* NULL: it is fine */
    const char *when_yours; /* with allowReserved */
} ranges[] = {
    {"239.255.0.0/16", NULL, NULL},
    {"239.192.0.0/14", NULL, NULL},
    {"239.0.0.0/8", NULL, NULL},
    {"232.0.0.0/8", NULL, NULL},
    {"232.1.2.3/32", NULL, NULL},
    {"224.0.0.0/24", "224.0.0.0/24", "224.0.0.0/24"},
    {"224.0.0.251/32", "224.0.0.0/24", "224.0.0.0/24"},
    {"224.0.1.0/24", "224.0.1.0/24", "224.0.1.0/24"},
    {"224.0.0.0/4", "224.0.0.0/24", "224.0.0.0/24"},
    {"224.0.0.0/8", "224.0.0.0/24", "224.0.0.0/24"},
    {"224.0.2.0/24", "reserved", NULL},
    {"224.2.0.0/16", "reserved", NULL},
    {"225.0.0.0/8", "reserved", NULL},
    {"231.7.0.0/16", "reserved", NULL},
    {"233.252.1.0/24", "reserved", NULL},
    {"234.0.0.0/8", "reserved", NULL},
    {"238.255.0.0/16", "reserved", NULL},
    {"238.0.0.0/7", "reserved", NULL}, /* 239/8 is but its half */
    {"192.0.2.0/24", "no multicast", "no multicast"},
    {"240.0.0.0/4", "no multicast", "no multicast"},
    {"0.0.0.0/0", "no multicast", "no multicast"},
    {"192.0.0.0/2", "no multicast", "no multicast"},
    /* Twins of 224.0.0.0/24, and the place where sessions are announced. */
    {"239.0.0.0/24", "on the link", "on the link"},
    {"239.128.0.0/24", "on the link", "on the link"},
    {"239.128.0.0/23", NULL, NULL},
    {"239.255.255.255/32", "on the link", "on the link"},
    {"ff15::/16", NULL, NULL},
    {"ff18::/16", NULL, NULL},
    {"ff12::/16", NULL, NULL},
    {"ff35::/32", NULL, NULL},
    {"ff15::4000/120", NULL, NULL},
    {"ff15::/120", "on the link", "on the link"},
    {"ff05::/16", "well-known", NULL},
    {"ff02::/16", "well-known", "well-known"},
    {"ff11::/16", "reaches no other", "reaches no other"},
    {"ff10::/16", "reaches no other", "reaches no other"},
    {"ff1f::/16", "reaches no other", "reaches no other"},
    {"ff00::/8", "at least 16 bits", "at least 16 bits"},
    {"fe00::/7", "no multicast", "no multicast"},
    {"2001:db8::/32", "no multicast", "no multicast"},
    {"::/0", "no multicast", "no multicast"},
};

/* must: M1 */
static void ranges_are_taken_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        for (int is_yours = 0; is_yours < 2; is_yours++) {
            struct group_range range;
            char complaint[256];
            const char *wanted = is_yours ? ranges[i].when_yours : ranges[i].complaint;
            assert_int_equal(range_of(&range, ranges[i].range, is_yours, complaint),
                             wanted ? -EINVAL : 0);
            if (wanted)
                assert_non_null(strstr(complaint, wanted));
        }
}

/* must: M2 */
static void what_the_link_sees_of_a_group(void **state)
{
    static const struct {
        const char *one, *other;
        bool are_twins;
    } rows[] = {
        {"239.255.0.1", "239.127.0.1", true},   {"239.255.0.1", "232.127.0.1", true},
        {"239.255.0.1", "239.255.0.2", false},  {"224.0.0.1", "239.128.0.1", true},
        {"ff15::8000:1", "ff18::8000:1", true}, {"ff15::8000:1", "ff15::1:8000:1", true},
        {"ff15::1", "ff15::2", false},          {"ff15::7f00:1", "239.127.0.1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct address one = group_of(rows[i].one), other = group_of(rows[i].other);
        assert_int_equal(group_link_key(&one) == group_link_key(&other), rows[i].are_twins);
    }
}

static void some_groups_carry_nothing(void **state)
{
    static const struct {
        const char *group;
        bool is_fit;
    } rows[] = {
        {"239.255.0.1", true},      {"239.128.0.1", false},   {"239.128.0.255", false},
        {"239.128.1.0", true},      {"232.0.0.255", false},   {"239.255.255.255", false},
        {"239.195.255.255", false}, {"224.2.127.254", false}, {"ff15::8000:1", true},
        {"ff15::1", false},         {"ff15::ff00:1", false},  {"ff15::feff:1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct address group = group_of(rows[i].group);
        assert_int_equal(group_is_fit(&group), rows[i].is_fit);
    }
}

static void addresses_count_up(void **state)
{
    static const struct {
        const char *range;
        uint64_t count, index;
        const char *group;
    } rows[] = {
        {"239.255.0.0/16", 65536, 0x102, "239.255.1.2"},
        {"239.255.16.0/20", 4096, 4095, "239.255.31.255"},
        {"232.5.6.7/32", 1, 0, "232.5.6.7"},
        {"ff15::/16", UINT64_C(1) << 31, 0x12345678, "ff15::9234:5678"},
        {"ff15::4000/120", 256, 7, "ff15::4007"},
        {"ff15:1:2:3:4:5:0:0/96", UINT64_C(1) << 31, 1, "ff15:1:2:3:4:5:8000:1"},
        {"ff15:1:2:3:4:5:8000:0/97", UINT64_C(1) << 31, 1, "ff15:1:2:3:4:5:8000:1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct group_range range;
        char text[ADDRESS_TEXT], complaint[256];
        assert_int_equal(range_of(&range, rows[i].range, false, complaint), 0);
        assert_int_equal(group_range_count(&range), rows[i].count);
        struct address group = group_range_at(&range, rows[i].index);
        assert_string_equal(address_write_host(text, &group), rows[i].group);
        assert_int_equal(address_port(&group), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_taken_or_refused),
        cmocka_unit_test(what_the_link_sees_of_a_group),
        cmocka_unit_test(some_groups_carry_nothing),
        cmocka_unit_test(addresses_count_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
