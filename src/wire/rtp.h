/* RTP headers (RFC 3550 5.1): read, and rewritten in place by the splice alone. Pure. */
#ifndef WEIR_WIRE_RTP_H
#define WEIR_WIRE_RTP_H

#include "base/span.h"

struct rtp {
    uint8_t payload_type;
    bool is_marked;
    uint16_t seq;
    uint32_t timestamp;
    uint32_t ssrc;
    struct span payload; /* behind CSRCs and extension, without the padding */
};

/* 0; -EBADMSG: shorter than it says, or not version 2. */
int rtp_parse(struct rtp *rtp, struct span packet);
/* Overwrites the three numbers of a packet that rtp_parse has accepted. */
void rtp_renumber(uint8_t *packet, uint16_t seq, uint32_t timestamp, uint32_t ssrc);
/* a - b as the shorter way round the circle (RFC 3550 A.1). */
int16_t rtp_seq_distance(uint16_t a, uint16_t b);
/* A time in ticks of a clock, exact for any time and rate; it is used modulo 2^32. */
uint32_t rtp_ticks(int64_t us, uint32_t clock_rate);
/* Whether this packet, on a port or channel that carries both, is RTCP: its type is one of those
 * that RFC 5761 4 keeps apart, and its lengths sum (RFC 3550 A.2), since not all do. */
bool rtp_is_rtcp(struct span packet);

#endif
