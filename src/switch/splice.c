#include "switch/splice.h"

#include "base/clock.h"

enum {
    MAX_DROPOUT = 3000, /* RFC 3550 A.1 */
    MAX_MISORDER = 100,
};

/* Two sources that take turns within this time are two sources, not a restart. */
static const int64_t turns_us = CLOCK_SECOND_US;
/* How far the timestamps of a source that really goes on may be from the time that has passed. */
static const int64_t drift_us = 10 * CLOCK_SECOND_US;

void splice_expect_break(struct splice *s)
{
    s->is_break_expected = s->has_last;
    s->has_jumped = false;
}

static void remember(struct splice *s, const struct rtp *rtp, int64_t now_us)
{
    s->seq_last = rtp->seq;
    s->timestamp_last = rtp->timestamp;
    s->arrived_us = now_us;
}

static void start(struct splice *s, const struct rtp *rtp, int64_t now_us)
{
    s->has_last = true;
    s->payload_type = rtp->payload_type;
    s->ssrc_in = s->ssrc_out = s->ssrc_before = rtp->ssrc;
    remember(s, rtp, now_us);
}

/* RTP ticks in the time since the last packet. */
static uint32_t ticks_since(const struct splice *s, int64_t now_us)
{
    return rtp_ticks(now_us - s->arrived_us, s->clock_rate);
}

/* The packet becomes the one after the last, as much later as it came later. */
static void break_at(struct splice *s, const struct rtp *rtp, int64_t now_us)
{
    uint32_t ticks = ticks_since(s, now_us);
    uint16_t seq_out = (uint16_t)(s->seq_last + s->seq_shift + 1);
    uint32_t timestamp_out = s->timestamp_last + s->timestamp_shift + (ticks > 0 ? ticks : 1);

    s->seq_shift = (uint16_t)(seq_out - rtp->seq);
    s->timestamp_shift = timestamp_out - rtp->timestamp;
    s->ssrc_before = s->ssrc_in;
    s->ssrc_in = rtp->ssrc;
    s->payload_type = rtp->payload_type;
    s->is_break_expected = s->has_jumped = false;
    s->broke_us = now_us;
    s->count++;
    remember(s, rtp, now_us);
}

static bool goes_on(const struct splice *s, const struct rtp *rtp, int64_t now_us)
{
    int distance = rtp_seq_distance(rtp->seq, s->seq_last);
    int64_t drift = (int32_t)(rtp->timestamp - s->timestamp_last - ticks_since(s, now_us));
    return rtp->ssrc == s->ssrc_in && distance > 0 && distance <= MAX_DROPOUT &&
           (drift < 0 ? -drift : drift) * CLOCK_SECOND_US / s->clock_rate <= drift_us;
}

static enum splice_verdict move(const struct splice *s, struct rtp *rtp)
{
    if (!splice_is_moved(s, rtp->ssrc))
        return SPLICE_SAME;
    rtp->seq = (uint16_t)(rtp->seq + s->seq_shift);
    rtp->timestamp += s->timestamp_shift;
    rtp->ssrc = s->ssrc_out;
    return SPLICE_MOVED;
}

static enum splice_verdict apply_jump(struct splice *s, struct rtp *rtp, int64_t now_us)
{
    if (!s->has_jumped || rtp->seq != (uint16_t)(s->seq_jumped + 1)) {
        s->has_jumped = true;
        s->seq_jumped = rtp->seq;
        return SPLICE_DROP;
    }
    break_at(s, rtp, now_us);
    return move(s, rtp);
}

void splice_follow(struct splice *s, const struct rtp *rtp)
{
    s->has_last = true;
    s->is_break_expected = false;
    s->payload_type = rtp->payload_type;
    s->ssrc_in = s->ssrc_out = rtp->ssrc;
}

enum splice_verdict splice_apply(struct splice *s, struct rtp *rtp, int64_t now_us)
{
    if (!s->has_last)
        start(s, rtp, now_us);
    if (s->is_break_expected) {
        if (goes_on(s, rtp, now_us))
            s->is_break_expected = false;
        else
            break_at(s, rtp, now_us);
    } else if (rtp->ssrc != s->ssrc_in) {
        bool takes_turns = rtp->ssrc == s->ssrc_before && now_us - s->broke_us < turns_us;
        if (rtp->payload_type != s->payload_type || takes_turns)
            return SPLICE_SAME;
        break_at(s, rtp, now_us);
    }
    int distance = rtp_seq_distance(rtp->seq, s->seq_last);
    if (distance > MAX_DROPOUT || distance < -MAX_MISORDER)
        return apply_jump(s, rtp, now_us);
    s->has_jumped = false;
    if (distance > 0)
        remember(s, rtp, now_us);
    return move(s, rtp);
}

bool splice_is_strange(const struct splice *s, const struct rtp *rtp, int64_t now_us)
{
    bool takes_turns = rtp->ssrc == s->ssrc_before && now_us - s->broke_us < turns_us;
    return s->has_last && !s->is_break_expected && rtp->ssrc != s->ssrc_in && !takes_turns &&
           rtp->payload_type == s->payload_type;
}

bool splice_is_moved(const struct splice *s, uint32_t ssrc)
{
    return s->has_last && ssrc == s->ssrc_in &&
           (s->seq_shift != 0 || s->timestamp_shift != 0 || s->ssrc_in != s->ssrc_out);
}
