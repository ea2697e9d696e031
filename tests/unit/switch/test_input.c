#include "input_bench.h"

static void a_key_frame_begins_with_its_parameter_sets(void **state)
{
    struct bench *b = *state;
    uint64_t key;
    receive(b, 1, 7, 1, 1000, SLICE, true, 0);
    receive(b, 0, 8, 1, 50, 0, true, 0);
    receive(b, 1, 7, 2, 2000, SPS, true, 0);
    receive(b, 0, 8, 2, 60, 0, true, 0);
    assert_false(tape_find_key(b->tape, &key));
    receive(b, 1, 7, 3, 2000, IDR, true, 0);
    receive(b, 1, 7, 4, 2000, IDR, true, 0);
    assert_true(tape_find_key(b->tape, &key));
    assert_int_equal(key, 2);
    assert_int_equal(tape_key_count(b->tape), 1);
}

/* Players understand a picture of a transport stream once they have seen what is in the stream. */
static void a_transport_stream_begins_with_its_table(void **state)
{
    static const struct input_track track = {CODEC_MP2T, 90000};
    static const char *const heads[] = {"\x47\x01\x00\x10", "\x47\x40\x00\x10", "\x47\x01\x00\x10",
                                        "\x47\x41\x00\x30\x01\x40\x00\x00\x01\xe0"};
    static const size_t lens[] = {4, 4, 4, 10};
    struct bench *b = *state;
    uint64_t key;
    input_free(b->input);
    assert_int_equal(input_new(&b->input, b->tape, &track, 1), 0);
    for (uint16_t i = 0; i < 4; i++) {
        uint8_t bytes[12 + 188] = {0x80, 33, 0, (uint8_t)i, 0, 0, 0, (uint8_t)(i * 9), 1, 1, 1, 1};
        memcpy(bytes + 12, heads[i], lens[i]);
        assert_false(tape_find_key(b->tape, &key));
        input_receive(b->input, 0, false, span_of(bytes, sizeof bytes), true, 0);
    }
    assert_true(tape_find_key(b->tape, &key));
    assert_int_equal(key, 1);
}

static void packets_pass_bit_for_bit(void **state)
{
    struct bench *b = *state;
    uint8_t buf[64];
    for (uint16_t i = 0; i < 100; i++) {
        struct span s = make_rtp(buf, 7, (uint16_t)(65500 + i), UINT32_MAX - 5 + i, SLICE);
        input_receive(b->input, 1, false, s, i >= 50, 0);
        assert_memory_equal(tape_span(b->tape, i).ptr, s.ptr, s.len);
    }
}

static void garbage_is_counted_and_goes_nowhere(void **state)
{
    struct bench *b = *state;
    static const uint8_t junk[] = "\x40junk";
    input_receive(b->input, 0, false, span_of(junk, sizeof junk), true, 0);
    input_receive(b->input, 0, true, span_of(junk, sizeof junk), true, 0);
    input_receive(b->input, 9, false, span_of(junk, sizeof junk), true, 0);
    input_receive(b->input, 0, false, span_of(junk, 0), true, 0);
    assert_int_equal(input_counts(b->input).invalid, 4);
    assert_int_equal(tape_end(b->tape), 0);
}

static void a_hole_is_given_up_in_time(void **state)
{
    struct bench *b = *state;
    receive(b, 1, 7, 1, 1, SLICE, true, 0);
    receive(b, 1, 7, 3, 3, SLICE, true, 5);
    assert_int_equal(tape_end(b->tape), 1);
    int64_t deadline_us = input_deadline_us(b->input);
    assert_int_equal(deadline_us, 5 + LIMIT_REORDER_US);
    input_tick(b->input, deadline_us);
    assert_int_equal(tape_end(b->tape), 2);
    assert_int_equal(input_counts(b->input).lost, 1);
    assert_int_equal(input_deadline_us(b->input), INT64_MAX);
}

/* must: R8 R9 */
static void a_source_that_takes_over_loses_nothing(void **state)
{
    struct bench *b = *state;
    receive(b, 1, 7, 100, 1000, SLICE, true, 0);
    receive(b, 1, 9, 5000, 70000, SPS, true, 40000);
    assert_int_equal(tape_end(b->tape), 1); /* it may be anybody */
    receive(b, 1, 9, 5001, 70000, IDR, true, 40000);
    assert_int_equal(tape_end(b->tape), 3);
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(on_tape(b, i).ssrc, 7);
        assert_int_equal(on_tape(b, i).seq, 100 + i);
        assert_int_equal(on_tape(b, i).timestamp, 4600);
    }
    assert_int_equal(input_counts(b->input).splices, 1);
    assert_int_equal(input_counts(b->input).strays, 0);
}

/* must: R8 */
static void strangers_change_nothing(void **state)
{
    struct bench *b = *state;
    for (uint16_t i = 0; i < 100; i++) {
        receive(b, 1, 7, i, i * 3600, SLICE, true, i * 40000);
        receive(b, 1, 1000 + i, 40000, 5, SLICE, true, i * 40000);
    }
    assert_int_equal(tape_end(b->tape), 100);
    for (uint16_t i = 0; i < 100; i++)
        assert_int_equal(on_tape(b, i).seq, i);
    assert_int_equal(input_counts(b->input).splices, 0);
    assert_int_equal(input_counts(b->input).strays, 99); /* the last one is still waited for */
}

