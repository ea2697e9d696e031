#include "base/rate.h"

#include "base/clock.h"

void rate_add(struct rate *r, int64_t now_us, uint64_t bytes)
{
    int64_t second = now_us / CLOCK_SECOND_US;
    unsigned slot = (unsigned)(second % RATE_SLOTS);
    if (r->second[slot] != second) {
        r->second[slot] = second;
        r->bytes[slot] = 0;
    }
    r->bytes[slot] += bytes;
}

uint64_t rate_bps(const struct rate *r, int64_t now_us)
{
    int64_t current = now_us / CLOCK_SECOND_US;
    uint64_t sum = 0;
    int64_t oldest = current;

    for (unsigned slot = 0; slot < RATE_SLOTS; slot++) {
        if (r->second[slot] >= current || r->second[slot] <= current - RATE_SLOTS)
            continue;
        sum += r->bytes[slot];
        if (r->bytes[slot] > 0 && r->second[slot] < oldest)
            oldest = r->second[slot];
    }
    return oldest == current ? 0 : sum * 8 / (uint64_t)(current - oldest);
}
