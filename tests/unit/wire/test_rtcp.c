#include "wire/rtcp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SR                                                                                         \
    "\x80\xc8\x00\x06"                                                                             \
    "SSRC"                                                                                         \
    "NTP1NTP2"                                                                                     \
    "\x00\x00\x00\x09"                                                                             \
    "packbyte"
#define RR                                                                                         \
    "\x80\xc9\x00\x01"                                                                             \
    "SSRC"
#define BLOCK                                                                                      \
    "FROM"                                                                                         \
    "\x40\xff\xff\xfe"                                                                             \
    "\x00\x01\x00\x02"                                                                             \
    "\x00\x00\x00\x03"                                                                             \
    "last"                                                                                         \
    "dely"
#define RR1                                                                                        \
    "\x81\xc9\x00\x07"                                                                             \
    "SSRC" BLOCK
#define SDES                                                                                       \
    "\x81\xca\x00\x03"                                                                             \
    "SSRC"                                                                                         \
    "\x01\x03"                                                                                     \
    "abc\x00\x00\x00"
#define BYE                                                                                        \
    "\x81\xcb\x00\x01"                                                                             \
    "SSRC"

#define ROW(bytes, count)                                                                          \
    {                                                                                              \
        bytes, sizeof bytes - 1, count                                                             \
    }

/* RFC 3550 A.2, RFC 5506: how many packets each compound has, 0 where it is to be refused. */
static const struct {
    const char *bytes;
    size_t len;
    int count;
} rows[] = {
    ROW(SR, 1),
    ROW(RR, 1),
    ROW(SR SDES, 2),
    ROW(RR1 SDES BYE, 3),
    ROW("\x81\xce\x00\x02"
        "SSRCFROM",
        1),                        /* a picture loss indication, alone */
    ROW(RR "\x80\xcb\x00\x00", 2), /* a BYE of nobody */
    ROW(RR "\xa1\xcb\x00\x02"
           "SSRC\x00\x00\x00\x04",
        2), /* padding, at the end */
    ROW("", 0),
    ROW("\x80", 0),
    ROW("\x80\xc9", 0),
    ROW("\x80\xc9\x00\x00", 0), /* an RR of nobody */
    ROW("\xa0\xc9\x00\x02"
        "SSRC\x00\x00\x00\x04",
        0), /* padding in the first */
    ROW("\x40\xc9\x00\x01"
        "SSRC",
        0),
    ROW(RR "\x00\xcb\x00\x01"
           "SSRC",
        0),
    ROW("\x80\x60\x00\x01"
        "SSRC",
        0), /* RTP */
    ROW("\x80\xc8\x00\x05"
        "SSRCNTP1NTP2time"
        "pack",
        0), /* an SR without its numbers */
    ROW(RR "x", 0),
    ROW("\x80\xc9\xff\xff"
        "SSRC",
        0),
    ROW(SR "\x81\xca\x00\x04"
           "SSRC"
           "\x01\x03"
           "abc\x00\x00\x00",
        0), /* a word too few */
    ROW(RR "\x82\xca\x00\x05"
           "SSRC"
           "\x01\x05"
           "abcde\x00"
           "SRC2\x01\x02"
           "ab",
        2), /* two chunks; the last ends with the packet */
    ROW(RR "\x82\xca\x00\x03"
           "SSRC"
           "\x01\x03"
           "abc\x00\x00\x00",
        0), /* a chunk that is not there */
    ROW(RR "\x81\xca\x00\x02"
           "SSRC"
           "\x01\xff"
           "ab",
        0), /* an item longer than its packet */
    ROW(RR "\x81\xcb\x00\x02"
           "SSRC"
           "\x04"
           "bye",
        0), /* a reason longer than its packet */
    ROW(RR "\x9f\xcb\x00\x01"
           "SSRC",
        0), /* a BYE of 31 that names one */
    ROW("\x82\xc9\x00\x07"
        "SSRC" BLOCK,
        0), /* two blocks promised */
    ROW("\x81\xc8\x00\x06"
        "SSRCNTP1NTP2"
        "\x00\x00\x00\x09"
        "packbyte",
        0),                                                   /* an SR's block that is not there */
    ROW(RR "\x80\xcc\x00\x02SSRCname", 2),                    /* APP */
    ROW(RR "\x80\xcc\x00\x01SSRC", 0),                        /* APP without its name */
    ROW(RR "\x81\xce\x00\x01SSRC", 0),                        /* feedback about nobody */
    ROW(RR "\xa0\xcc\x00\x03SSRCname\x00\x00\x00\x04" RR, 0), /* padding before the end */
    ROW(RR "\xa0\xcc\x00\x03SSRCname\x00\x00\x00\x00", 0),    /* padding of no length */
    ROW(RR "\xa0\xcc\x00\x03SSRCname\x00\x00\x00\x11", 0),    /* longer than its packet */
    ROW(RR "\xa0\xcc\x00\x03SSRCname\x00\x00\x00\x08", 0),    /* over the name */
};

