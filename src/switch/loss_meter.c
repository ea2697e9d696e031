#include "switch/loss_meter.h"

enum {
    BELIEVED_AFTER = 3, /* any two bits and a length look like RTP: one in four datagrams might */
    CLOCK_RATE = 90000, /* for the jitter, which nobody asks for here */
};

static void look_for_rtp(struct loss_meter *m, struct span datagram)
{
    struct rtp rtp;
    if (rtp_parse(&rtp, datagram) < 0) {
        m->in_sequence = 0;
        return;
    }
    bool goes_on = m->in_sequence > 0 && rtp.ssrc == m->candidate.ssrc &&
                   rtp.seq == (uint16_t)(m->candidate.seq + 1);
    m->in_sequence = goes_on ? m->in_sequence + 1 : 1;
    m->candidate = rtp;
    if (m->in_sequence == BELIEVED_AFTER) {
        m->kind = LOSS_RTP;
        m->reception.clock_rate = CLOCK_RATE;
    }
}

void loss_meter_packet(struct loss_meter *m, struct span datagram, int64_t now_us)
{
    struct rtp rtp;
    if (m->kind == LOSS_UNKNOWN && mpegts_is(datagram))
        m->kind = LOSS_MPEGTS;
    else if (m->kind == LOSS_UNKNOWN)
        look_for_rtp(m, datagram);
    if (m->kind == LOSS_MPEGTS)
        mpegts_count(&m->continuity, datagram);
    else if (m->kind == LOSS_RTP && !rtp_is_rtcp(datagram) && rtp_parse(&rtp, datagram) == 0)
        reception_packet(&m->reception, &rtp, now_us);
}

uint64_t loss_meter_lost(const struct loss_meter *m)
{
    return m->kind == LOSS_RTP ? reception_lost(&m->reception) : m->continuity.lost;
}
