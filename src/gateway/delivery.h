/* How a viewer gets a stream: the choice, as a pure function of the stream, the viewer's domain and
 * what the viewer can take. */
#ifndef WEIR_GATEWAY_DELIVERY_H
#define WEIR_GATEWAY_DELIVERY_H

#include "gateway/domain.h"

enum delivery {
    DELIVERY_REFUSED, /* 461 */
    DELIVERY_UNICAST,
    DELIVERY_GROUP, /* one shared output for all such viewers of its domain */
};

struct delivery_question {
    /* The stream: RTP that one source feeds for all; not stored content, nor what is carried
     * unseen. */
    bool is_shared;
    unsigned from; /* the interface on which it arrives as a group; 0: it does not */
    /* The viewer. */
    bool takes_unicast, takes_multicast, is_ipv6;
    const struct domain *domain; /* NULL: it is in none */
    unsigned to;                 /* that domain's interface now; 0: it is not there */
};

/* `why` (may be NULL) is set to the reason why it is no group, to NULL where it is one. */
enum delivery delivery_choose(const struct delivery_question *question, const char **why);

#endif
