/* Domains: networks of viewers, and how they get their media there. What the configuration says,
 * filled by daemon/config; never changed while the gateway runs. Pure, any thread. */
#ifndef WEIR_GATEWAY_DOMAIN_H
#define WEIR_GATEWAY_DOMAIN_H

#include <net/if.h>

#include "gateway/group_range.h"

enum { DOMAIN_NAME = 64 };

struct domain {
    char name[DOMAIN_NAME];
    size_t prefix_count;
    struct address_prefix *prefixes; /* owned: where its viewers come from */
    bool is_multicast;
    /* What follows is of multicast domains alone. */
    char interface[IF_NAMESIZE];
    bool has_range[2]; /* of IPv4, and of IPv6: where its groups are taken from */
    struct group_range ranges[2];
    bool allows_reserved;
    uint32_t ttl;
    uint32_t port; /* even: RTP of a group's first track; its other tracks follow */
};

struct domains { /* zeroed: there are none, and everything is unicast */
    size_t count;
    struct domain *items; /* owned, with all they point to */
};

/* Frees what it holds; the struct is zeroed. */
void domains_done(struct domains *domains);
/* Where a viewer is: the domain with the longest prefix that its address is in; NULL. */
const struct domain *domains_find(const struct domains *domains, const struct address *viewer);
/* Where the group that is pinned to a path is used: in the first multicast domain that has groups
 * of its family; NULL. */
const struct domain *domains_find_pinned(const struct domains *domains,
                                         const struct address *group);

#endif