/* must: R7 */
static void compounds_are_walked_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span rest = span_of(rows[i].bytes, rows[i].len);
        struct rtcp packet;
        int count = 0, result = 0;
        assert_int_equal(rtcp_check(rest), rows[i].count > 0 ? 0 : -EBADMSG);
        while (rows[i].count > 0 && (result = rtcp_parse_next(&packet, &rest)) == 0)
            count++;
        assert_int_equal(count, rows[i].count);
        assert_int_equal(result, count > 0 ? -ENOENT : 0);
    }
}

static void a_sender_report_tells_two_times(void **state)
{
    uint8_t bytes[] = SR SDES;
    struct span rest = span_of(bytes, sizeof bytes - 1);
    struct rtcp packet;
    struct rtcp_report report;
    (void)state;
    rtcp_set_sr_timestamp(bytes, 0x01020304);
    rtcp_set_ssrc(bytes, 0x0a0b0c0d);
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(packet.type, RTCP_SR);
    assert_int_equal(packet.ssrc, 0x0a0b0c0d);
    assert_true(packet.ntp == 0x4e5450314e545032);
    assert_int_equal(packet.rtp_timestamp, 0x01020304);
    assert_int_equal(rtcp_report_parse(&report, &packet, 0), -ENOENT);
    assert_memory_equal(bytes + 20, "packbyte" SDES, 8 + sizeof SDES - 1);
}

/* The first word of an empty BYE is a length and a reason, and behind an empty SDES is the next
 * packet: neither is an SSRC to be read or moved. */
static void who_names_no_source_has_none(void **state)
{
    uint8_t bytes[] = RR "\x80\xca\x00\x00"
                         "\x80\xcb\x00\x01"
                         "\x03"
                         "bye";
    struct span rest = span_of(bytes, sizeof bytes - 1);
    struct rtcp packet;
    (void)state;
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    rtcp_set_ssrc(bytes + 8, 7);
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(packet.type, RTCP_SDES);
    assert_int_equal(packet.ssrc, 0);
    rtcp_set_ssrc(bytes + 12, 7);
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(packet.type, RTCP_BYE);
    assert_int_equal(packet.ssrc, 0);
    assert_memory_equal(bytes + 12,
                        "\x80\xcb\x00\x01\x03"
                        "bye",
                        8);
}

