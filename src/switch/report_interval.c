#include "switch/report_interval.h"

#include "base/clock.h"

static const uint64_t least_us = 5 * CLOCK_SECOND_US;

int64_t report_interval_us(uint64_t receivers_bps, size_t len)
{
    if (receivers_bps == 0)
        return INT64_MAX;
    uint64_t us = (uint64_t)len * 8 * (uint64_t)CLOCK_SECOND_US / receivers_bps;
    return (int64_t)(us > least_us ? us : least_us);
}
