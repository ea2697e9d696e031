/* The special ranges of addresses (the IANA registries of RFC 6890), and what an address hides:
 * IPv6 has many spellings of an IPv4 address. Pure, any thread. */
#ifndef WEIR_NET_ADDRESS_RANGE_H
#define WEIR_NET_ADDRESS_RANGE_H

#include "net/address_prefix.h"

enum address_kind {
    ADDRESS_ORDINARY,
    ADDRESS_UNSPECIFIED, /* 0.0.0.0/8, ::; on many systems another name of the machine itself */
    ADDRESS_LOOPBACK,
    ADDRESS_LINK_LOCAL, /* clouds answer with their secrets there */
    ADDRESS_PRIVATE,    /* RFC 1918, RFC 6598 (carrier-grade NAT), unique and site local */
    ADDRESS_MULTICAST,
    ADDRESS_BROADCAST,
    ADDRESS_DOCUMENTATION,
    ADDRESS_RESERVED,
    ADDRESS_TUNNEL, /* an IPv4 address inside: 6to4, Teredo, NAT64, IPv4-compatible, ISATAP */
};

struct address_range {
    struct address_prefix prefix; /* more than 128 bits: no prefix is as narrow as the range */
    enum address_kind kind;
};

/* The narrowest range an address lies in. A v4-mapped address lies where its IPv4 form does; a
 * NAT64 address (64:ff9b::/96) that leads to an ordinary IPv4 address is ordinary. */
struct address_range address_range_of(const struct address *a);
/* "loopback", "private": for people. */
const char *address_kind_name(enum address_kind kind);

#endif
