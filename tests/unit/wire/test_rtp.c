#include "wire/rtp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "\x12\x34\xff\xff\xff\xfe\xde\xad\xbe\xef" /* sequence, timestamp, SSRC */

#define ROW(bytes, payload)                                                                        \
    {                                                                                              \
        bytes, sizeof bytes - 1, payload                                                           \
    }

/* RFC 3550 5.1, 5.3.1, A.1: the payload each packet has, NULL where it is to be refused. */
static const struct {
    const char *bytes;
    size_t len;
    const char *payload;
} rows[] = {
    ROW("\x80\xe0" HEAD "abc", "abc"),
    ROW("\x80\xe0" HEAD, ""),
    ROW("\x82\xe0" HEAD "csrccsrcabc", "abc"),
    ROW("\x90\xe0" HEAD "\xbe\xde\x00\x01"
        "extnabc",
        "abc"),
    ROW("\x91\xe0" HEAD "csrc\xbe\xde\x00\x00"
        "abc",
        "abc"),
    ROW("\xa0\xe0" HEAD "abc\x00\x00\x03", "abc"),
    ROW("\xa0\xe0" HEAD "\x00\x02", ""), /* a probe: nothing but padding */
    ROW("\xb1\xe0" HEAD "csrc\xbe\xde\x00\x01"
        "extnabc\x01",
        "abc"),
    ROW("", NULL),
    ROW("\x80", NULL),
    ROW("\x80\xe0\x12\x34\xff\xff\xff\xfe\xde\xad\xbe", NULL),
    ROW("\x40\xe0" HEAD "abc", NULL), /* version 1 */
    ROW("\xc0\xe0" HEAD "abc", NULL),
    ROW("\x8f\xe0" HEAD "csrccsrc", NULL), /* fifteen sources are told, two are there */
    ROW("\x90\xe0" HEAD "\xbe\xde\x00", NULL),
    ROW("\x90\xe0" HEAD "\xbe\xde\x00\x02"
        "extn",
        NULL),
    ROW("\x90\xe0" HEAD "\xbe\xde\xff\xff"
        "extn",
        NULL),
    ROW("\xa0\xe0" HEAD, NULL),           /* padding and not a byte of it */
    ROW("\xa0\xe0" HEAD "abc\x00", NULL), /* the count counts itself */
    ROW("\xa0\xe0" HEAD "abc\x05", NULL),
};

static void headers_are_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rtp rtp = {.seq = 7};
        int result = rtp_parse(&rtp, span_of(rows[i].bytes, rows[i].len));
        assert_int_equal(result, rows[i].payload ? 0 : -EBADMSG);
        assert_int_equal(rtp.seq, result == 0 ? 0x1234 : 7);
        if (result < 0)
            continue;
        assert_true(rtp.is_marked && rtp.payload_type == 96);
        assert_int_equal(rtp.timestamp, 0xfffffffe);
        assert_int_equal(rtp.ssrc, 0xdeadbeef);
        assert_true(span_is_text(rtp.payload, rows[i].payload));
    }
}

static void three_numbers_change_and_nothing_else(void **state)
{
    uint8_t packet[] = "\x91\x60" HEAD "csrc\xbe\xde\x00\x00"
                       "abc";
    (void)state;
    rtp_renumber(packet, 0xffff, 1, 2);
    assert_memory_equal(packet,
                        "\x91\x60\xff\xff\x00\x00\x00\x01\x00\x00\x00\x02"
                        "csrc\xbe\xde\x00\x00"
                        "abc",
                        sizeof packet);
}

static void sequence_numbers_go_round(void **state)
{
    static const struct {
        uint16_t a, b;
        int distance;
    } distances[] = {
        {1, 0, 1}, {0, 1, -1},        {0, 65535, 1},      {65535, 0, -1},
        {5, 5, 0}, {32767, 0, 32767}, {32768, 0, -32768}, {0, 32768, -32768},
    };
    (void)state;
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++)
        assert_int_equal(rtp_seq_distance(distances[i].a, distances[i].b), distances[i].distance);
}

/* RFC 5761 4: types 192 to 223 are RTCP; RTP types 64 to 95 with a marker would look like them. */
static void rtcp_is_told_from_rtp(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        uint8_t packet[] = {0x80, (uint8_t)type, 0, 1, 1, 2, 3, 4, 0x81, 203, 0, 0};
        assert_int_equal(rtp_is_rtcp(span_of(packet, 8)), type >= 192 && type <= 223);
        assert_int_equal(rtp_is_rtcp(span_of(packet, 12)), type >= 192 && type <= 223);
        assert_false(rtp_is_rtcp(span_of(packet, 4))); /* a marked packet of types 64 to 95 */
        assert_false(rtp_is_rtcp(span_of(packet, 11)));
    }
    assert_false(rtp_is_rtcp(span_of("\x40\xc8\0\0", 4)));
    assert_false(rtp_is_rtcp(span_of("\x80\xc8\0", 3)));
    assert_false(rtp_is_rtcp(span_of(NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read_or_refused),
        cmocka_unit_test(three_numbers_change_and_nothing_else),
        cmocka_unit_test(sequence_numbers_go_round),
        cmocka_unit_test(rtcp_is_told_from_rtp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
