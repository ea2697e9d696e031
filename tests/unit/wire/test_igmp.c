#include "wire/igmp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As Linux sends them on a link. */
#define ALERT "\x94\x04\0\0"
#define V2_JOIN                                                                                    \
    "\x46\xc0\0\x20\0\0\x40\0\1\2\xea\x0b\x0a\x09\0\1\xef\1\1\1" ALERT "\x16\0\xf9\xfc\xef\1\1\1"
#define V2_LEAVE                                                                                   \
    "\x46\xc0\0\x20\0\0\x40\0\1\2\xfa\x0b\x0a\x09\0\1\xe0\0\0\2" ALERT "\x17\0\xf8\xfc\xef\1\1\1"
#define V3_ALLOW                                                                                   \
    "\x46\xc0\0\x2c\0\0\x40\0\1\2\xf9\xeb\x0a\x09\0\1\xe0\0\0\x16" ALERT                           \
    "\x22\0\xe5\xea\0\0\0\1\5\0\0\1\xe8\1\1\1\x0a\x09\0\7"
#define V3_QUERY                                                                                   \
    "\x46\xc0\0\x28\0\0\x40\0\1\2\xfb\x0d\0\0\0\0\xe8\1\1\1" ALERT                                 \
    "\x11\x0a\xf9\x64\xe8\1\1\1\2\x7d\0\1\x0a\x09\0\7"
#define FE80(tail) "\xfe\x80\0\0\0\0\0\0" tail
#define MLD_HEAD(len, to)                                                                          \
    "\x60\0\0\0\0" len "\0\1" FE80("\x78\x1a\x25\xff\xfe\xdb\x5a\x0e") to "\x3a\0\5\2\0\0\1\0"
#define MLD2_REPORT                                                                                \
    MLD_HEAD("\x38", "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\x16")                                       \
    "\x8f\0\x1b\x9a\0\0\0\2"                                                                       \
    "\4\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\1\xff\xdb\x5a\x0e"                                           \
    "\4\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\x6a"
#define MLD1_QUERY                                                                                 \
    MLD_HEAD("\x20", "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1")                                         \
    "\x82\0\x62\x14\x27\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

#define PARSE(m, text) igmp_parse(m, span_of(text, sizeof(text) - 1))

static const char *shown(const uint8_t host[IGMP_HOST])
{
    static char text[INET6_ADDRSTRLEN];
    return inet_ntop(AF_INET6, host, text, sizeof text);
}

static void reports_of_all_versions_are_records(void **state)
{
    struct igmp m;
    struct igmp_record record;
    uint8_t source[IGMP_HOST];
    (void)state;

    assert_int_equal(PARSE(&m, V2_JOIN), 0);
    assert_true(m.is_old && !m.is_query && !m.is_ipv6);
    assert_string_equal(shown(m.from), "::ffff:10.9.0.1");
    assert_true(igmp_record_next(&record, &m));
    assert_int_equal(record.change, IGMP_IS_EXCLUDE);
    assert_string_equal(shown(record.group), "::ffff:239.1.1.1");
    assert_false(igmp_record_next(&record, &m));

    assert_int_equal(PARSE(&m, V2_LEAVE), 0);
    assert_true(igmp_record_next(&record, &m));
    assert_int_equal(record.change, IGMP_TO_INCLUDE);
    assert_int_equal(record.source_count, 0);

    assert_int_equal(PARSE(&m, V3_ALLOW), 0);
    assert_true(!m.is_old && igmp_record_next(&record, &m));
    assert_int_equal(record.change, IGMP_ALLOW);
    assert_int_equal(record.source_count, 1);
    igmp_record_source(source, &record, 0);
    assert_string_equal(shown(source), "::ffff:10.9.0.7");

    assert_int_equal(PARSE(&m, MLD2_REPORT), 0);
    assert_true(m.is_ipv6 && igmp_record_next(&record, &m));
    assert_int_equal(record.change, IGMP_TO_EXCLUDE);
    assert_true(igmp_record_next(&record, &m));
    assert_string_equal(shown(record.group), "ff02::6a");
    assert_false(igmp_record_next(&record, &m));
}

static void queries_say_who_asks_and_how_often(void **state)
{
    struct igmp m;
    (void)state;
    assert_int_equal(PARSE(&m, V3_QUERY), 0);
    assert_true(m.is_query && !m.is_old);
    assert_string_equal(shown(m.group), "::ffff:232.1.1.1");
    assert_string_equal(shown(m.from), "::"); /* a snooping switch has no address */
    assert_int_equal(m.response_ms, 1000);
    assert_int_equal(m.interval_s, 125);
    assert_int_equal(m.robustness, 2);
    assert_int_equal(PARSE(&m, MLD1_QUERY), 0);
    assert_true(m.is_query && m.is_old && m.is_ipv6);
    assert_string_equal(shown(m.group), "::");
    assert_int_equal(m.response_ms, 10000);
}

