#include "input_bench.h"

static struct span make_sr_and_bye(uint8_t buf[64], uint32_t ssrc, uint32_t timestamp)
{
    struct writer w = writer_of(buf, 64);
    writer_u32(&w, 0x80c80006); /* SR */
    writer_u32(&w, ssrc);
    writer_u32(&w, 1);
    writer_u32(&w, 2);
    writer_u32(&w, timestamp);
    writer_u32(&w, 3);
    writer_u32(&w, 4);
    writer_u32(&w, 0x81cb0001); /* BYE */
    writer_u32(&w, ssrc);
    return writer_written(&w);
}

static void sender_reports_pass_and_a_bye_ends_here(void **state)
{
    struct bench *b = *state;
    uint8_t buf[64];
    receive(b, 1, 7, 1, 1, SLICE, true, 0);
    input_receive(b->input, 1, true, make_sr_and_bye(buf, 7, 99), true, 0);
    assert_int_equal(tape_end(b->tape), 2);
    struct span sr = tape_span(b->tape, 1);
    assert_int_equal(sr.len, 28);
    assert_memory_equal(sr.ptr, buf, 28);
}

/* must: R8 R9 */
static void after_a_goodbye_the_next_source_is_believed_at_once(void **state)
{
    struct bench *b = *state;
    uint8_t buf[64];
    receive(b, 1, 7, 1, 1000, SLICE, true, 0);
    input_receive(b->input, 1, true, make_sr_and_bye(buf, 8, 99), true, 0);
    assert_int_equal(input_counts(b->input).byes, 0);
    receive(b, 1, 9, 50, 5000, SLICE, true, 0);
    assert_int_equal(tape_end(b->tape), 2); /* the SR of 8; 9 waits */
    input_receive(b->input, 1, true, make_sr_and_bye(buf, 7, 99), true, 0);
    assert_int_equal(input_counts(b->input).byes, 1);
    receive(b, 1, 9, 51, 5000, IDR, true, 0);
    assert_int_equal(tape_end(b->tape), 5); /* the SR of 7, and both of 9 */
    assert_int_equal(on_tape(b, 3).seq, 2);
    assert_int_equal(on_tape(b, 4).seq, 3);
    receive(b, 1, 11, 900, 1, SLICE, true, 2 * CLOCK_SECOND_US);
    assert_int_equal(tape_end(b->tape), 5); /* 9 has not said goodbye */
}

/* must: R1 R2 */
static void what_is_no_bye_passes_bit_for_bit(void **state)
{
    struct bench *b = *state;
    static const uint8_t compound[] = "\x80\xc8\x00\x06"
                                      "\0\0\0\7NTP1NTP2timepackbyte"
                                      "\x81\xca\x00\x03"
                                      "\0\0\0\7\x01\x03"
                                      "cam\0\0\0"
                                      "\x85\xcc\x00\x03"
                                      "\0\0\0\7name"
                                      "data";
    static const uint8_t bye[] = "\x81\xcb\x00\x01"
                                 "\0\0\0\7";
    uint8_t both[128];
    size_t len = sizeof compound - 1;
    memcpy(both, compound, len);
    memcpy(both + len, bye, sizeof bye - 1);
    receive(b, 1, 7, 1, 1000, SLICE, true, 0);
    input_receive(b->input, 1, true, span_of(both, len), true, 0);
    input_receive(b->input, 1, true, span_of(both, len + sizeof bye - 1), true, 0);
    for (unsigned i = 1; i < 3; i++) {
        assert_true(span_is_equal(tape_span(b->tape, i), span_of(compound, len)));
        assert_true(tape_packet(b->tape, i)->is_rtcp);
    }
}

static void reports_move_with_a_spliced_stream(void **state)
{
    struct bench *b = *state;
    struct rtcp sr;
    uint8_t buf[64];
    receive(b, 1, 7, 1, 1000, SLICE, true, 0);
    input_break(b->input);
    input_receive(b->input, 1, true, make_sr_and_bye(buf, 9, 5), true, 1);
    assert_int_equal(tape_end(b->tape), 1); /* no one knows yet by how much */
    receive(b, 1, 9, 700, 5, IDR, true, CLOCK_SECOND_US);
    assert_int_equal(on_tape(b, 1).ssrc, 7);
    assert_int_equal(on_tape(b, 1).seq, 2);
    assert_int_equal(on_tape(b, 1).timestamp, 91000);
    input_receive(b->input, 1, true, make_sr_and_bye(buf, 9, 10), true, 1);
    struct span rest = tape_span(b->tape, 2);
    assert_int_equal(rtcp_parse_next(&sr, &rest), 0);
    assert_int_equal(sr.ssrc, 7);
    assert_int_equal(sr.rtp_timestamp, 91005);
    assert_int_equal(input_counts(b->input).splices, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sender_reports_pass_and_a_bye_ends_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_goodbye_the_next_source_is_believed_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_bye_passes_bit_for_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reports_move_with_a_spliced_stream, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
