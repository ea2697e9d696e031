/* Growing pauses between attempts: 0.5 s, doubled each time up to 30 s, each drawn uniformly from
 * 0.5 to 1.5 of its mean so that gateways do not return in step (RFC 7826 10.7). */
#ifndef WEIR_BASE_BACKOFF_H
#define WEIR_BASE_BACKOFF_H

#include <stdint.h>

struct backoff { /* zeroed is one that has not failed yet */
    int64_t mean_us;
};

/* How long to wait before the next attempt; `jitter` from random_jitter(). */
int64_t backoff_next_us(struct backoff *b, double jitter);
void backoff_reset(struct backoff *b);

#endif
