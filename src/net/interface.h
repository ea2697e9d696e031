/* Network interfaces, as the kernel knows them now. Any thread. */
#ifndef WEIR_NET_INTERFACE_H
#define WEIR_NET_INTERFACE_H

#include "base/writer.h"
#include "net/address.h"

/* The index of the interface that has this name, or this address (without brackets). 0; -ENODEV. */
int interface_find(unsigned *index, struct span name);
/* The interface that has this address, whatever its port. 0; -ENODEV. */
int interface_of(unsigned *index, const struct address *address);
/* The interface by which a route leads to an address, be it a group. 0; -ENODEV. */
int interface_to(unsigned *index, const struct address *address);
/* An address an interface has, with port 0: of IPv6 one that is not link-local, if there is any. 0;
 * -EADDRNOTAVAIL; -ENODEV. */
int interface_address(struct address *address, unsigned index, bool is_ipv6);
/* Its link-local address of IPv6. Same results. */
int interface_link_local(struct address *address, unsigned index);
/* Names those there are, for complaints: "lo, eth0". */
void interface_write_all(struct writer *w);

#endif
