/* Prefixes of addresses (CIDR): which hosts a rule means. Pure, any thread. */
#ifndef WEIR_NET_ADDRESS_PREFIX_H
#define WEIR_NET_ADDRESS_PREFIX_H

#include "net/address.h"

struct address_prefix {
    bool is_ipv6;
    uint8_t bits;     /* how many count: 0-32, or 0-128 */
    uint8_t host[16]; /* in network byte order; those that do not count are 0 */
};

/* "192.0.2.0/24", "2001:db8::/32", or one host: "192.0.2.7", "2001:db8::7" (brackets around an IPv6
 * address are allowed). Bits that do not count may be set: they are cleared. A prefix within
 * ::ffff:0:0/96 is taken as the IPv4 prefix it maps. 0 or -EINVAL. */
int address_prefix_parse(struct address_prefix *prefix, struct span text);
/* A v4-mapped address is its IPv4 form; IPv4 is in no IPv6 prefix, not in ::/0 either. An address
 * of length 0 is in none. */
bool address_in_prefix(const struct address *a, const struct address_prefix *prefix);

#endif
