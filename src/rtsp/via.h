/* Via (RFC 2326 12.43, as RFC 2616 14.45 has it): which proxies a request has come through, so that
 * gateways which pull from each other notice it. A chain is "RTSP/1.0 name, RTSP/1.0 other"; an
 * entry may end with a comment in parentheses. Pure, any thread. */
#ifndef WEIR_RTSP_VIA_H
#define WEIR_RTSP_VIA_H

#include "base/writer.h"
#include "wire/rtsp_message.h"

enum {
    VIA_HOPS = 8, /* more gateways than anybody puts in a row */
    VIA_TEXT = 512,
};

/* Whether the chain has an entry received by `pseudonym` (compared without case). */
bool via_has(struct span chain, const char *pseudonym);
/* All of a message's Via headers as one chain; writes nothing when there is none. 0; -E2BIG: more
 * than VIA_HOPS entries, or longer than VIA_TEXT; -ENOSPC. */
int via_collect(struct writer *w, const struct rtsp_message *message);
/* Writes the chain of a request that is sent on: the one it came with, which may be empty, and
 * ourselves. The same results. */
int via_append(struct writer *w, struct span chain, const char *pseudonym);

#endif
