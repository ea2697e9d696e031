#include "base/backoff.h"

#include "base/clock.h"

static const int64_t first_us = CLOCK_SECOND_US / 2;
static const int64_t most_us = 30 * CLOCK_SECOND_US;

int64_t backoff_next_us(struct backoff *b, double jitter)
{
    if (b->mean_us == 0)
        b->mean_us = first_us;
    else if (b->mean_us < most_us)
        b->mean_us = b->mean_us * 2 < most_us ? b->mean_us * 2 : most_us;
    return (int64_t)((double)b->mean_us * jitter);
}

void backoff_reset(struct backoff *b)
{
    b->mean_us = 0;
}
