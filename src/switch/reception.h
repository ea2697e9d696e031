/* What a receiver knows of one RTP source, and the report block it sends about it
 * (RFC 3550 6.4.1, A.1, A.3, A.8). One thread, no memory. */
#ifndef WEIR_SWITCH_RECEPTION_H
#define WEIR_SWITCH_RECEPTION_H

#include "wire/rtcp.h"
#include "wire/rtp.h"

struct reception { /* zeroed, with clock_rate set, is one that has seen nothing */
    uint32_t clock_rate;
    bool has_source;
    uint32_t ssrc;
    uint32_t base_seq, highest_seq; /* extended by the count of wraps */
    uint64_t received;
    uint64_t expected_before, received_before; /* at the last report */
    uint64_t lost_before;                      /* of sources before this one */
    bool has_jumped; /* a packet far away was seen; the one that would go on from there: */
    uint16_t seq_after_jump;
    uint32_t transit; /* ticks; only differences of it mean something */
    double jitter;    /* ticks */
    uint32_t last_sr; /* the middle 32 bits of its NTP stamp; 0: none yet */
    int64_t last_sr_us;
};

/* To be called for each packet as it came, before order is restored. */
void reception_packet(struct reception *r, const struct rtp *rtp, int64_t now_us);
void reception_sender_report(struct reception *r, const struct rtcp *sr, int64_t now_us);
/* The report about the time since the last one; false while there is no source. */
bool reception_report(struct reception *r, struct rtcp_report *report, int64_t now_us);
/* Packets that never came, of all sources so far; late ones count as received. */
uint64_t reception_lost(const struct reception *r);

#endif