static void reports_are_read_and_written(void **state)
{
    static const struct {
        int32_t lost, read;
    } losses[] = {
        {0, 0},
        {-1, -1},
        {8388607, 8388607},
        {8388608, 8388607},
        {-8388608, -8388608},
        {-8388609, -8388608},
        {INT32_MAX, 8388607},
        {INT32_MIN, -8388608},
    };
    struct span rest = span_of(RR1, sizeof RR1 - 1);
    struct rtcp packet;
    struct rtcp_report report, again;
    (void)state;
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(rtcp_report_parse(&report, &packet, 0), 0);
    assert_int_equal(report.fraction_lost, 0x40);
    assert_int_equal(report.lost, -2);
    assert_int_equal(report.highest_seq, 0x00010002);
    assert_int_equal(report.jitter, 3);
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        uint8_t bytes[64];
        struct writer w = writer_of(bytes, sizeof bytes);
        report.lost = losses[i].lost;
        rtcp_write_rr(&w, 1, &report, span_text("weir"));
        rest = writer_written(&w);
        assert_int_equal(rtcp_check(rest), 0);
        assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
        assert_int_equal(rtcp_report_parse(&again, &packet, 0), 0);
        assert_int_equal(again.lost, losses[i].read);
        assert_int_equal(again.delay_since_last_sr, report.delay_since_last_sr);
    }
}

/* must: R4 R7 */
static void every_block_of_a_report_is_read(void **state)
{
    static const uint8_t rr[] = "\x82\xc9\x00\x0d"
                                "SSRC" BLOCK "SRC2"
                                "\0\0\0\7\0\0\0\10\0\0\0\11lastdely";
    static const uint8_t sr[] = "\x81\xc8\x00\x0cSSRCNTP1NTP2timepackbyte" BLOCK;
    struct span rest = span_of(rr, sizeof rr - 1);
    struct rtcp packet;
    struct rtcp_report report;
    (void)state;
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(rtcp_report_parse(&report, &packet, 1), 0);
    assert_int_equal(report.ssrc, 0x53524332);
    assert_int_equal(report.lost, 7);
    assert_int_equal(report.jitter, 9);
    assert_int_equal(rtcp_report_parse(&report, &packet, 2), -ENOENT);
    rest = span_of(sr, sizeof sr - 1);
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(rtcp_report_parse(&report, &packet, 0), 0);
    assert_int_equal(report.ssrc, 0x46524f4d);
}

static void a_bye_names_its_sources(void **state)
{
    static const uint8_t bye[] = RR "\x82\xcb\x00\x02SSRCSRC2";
    struct span rest = span_of(bye, sizeof bye - 1);
    struct rtcp packet;
    (void)state;
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_true(rtcp_names(&packet, 0x53535243));
    assert_false(rtcp_names(&packet, 0x53524332));
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_true(rtcp_names(&packet, 0x53535243));
    assert_true(rtcp_names(&packet, 0x53524332));
    assert_false(rtcp_names(&packet, 7));
}

/* RFC 3550 6.4.2, 6.5: each chunk ends with one to four zeros, at a word. */
static void what_we_send_is_a_compound(void **state)
{
    uint8_t name[300], bytes[512];
    (void)state;
    memset(name, 'n', sizeof name);
    for (size_t len = 0; len <= sizeof name; len++) {
        struct writer w = writer_of(bytes, sizeof bytes);
        rtcp_write_rr(&w, 1, NULL, span_of(name, len));
        assert_int_equal(writer_result(&w), 0);
        assert_int_equal(rtcp_check(writer_written(&w)), 0);
        assert_int_equal(bytes[8 + 9], len < 255 ? len : 255);
        assert_int_equal(bytes[w.len - 1], 0);
    }
    struct writer w = writer_of(bytes, sizeof bytes);
    rtcp_write_goodbye(&w, 0x53535243);
    assert_int_equal(w.len, sizeof(RR BYE) - 1);
    assert_memory_equal(bytes, RR BYE, w.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compounds_are_walked_or_refused),
        cmocka_unit_test(a_sender_report_tells_two_times),
        cmocka_unit_test(who_names_no_source_has_none),
        cmocka_unit_test(reports_are_read_and_written),
        cmocka_unit_test(every_block_of_a_report_is_read),
        cmocka_unit_test(a_bye_names_its_sources),
        cmocka_unit_test(what_we_send_is_a_compound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
