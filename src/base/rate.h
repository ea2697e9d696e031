/* A bit-rate meter: the mean over the last whole seconds, cheap enough for the packet path. */
#ifndef WEIR_BASE_RATE_H
#define WEIR_BASE_RATE_H

#include <stdint.h>

enum { RATE_SLOTS = 4 }; /* three whole seconds and the one that runs */

struct rate {                   /* zeroed is a meter that has seen nothing */
    int64_t second[RATE_SLOTS]; /* which second each slot counts */
    uint64_t bytes[RATE_SLOTS];
};

void rate_add(struct rate *r, int64_t now_us, uint64_t bytes);
/* Bits per second over the last three whole seconds, or over those since the first byte. */
uint64_t rate_bps(const struct rate *r, int64_t now_us);

#endif
