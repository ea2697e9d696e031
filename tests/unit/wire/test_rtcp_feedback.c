#include "wire/rtcp_feedback.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct rtcp_feedback parse(const void *bytes, size_t len, int result)
{
    struct span rest = span_of(bytes, len);
    struct rtcp packet;
    struct rtcp_feedback feedback = {0};
    assert_int_equal(rtcp_parse_next(&packet, &rest), 0);
    assert_int_equal(rtcp_feedback_parse(&feedback, &packet), result);
    return feedback;
}

/* RFC 4585 6.3.1, RFC 5104 4.3.1, RFC 2032 5.2.1 as their figures show them. */
static void requests_for_a_key_frame_are_read(void **state)
{
    static const uint8_t pli[] = "\x81\xce\x00\x02WHO!SSRC";
    static const uint8_t legacy[] = "\x80\xc0\x00\x01SSRC";
    static const uint8_t fir[] = "\x84\xce\x00\x06WHO!\0\0\0\0"
                                 "SRC2\x01\0\0\0"
                                 "SSRC\x07\0\0\0";
    (void)state;
    struct rtcp_feedback feedback = parse(pli, sizeof pli - 1, 0);
    assert_int_equal(feedback.kind, RTCP_FEEDBACK_PLI);
    assert_int_equal(feedback.media_ssrc, 0x53535243);
    feedback = parse(legacy, sizeof legacy - 1, 0);
    assert_int_equal(feedback.kind, RTCP_FEEDBACK_PLI);
    assert_int_equal(feedback.media_ssrc, 0x53535243);
    feedback = parse(fir, sizeof fir - 1, 0);
    assert_int_equal(feedback.kind, RTCP_FEEDBACK_FIR);
    assert_true(rtcp_fir_names(&feedback, 0x53535243));
    assert_true(rtcp_fir_names(&feedback, 0x53524332));
    assert_false(rtcp_fir_names(&feedback, 0));
}

static void other_packets_are_told_apart(void **state)
{
    static const uint8_t rr[] = "\x80\xc9\x00\x01SSRC";
    static const uint8_t remb[] = "\x8f\xce\x00\x05WHO!\0\0\0\0REMB\x01\x02\x03\x04SSRC";
    static const uint8_t congestion[] = "\x8f\xcd\x00\x03WHO!SSRCabcd";
    static const uint8_t short_legacy[] = "\x80\xc0\x00\x00";
    (void)state;
    parse(rr, sizeof rr - 1, -ENOENT);
    assert_int_equal(parse(remb, sizeof remb - 1, 0).kind, RTCP_FEEDBACK_OTHER);
    assert_int_equal(parse(congestion, sizeof congestion - 1, 0).kind, RTCP_FEEDBACK_OTHER);
    parse(short_legacy, sizeof short_legacy - 1, -EBADMSG);
}

/* RFC 4585 6.2.1: bit i of the mask is packet PID + i + 1. Half an item behind them counts not. */
static void lost_packets_are_walked(void **state)
{
    static const uint8_t nack[] = "\x81\xcd\x00\x04WHO!SSRC"
                                  "\xff\xfe\x80\x03"
                                  "\x00\x64\x00\x00";
    static const uint16_t wanted[] = {65534, 65535, 0, 14, 100};
    (void)state;
    struct rtcp_feedback feedback = parse(nack, sizeof nack - 1, 0);
    struct rtcp_nack walk = {.items = span_of(feedback.items.ptr, feedback.items.len)};
    uint16_t seq;
    assert_int_equal(feedback.kind, RTCP_FEEDBACK_NACK);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_true(rtcp_nack_next(&walk, &seq));
        assert_int_equal(seq, wanted[i]);
    }
    assert_false(rtcp_nack_next(&walk, &seq));
    walk = (struct rtcp_nack){.items = span_of("ab", 2)};
    assert_false(rtcp_nack_next(&walk, &seq));
    assert_false(rtcp_nack_next(&walk, &seq));
}

static void what_we_ask_for_is_what_was_meant(void **state)
{
    uint8_t bytes[512];
    static const uint16_t seqs[] = {65530, 65531, 5, 10, 11, 300};
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    rtcp_write_pli(&w, 1, 7);
    assert_int_equal(w.len, 12);
    assert_memory_equal(bytes, "\x81\xce\x00\x02\0\0\0\1\0\0\0\7", 12);
    w = writer_of(bytes, sizeof bytes);
    rtcp_write_fir(&w, 1, 7, 9);
    assert_int_equal(w.len, 20);
    assert_memory_equal(bytes, "\x84\xce\x00\x04\0\0\0\1\0\0\0\0\0\0\0\7\x09\0\0\0", 20);
    w = writer_of(bytes, sizeof bytes);
    rtcp_write_nack(&w, 1, 7, seqs, sizeof seqs / sizeof seqs[0]);
    assert_int_equal(w.len, 12 + 3 * 4); /* 65530..5+16 would not fit one item with 10 and 11 */
    struct rtcp_feedback feedback = parse(bytes, w.len, 0);
    struct rtcp_nack walk = {.items = feedback.items};
    uint16_t seq;
    for (size_t i = 0; i < sizeof seqs / sizeof seqs[0]; i++) {
        assert_true(rtcp_nack_next(&walk, &seq));
        assert_int_equal(seq, seqs[i]);
    }
    assert_false(rtcp_nack_next(&walk, &seq));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_for_a_key_frame_are_read),
        cmocka_unit_test(other_packets_are_told_apart),
        cmocka_unit_test(lost_packets_are_walked),
        cmocka_unit_test(what_we_ask_for_is_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