/* One byte after the other is changed; each byte of a message counts in its checksum. */
static void what_is_broken_is_refused(void **state)
{
    struct igmp m;
    uint8_t bytes[] = V3_ALLOW;
    (void)state;
    for (size_t i = 24; i < sizeof bytes - 1; i++) {
        bytes[i] ^= 0x10;
        assert_true(igmp_parse(&m, span_of(bytes, sizeof bytes - 1)) < 0);
        bytes[i] ^= 0x10;
    }
    for (size_t len = 0; len < sizeof bytes - 1; len++)
        assert_int_equal(igmp_parse(&m, span_of(bytes, len)), -EBADMSG);
    bytes[8] = 2; /* it may have passed a router */
    assert_int_equal(igmp_parse(&m, span_of(bytes, sizeof bytes - 1)), -EBADMSG);
    bytes[8] = 1;
    bytes[9] = 17;
    assert_int_equal(igmp_parse(&m, span_of(bytes, sizeof bytes - 1)), -ENOENT);
}

/* RFC 3810 5.1.14: else anybody in the world could be elected. */
static void a_query_comes_from_the_link(void **state)
{
    uint8_t bytes[] = MLD1_QUERY;
    struct igmp m;
    (void)state;
    bytes[8] = 0x20; /* 2080::..., */
    bytes[50] = 0x40;
    bytes[51] = 0x15; /* and a checksum that is right for it */
    assert_int_equal(igmp_parse(&m, span_of(bytes, sizeof bytes - 1)), -EBADMSG);
}

static void records_that_are_not_there_end_the_walk(void **state)
{
    struct igmp_record record;
    struct igmp m = {.record_count = 65535, .records = span_of("\4\0\0\0\xef\1\1\1\4\0\0", 11)};
    (void)state;
    assert_true(igmp_record_next(&record, &m));
    assert_false(igmp_record_next(&record, &m));
    assert_false(igmp_record_next(&record, &m));
    /* One of a kind nobody knows, with data behind it. */
    m = (struct igmp){.record_count = 2,
                      .records = span_of("\x63\1\0\0\xef\1\1\1abcd\3\0\0\0\xef\1\1\2", 20)};
    assert_true(igmp_record_next(&record, &m));
    assert_int_equal(record.change, IGMP_TO_INCLUDE);
    assert_false(igmp_record_next(&record, &m));
}

static struct igmp ask(const char *from, const char *group, bool is_ipv6)
{
    struct igmp_query query = {
        .is_ipv6 = is_ipv6, .response_ds = 100, .interval_s = 125, .robustness = 2};
    uint8_t bytes[128];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct igmp m = {0};

    inet_pton(AF_INET6, from, query.from);
    inet_pton(AF_INET6, group, query.group);
    igmp_write_query(&w, &query);
    assert_int_equal(writer_result(&w), 0);
    assert_int_equal(igmp_parse(&m, writer_written(&w)), 0);
    w = writer_of(bytes, 30);
    igmp_write_query(&w, &query);
    assert_int_equal(writer_result(&w), -ENOSPC);
    return m;
}

static void what_is_asked_is_read(void **state)
{
    static const char *const groups[] = {"::", "::ffff:239.255.1.1", "::", "ff15::7"};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct igmp m = ask(i < 2 ? "::ffff:10.9.0.1" : "fe80::1", groups[i], i >= 2);
        assert_true(m.is_query && !m.is_old && m.is_ipv6 == (i >= 2));
        assert_string_equal(shown(m.group), groups[i]);
        assert_int_equal(m.response_ms, 10000);
        assert_int_equal(m.interval_s, 125);
        assert_int_equal(m.robustness, 2);
    }
}

static void queries_go_to_all_or_to_the_group(void **state)
{
    struct igmp_query query = {0};
    uint8_t target[IGMP_HOST];
    (void)state;
    igmp_query_target(target, &query);
    assert_string_equal(shown(target), "::ffff:224.0.0.1");
    query.is_ipv6 = true;
    igmp_query_target(target, &query);
    assert_string_equal(shown(target), "ff02::1");
    inet_pton(AF_INET6, "ff15::7", query.group);
    igmp_query_target(target, &query);
    assert_string_equal(shown(target), "ff15::7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_of_all_versions_are_records),
        cmocka_unit_test(queries_say_who_asks_and_how_often),
        cmocka_unit_test(what_is_broken_is_refused),
        cmocka_unit_test(a_query_comes_from_the_link),
        cmocka_unit_test(records_that_are_not_there_end_the_walk),
        cmocka_unit_test(what_is_asked_is_read),
        cmocka_unit_test(queries_go_to_all_or_to_the_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
