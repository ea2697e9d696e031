/* What of a stream of datagrams never came, where they are of a kind that tells: RTP by its
 * sequence numbers, an MPEG transport stream by its continuity counters. It finds out which. One
 * thread. */
#ifndef WEIR_SWITCH_LOSS_METER_H
#define WEIR_SWITCH_LOSS_METER_H

#include "switch/reception.h"
#include "wire/mpegts.h"

enum loss_kind {
    LOSS_UNKNOWN, /* nothing is known to be lost */
    LOSS_RTP,
    LOSS_MPEGTS,
};

struct loss_meter { /* zeroed it is new */
    enum loss_kind kind;
    struct rtp candidate; /* RTP is believed when its sequence goes on */
    unsigned in_sequence; /* packets that did */
    struct reception reception;
    struct mpegts_continuity continuity;
};

/* To be called for each datagram as it came; not for RTCP. */
void loss_meter_packet(struct loss_meter *m, struct span datagram, int64_t now_us);
/* Packets, of RTP or of the transport stream. */
uint64_t loss_meter_lost(const struct loss_meter *m);

#endif
