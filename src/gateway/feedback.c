#include "gateway/feedback.h"

#include <string.h>

#include "wire/rtp.h"

void feedback_want_key(struct feedback *f)
{
    f->wants_key = true;
}

static bool is_asked(const struct feedback *f, uint16_t seq, int64_t now_us)
{
    for (size_t i = 0; i < FEEDBACK_LOST; i++)
        if (f->asked[i].us > 0 && f->asked[i].seq == seq &&
            now_us - f->asked[i].us < FEEDBACK_AGAIN_US)
            return true;
    return false;
}

void feedback_want_packet(struct feedback *f, uint16_t seq, int64_t now_us)
{
    size_t at = f->lost_count;
    if (is_asked(f, seq, now_us))
        return;
    while (at > 0 && rtp_seq_distance(f->lost[at - 1], seq) > 0)
        at--;
    if (at > 0 && f->lost[at - 1] == seq)
        return;
    if (f->lost_count == FEEDBACK_LOST)
        return;
    memmove(&f->lost[at + 1], &f->lost[at], (f->lost_count - at) * sizeof f->lost[0]);
    f->lost[at] = seq;
    if (f->lost_count++ == 0)
        f->lost_us = now_us;
}

static int64_t key_deadline_us(const struct feedback *f)
{
    if (!f->wants_key)
        return INT64_MAX;
    return f->has_asked_key ? f->key_us + FEEDBACK_KEY_US : 0;
}

static int64_t lost_deadline_us(const struct feedback *f)
{
    return f->lost_count > 0 ? f->lost_us + FEEDBACK_NACK_US : INT64_MAX;
}

int64_t feedback_deadline_us(const struct feedback *f)
{
    int64_t key_us = key_deadline_us(f), lost_us = lost_deadline_us(f);
    return key_us < lost_us ? key_us : lost_us;
}

bool feedback_take_key(struct feedback *f, int64_t now_us)
{
    if (now_us < key_deadline_us(f))
        return false;
    f->wants_key = false;
    f->has_asked_key = true;
    f->key_us = now_us;
    return true;
}

size_t feedback_take_lost(struct feedback *f, uint16_t seqs[FEEDBACK_LOST], int64_t now_us)
{
    size_t count = f->lost_count;
    if (now_us < lost_deadline_us(f))
        return 0;
    for (size_t i = 0; i < count; i++) {
        seqs[i] = f->lost[i];
        f->asked[f->asked_next++ % FEEDBACK_LOST] =
            (struct feedback_asked){.us = now_us, .seq = seqs[i]};
    }
    f->lost_count = 0;
    return count;
}
