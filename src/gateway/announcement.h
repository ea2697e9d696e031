/* The announcement of a group (RFC 2974): while it is sent, whoever listens hears that it is there,
 * and in the end that it is not. Part of a group, on the gateway's thread. */
#ifndef WEIR_GATEWAY_ANNOUNCEMENT_H
#define WEIR_GATEWAY_ANNOUNCEMENT_H

#include <stdint.h>

#include "net/address.h"

struct group;

struct announcement { /* zeroed: it was never made */
    uint16_t hash;    /* 0: nothing is announced */
    uint64_t version; /* of the description that is */
    int64_t next_us;
    bool is_refused; /* it was said that it cannot be announced */
};

/* Once a second: announces it where it is time, and takes it back where it is sent no more. */
void announcement_tick(struct group *group, int64_t now_us);
/* Takes it back, if it was announced. */
void announcement_end(struct group *group);

/* Where groups like that one are announced: 224.2.127.254, or the highest address of a scope that
 * is administered (RFC 2974 3); of IPv6 ff0x::2:7ffe. With the port. */
struct address announcement_place(const struct address *group);
/* The time to the next one, in microseconds, of `count` announcements of `bytes` each: 4000 bits a
 * second for all of them, but at most one each five minutes, a third more or less. `jitter` is that
 * of base/random.h. */
int64_t announcement_interval_us(uint64_t count, uint64_t bytes, double jitter);

#endif
