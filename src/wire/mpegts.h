/* MPEG transport streams in datagrams: whether it is one, and what of it is missing, by the
 * continuity counters of its PIDs (ISO 13818-1 2.4.3.3). Nothing else of it is looked into. Pure.
 */
#ifndef WEIR_WIRE_MPEGTS_H
#define WEIR_WIRE_MPEGTS_H

#include "base/span.h"

enum { MPEGTS_PACKET = 188, MPEGTS_PIDS = 1 << 13 };

/* Zeroed it is new. */
struct mpegts_continuity {
    uint64_t packets;
    uint64_t lost;   /* packets that never came, at least: the counters have four bits */
    uint64_t broken; /* marked as damaged before they came here: they are not counted on */
    uint8_t pids[MPEGTS_PIDS];
};

/* Whole packets and nothing else, each with its sync byte. */
bool mpegts_is(struct span datagram);
/* Looks at all whole packets of a datagram; what has no sync byte is broken. */
void mpegts_count(struct mpegts_continuity *c, struct span datagram);

#endif
