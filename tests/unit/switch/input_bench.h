/* What tests of the input share: an input of two tracks on a tape, and packets for it. */
#ifndef WEIR_TESTS_INPUT_BENCH_H
#define WEIR_TESTS_INPUT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/writer.h"
#include "switch/input.h"
#include "wire/rtp.h"

enum { IDR = 0x65, SPS = 0x67, SLICE = 0x41 };

struct bench {
    struct tape *tape;
    struct input *input;
};

static inline int set_up(void **state)
{
    static const struct input_track tracks[] = {{CODEC_OTHER, 8000}, {CODEC_H264, 90000}};
    struct bench *b = calloc(1, sizeof *b);
    tape_new(&b->tape, TAPE_LEAST);
    input_new(&b->input, b->tape, tracks, 2);
    *state = b;
    return 0;
}

static inline int tear_down(void **state)
{
    struct bench *b = *state;
    input_free(b->input);
    tape_free(b->tape);
    free(b);
    return 0;
}

static inline struct span make_rtp(uint8_t buf[64], uint32_t ssrc, uint16_t seq, uint32_t timestamp,
                                   uint8_t nal)
{
    struct writer w = writer_of(buf, 64);
    writer_u16(&w, 0x8060);
    writer_u16(&w, seq);
    writer_u32(&w, timestamp);
    writer_u32(&w, ssrc);
    writer_u8(&w, nal);
    writer_text(&w, "payload");
    return writer_written(&w);
}

static inline void receive(struct bench *b, unsigned track, uint32_t ssrc, uint16_t seq,
                           uint32_t timestamp, uint8_t nal, bool may_reorder, int64_t now_us)
{
    uint8_t buf[64];
    struct span s = make_rtp(buf, ssrc, seq, timestamp, nal);
    input_receive(b->input, track, false, s, may_reorder, now_us);
}

static inline struct rtp on_tape(const struct bench *b, uint64_t number)
{
    struct rtp rtp = {0};
    assert_int_equal(rtp_parse(&rtp, tape_span(b->tape, number)), 0);
    return rtp;
}

#endif
