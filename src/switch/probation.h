/* Probation (RFC 3550 A.1, 8.2): a source that appears on a track whose present source has not said
 * goodbye is believed once two of its packets have come in sequence. The first is kept until then,
 * so that nothing is lost; there is one candidate at a time, so that strangers cost no memory. A
 * track's first source is believed at once: its picture must not wait. One thread. */
#ifndef WEIR_SWITCH_PROBATION_H
#define WEIR_SWITCH_PROBATION_H

#include "wire/rtp.h"

struct probation {  /* zeroed is one without a candidate */
    uint8_t *bytes; /* owned: the candidate's first packet; NULL: there is none */
    uint16_t len;
    uint32_t ssrc;
    uint16_t seq;
    int64_t arrived_us;
};

/* A packet of a source that is not known. True when it confirms the candidate, which then is the
 * packet before it: use it, then probation_end. False when it has become the candidate itself. */
bool probation_confirms(struct probation *p, const struct rtp *rtp, struct span packet,
                        int64_t now_us);
/* There is no candidate any more. */
void probation_end(struct probation *p);

#endif
