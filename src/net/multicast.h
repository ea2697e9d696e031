/* Groups: who joins them by which interface, and how a socket sends to them. IPv4 and IPv6 alike
 * (RFC 3678; the kernel speaks IGMPv3 and MLDv2). Any thread. */
#ifndef WEIR_NET_MULTICAST_H
#define WEIR_NET_MULTICAST_H

#include "net/address.h"

/* Joins a group on a socket bound to its port. `interface` is an index; 0: the one a route leads
 * to. `source`: only what it sends (SSM); NULL: from anybody. 0; -EADDRINUSE when it has joined
 * already; -ENODEV: no such interface; another -errno. */
int multicast_join(int fd, const struct address *group, const struct address *source,
                   unsigned interface);
/* 0 or -errno. */
int multicast_leave(int fd, const struct address *group, const struct address *source,
                    unsigned interface);

/* Of a group that was joined from anybody: from all but this one. 0 or -errno. */
int multicast_block(int fd, const struct address *group, const struct address *source,
                    unsigned interface);

/* What comes by other interfaces is not for this socket. IPv6 needs it: there a socket hears a
 * group that it has joined on one interface by all on which somebody of this host has joined it,
 * and so what the host itself sends. May be changed at any time. 0 or -errno. */
int multicast_hear_only(int fd, unsigned interface);

/* How datagrams to groups leave a socket. */
struct multicast_way {
    unsigned interface; /* index; 0: as routed */
    uint8_t ttl;        /* 0: they stay on this host */
    bool loops;         /* programs on this host that have joined get them too */
};
/* `is_ipv6`: of the groups. 0 or -errno. */
int multicast_send_by(int fd, bool is_ipv6, const struct multicast_way *way);

/* Groups of 232/8 and ff3x::/32, which have no meaning without their source (RFC 4607 1). */
bool multicast_is_source_specific(const struct address *group);
/* Groups that no router passes on and that the network's own protocols use: 224.0.0/24, and of IPv6
 * those of the interface and the link that are well known (ff01::/16, ff02::/16), and reserved. */
bool multicast_is_reserved(const struct address *group);

#endif
