/* MPEG transport streams as RTP (RFC 2250 2): a datagram of whole packets gets an RTP header and is
 * otherwise left alone, so that players of RTP can have it. One thread, no memory, no clock. */
#ifndef WEIR_SWITCH_MP2T_H
#define WEIR_SWITCH_MP2T_H

#include "base/limits.h"
#include "base/span.h"

enum {
    MP2T_PAYLOAD_TYPE = 33,
    MP2T_CLOCK_RATE = 90000,
    MP2T_HEAD = 12,
};

enum mp2t_kind {
    MP2T_PLAIN,   /* packets of a transport stream and nothing else */
    MP2T_RTP,     /* the same, in RTP already */
    MP2T_FOREIGN, /* neither */
};
enum mp2t_kind mp2t_look(struct span datagram);

struct mp2t {
    uint32_t ssrc;
    uint16_t seq; /* of the next packet */
    uint32_t timestamp_base;
    bool has_begun;
    int64_t first_us; /* when the first one came */
    bool is_broken;   /* the next one does not go on from the last: it is marked */
    uint8_t packet[MP2T_HEAD + LIMIT_DATAGRAM];
};

/* The numbers begin anywhere (RFC 3550 5.1). */
void mp2t_init(struct mp2t *m);
/* Another sender goes on: RFC 2250 2 has the marker say so. */
void mp2t_break(struct mp2t *m);
/* The datagram with a header: its timestamp says when it came. Lives until the next call. */
struct span mp2t_wrap(struct mp2t *m, struct span datagram, int64_t now_us);

#endif