/* A6: only the goodbye of the source that is there counts; then the next one need not prove itself.
 */
static void lost_packets_are_found_or_awaited(void **state)
{
    struct bench *b = *state;
    uint64_t number;
    uint16_t seq_in;
    receive(b, 1, 7, 65534, 1, SLICE, true, 0);
    input_break(b->input);
    receive(b, 1, 9, 10, 1, SLICE, true, 0); /* viewers know it as 65535 */
    receive(b, 1, 9, 12, 1, SLICE, true, 0);
    assert_int_equal(input_find(b->input, 1, 0, &number, &seq_in), INPUT_UNKNOWN);
    input_tick(b->input, LIMIT_REORDER_US);
    assert_int_equal(input_find(b->input, 1, 65534, &number, &seq_in), INPUT_ON_TAPE);
    assert_int_equal(number, 0);
    assert_int_equal(input_find(b->input, 1, 1, &number, &seq_in), INPUT_ON_TAPE);
    assert_int_equal(number, 2);
    assert_int_equal(input_find(b->input, 1, 2, &number, &seq_in), INPUT_UNKNOWN);
    assert_int_equal(input_find(b->input, 9, 1, &number, &seq_in), INPUT_UNKNOWN);
    assert_int_equal(input_find(b->input, 1, 0, &number, &seq_in), INPUT_MISSING);
    assert_int_equal(seq_in, 11);
    receive(b, 1, 9, 11, 1, SLICE, true, LIMIT_REORDER_US);
    receive(b, 1, 9, 11, 1, SLICE, true, LIMIT_REORDER_US); /* once is enough */
    assert_int_equal(tape_end(b->tape), 4);
    assert_int_equal(on_tape(b, 3).seq, 0);
    assert_int_equal(input_find(b->input, 1, 0, &number, &seq_in), INPUT_ON_TAPE);
}

/* Stored content, and what is not RTP. */

enum { STORED, OPAQUE };

static int set_up_as_it_is(void **state)
{
    static const struct input_track tracks[] = {{CODEC_H264, 90000, INPUT_STORED},
                                                {CODEC_OTHER, 8000, INPUT_OPAQUE}};
    struct bench *b = calloc(1, sizeof *b);
    tape_new(&b->tape, TAPE_LEAST);
    input_new(&b->input, b->tape, tracks, 2);
    *state = b;
    return 0;
}

static void pass(struct bench *b, unsigned track, bool is_rtcp, struct span packet)
{
    uint64_t number = tape_end(b->tape);
    input_receive(b->input, track, is_rtcp, packet, true, 0);
    assert_int_equal(tape_end(b->tape), number + 1);
    assert_true(span_is_equal(tape_span(b->tape, number), packet));
    assert_int_equal(tape_packet(b->tape, number)->is_rtcp, is_rtcp);
}

static void pass_rtp(struct bench *b, uint16_t seq, uint32_t timestamp, uint32_t ssrc)
{
    uint8_t bytes[64];
    struct writer w = writer_of(bytes, sizeof bytes);
    writer_u16(&w, 0x8060);
    writer_u16(&w, seq);
    writer_u32(&w, timestamp);
    writer_u32(&w, ssrc);
    writer_text(&w, "payload");
    pass(b, STORED, false, writer_written(&w));
}

/* must: R1 */
static void stored_content_is_positioned_by_its_own_numbers(void **state)
{
    struct bench *b = *state;
    uint32_t ssrc;
    pass_rtp(b, 100, 9000, 7);
    pass_rtp(b, 101, 9000, 7);
    input_break(b->input); /* the viewer has sought */
    pass_rtp(b, 40000, 5, 7);
    pass_rtp(b, 40001, 6, 8);
    pass_rtp(b, 40002, 6, 8);
    assert_true(input_ssrc(b->input, STORED, &ssrc));
    assert_int_equal(ssrc, 8);
    assert_int_equal(input_counts(b->input).splices, 0);
}

static void the_end_of_stored_content_is_told(void **state)
{
    static const uint8_t bye[] = {0x80, 201, 0, 1, 0, 0, 0, 7, 0x81, 203, 0, 1, 0, 0, 0, 7};
    struct bench *b = *state;
    pass_rtp(b, 100, 9000, 7);
    pass(b, STORED, true, span_of(bye, sizeof bye));
}

/* must: R1 */
static void what_is_not_rtp_passes_as_it_is(void **state)
{
    struct bench *b = *state;
    uint32_t ssrc;
    pass(b, OPAQUE, false, span_text("x"));
    pass(b, OPAQUE, true, span_text("any thing at all"));
    pass(b, OPAQUE, false, span_of("\x80\xc8\0\1\0\0\0\0", 8));
    assert_false(input_ssrc(b->input, OPAQUE, &ssrc));
    assert_int_equal(input_counts(b->input).invalid, 0);
    assert_int_equal(input_counts(b->input).packets, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_transport_stream_begins_with_its_table, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_frame_begins_with_its_parameter_sets, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(packets_pass_bit_for_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(garbage_is_counted_and_goes_nowhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hole_is_given_up_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_source_that_takes_over_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_packets_are_found_or_awaited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stored_content_is_positioned_by_its_own_numbers,
                                        set_up_as_it_is, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_stored_content_is_told, set_up_as_it_is,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_rtp_passes_as_it_is, set_up_as_it_is,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
