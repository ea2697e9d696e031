/* Opening UDP sockets: one, or a pair on neighbouring ports (RTP even, RTCP odd, RFC 3550 11).
 * Any thread. */
#ifndef WEIR_NET_UDP_BIND_H
#define WEIR_NET_UDP_BIND_H

#include "net/address.h"

/* Opens a socket at `local` and puts in the port where it was 0. A group's address hears that group
 * alone. `is_shared`: other programs may listen there, too, as is usual for groups. The descriptor,
 * which the caller owns; -EADDRINUSE; another -errno. */
int udp_bind(struct address *local, bool is_shared);
/* The same for `local` and the port behind it; for port 0 any free even one. 0 or -errno. */
int udp_bind_pair(int fds[2], struct address *local, bool is_shared);
/* The class of service of what is sent (RFC 2474), 0-63. `is_ipv6`: of the addresses sent to. 0 or
 * -errno. */
int udp_set_class(int fd, bool is_ipv6, uint8_t dscp);

#endif
