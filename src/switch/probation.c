#include "switch/probation.h"

#include <stdlib.h>
#include <string.h>

bool probation_confirms(struct probation *p, const struct rtp *rtp, struct span packet,
                        int64_t now_us)
{
    if (p->bytes && rtp->ssrc == p->ssrc && rtp->seq == (uint16_t)(p->seq + 1))
        return true;
    probation_end(p);
    p->bytes = malloc(packet.len);
    if (!p->bytes)
        return false; /* lost to us, as if the network had lost it */
    memcpy(p->bytes, packet.ptr, packet.len);
    p->len = (uint16_t)packet.len;
    p->ssrc = rtp->ssrc;
    p->seq = rtp->seq;
    p->arrived_us = now_us;
    return false;
}

void probation_end(struct probation *p)
{
    free(p->bytes);
    *p = (struct probation){0};
}
