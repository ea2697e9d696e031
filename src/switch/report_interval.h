/* How often a receiver reports (RFC 3550 6.2, 6.3; RFC 3556 2). Pure. */
#ifndef WEIR_SWITCH_REPORT_INTERVAL_H
#define WEIR_SWITCH_REPORT_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

/* The time between two reports of `len` bytes, IP and UDP heads included, of which receivers may
 * send so many bits a second: five seconds at least; INT64_MAX where none may be sent. The only
 * receiver an origin has is the gateway. To be multiplied by random_jitter(). */
int64_t report_interval_us(uint64_t receivers_bps, size_t len);

#endif
