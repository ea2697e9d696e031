/* What the input does to stored content and to what it does not know: nothing. */
#include "switch/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/writer.h"

enum { STORED, OPAQUE };

struct bench {
    struct tape *tape;
    struct input *input;
};

static int set_up(void **state)
{
    static const struct input_track tracks[] = {{CODEC_H264, 90000, INPUT_STORED},
                                                {CODEC_OTHER, 8000, INPUT_OPAQUE}};
    struct bench *b = calloc(1, sizeof *b);
    tape_new(&b->tape, TAPE_LEAST);
    input_new(&b->input, b->tape, tracks, 2);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    input_free(b->input);
    tape_free(b->tape);
    free(b);
    return 0;
}

static void receive(struct bench *b, unsigned track, bool is_rtcp, struct span packet)
{
    uint64_t number = tape_end(b->tape);
    input_receive(b->input, track, is_rtcp, packet, true, 0);
    assert_int_equal(tape_end(b->tape), number + 1);
    assert_true(span_is_equal(tape_span(b->tape, number), packet));
    assert_int_equal(tape_packet(b->tape, number)->is_rtcp, is_rtcp);
}

static void receive_rtp(struct bench *b, uint16_t seq, uint32_t timestamp, uint32_t ssrc)
{
    uint8_t bytes[64];
    struct writer w = writer_of(bytes, sizeof bytes);
    writer_u16(&w, 0x8060);
    writer_u16(&w, seq);
    writer_u32(&w, timestamp);
    writer_u32(&w, ssrc);
    writer_text(&w, "payload");
    receive(b, STORED, false, writer_written(&w));
}

/* must: R1 */
static void stored_content_is_positioned_by_its_own_numbers(void **state)
{
    struct bench *b = *state;
    uint32_t ssrc;
    receive_rtp(b, 100, 9000, 7);
    receive_rtp(b, 101, 9000, 7);
    input_break(b->input); /* the viewer has sought */
    receive_rtp(b, 40000, 5, 7);
    receive_rtp(b, 40001, 6, 8);
    receive_rtp(b, 40002, 6, 8);
    assert_true(input_ssrc(b->input, STORED, &ssrc));
    assert_int_equal(ssrc, 8);
    assert_int_equal(input_counts(b->input).splices, 0);
}

static void the_end_of_stored_content_is_told(void **state)
{
    static const uint8_t bye[] = {0x80, 201, 0, 1, 0, 0, 0, 7, 0x81, 203, 0, 1, 0, 0, 0, 7};
    struct bench *b = *state;
    receive_rtp(b, 100, 9000, 7);
    receive(b, STORED, true, span_of(bye, sizeof bye));
}

/* must: R1 */
static void what_is_not_rtp_passes_as_it_is(void **state)
{
    struct bench *b = *state;
    uint32_t ssrc;
    receive(b, OPAQUE, false, span_text("x"));
    receive(b, OPAQUE, true, span_text("any thing at all"));
    receive(b, OPAQUE, false, span_of("\x80\xc8\0\1\0\0\0\0", 8));
    assert_false(input_ssrc(b->input, OPAQUE, &ssrc));
    assert_int_equal(input_counts(b->input).invalid, 0);
    assert_int_equal(input_counts(b->input).packets, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stored_content_is_positioned_by_its_own_numbers),
        TEST(the_end_of_stored_content_is_told),
        TEST(what_is_not_rtp_passes_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
