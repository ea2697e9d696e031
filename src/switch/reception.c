#include "switch/reception.h"

#include "base/clock.h"

enum { MAX_DROPOUT = 3000, MAX_MISORDER = 100 }; /* RFC 3550 A.1 */

static uint64_t expected(const struct reception *r)
{
    return r->has_source ? (uint64_t)(r->highest_seq - r->base_seq) + 1 : 0;
}

static uint64_t lost_now(const struct reception *r)
{
    return expected(r) > r->received ? expected(r) - r->received : 0;
}

static void start(struct reception *r, const struct rtp *rtp)
{
    *r = (struct reception){
        .clock_rate = r->clock_rate,
        .lost_before = r->lost_before + lost_now(r),
        .has_source = true,
        .ssrc = rtp->ssrc,
        .base_seq = rtp->seq,
        .highest_seq = rtp->seq,
    };
}

static void update_jitter(struct reception *r, const struct rtp *rtp, int64_t now_us)
{
    uint32_t transit = rtp_ticks(now_us, r->clock_rate) - rtp->timestamp;
    if (r->received > 1) {
        int32_t d = (int32_t)(transit - r->transit);
        r->jitter += ((d < 0 ? -(double)d : (double)d) - r->jitter) / 16.0;
    }
    r->transit = transit;
}

/* A packet far from the others says nothing; the one that follows it says that the source has
 * begun anew. */
static bool is_jump(struct reception *r, const struct rtp *rtp, int distance)
{
    if (distance <= MAX_DROPOUT && distance >= -MAX_MISORDER)
        return false;
    if (r->has_jumped && rtp->seq == r->seq_after_jump) {
        start(r, rtp);
        return false;
    }
    r->has_jumped = true;
    r->seq_after_jump = (uint16_t)(rtp->seq + 1);
    return true;
}

void reception_packet(struct reception *r, const struct rtp *rtp, int64_t now_us)
{
    if (!r->has_source || rtp->ssrc != r->ssrc)
        start(r, rtp);
    if (is_jump(r, rtp, rtp_seq_distance(rtp->seq, (uint16_t)r->highest_seq)))
        return;
    int distance = rtp_seq_distance(rtp->seq, (uint16_t)r->highest_seq);
    if (distance > 0)
        r->highest_seq += (uint32_t)distance;
    r->has_jumped = false;
    r->received++;
    update_jitter(r, rtp, now_us);
}

void reception_sender_report(struct reception *r, const struct rtcp *sr, int64_t now_us)
{
    if (!r->has_source || sr->ssrc != r->ssrc)
        return;
    r->last_sr = (uint32_t)(sr->ntp >> 16);
    r->last_sr_us = now_us;
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

bool reception_report(struct reception *r, struct rtcp_report *report, int64_t now_us)
{
    if (!r->has_source)
        return false;
    uint64_t expected_now = expected(r);
    int64_t due = (int64_t)(expected_now - r->expected_before);
    int64_t lost = due - (int64_t)(r->received - r->received_before);
    int64_t lost_all = (int64_t)expected_now - (int64_t)r->received;

    r->expected_before = expected_now;
    r->received_before = r->received;
    *report = (struct rtcp_report){
        .ssrc = r->ssrc,
        .fraction_lost = (uint8_t)(due > 0 ? clamp(lost * 256 / due, 0, 255) : 0),
        .lost = (int32_t)clamp(lost_all, -0x800000, 0x7fffff),
        .highest_seq = r->highest_seq,
        .jitter = (uint32_t)r->jitter,
        .last_sr = r->last_sr,
        .delay_since_last_sr =
            r->last_sr ? (uint32_t)((now_us - r->last_sr_us) * 65536 / CLOCK_SECOND_US) : 0,
    };
    return true;
}

uint64_t reception_lost(const struct reception *r)
{
    return r->lost_before + lost_now(r);
}
