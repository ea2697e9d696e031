/* Ranges of multicast groups: which may be given to streams, and which never. Pure, any thread.
 *
 * A switch that knows no IGMP, and every network card, tells groups apart by their link-layer
 * address: the low 23 bits of an IPv4 group, the low 32 of an IPv6 group (RFC 1112 6.4, RFC 2464
 * 7). Groups that share them are twins: who joins the one is sent the other. */
#ifndef WEIR_GATEWAY_GROUP_RANGE_H
#define WEIR_GATEWAY_GROUP_RANGE_H

#include "base/writer.h"
#include "net/address_prefix.h"

struct group_range {
    struct address_prefix prefix;
    uint8_t free_bits; /* how many low bits are chosen */
};

/* 239.255.0.0/16, 232.1.0.0/16, ff15::/16 ... Refused are what is no multicast, 224.0.0.0/24 and
 * 224.0.1.0/24 (of IPv6: ff0x), and, unless `allows_reserved`, all but 232.0.0.0/8 and
 * 239.0.0.0/8 (of IPv6: well-known groups). 0, or -EINVAL with a complaint. */
int group_range_init(struct group_range *range, const struct address_prefix *prefix,
                     bool allows_reserved, struct writer *complaint);
/* How many addresses there are to choose from, unfit ones among them. */
uint64_t group_range_count(const struct group_range *range);
/* One of them, with port 0. Of an IPv6 range with room for it those that RFC 3307 4.3 gives to
 * servers: the group ids from 0x80000000 up. */
struct address group_range_at(const struct group_range *range, uint64_t index);

/* Whether a group may carry a stream at all: no twin of 224.0.0.0/24, or of the groups of neighbour
 * discovery, and not where sessions are announced. */
bool group_is_fit(const struct address *group);
/* What twins have in common; an IPv4 group and an IPv6 group never do. */
uint64_t group_link_key(const struct address *group);

#endif
