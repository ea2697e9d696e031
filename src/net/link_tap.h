/* Hears who joins and leaves groups on one interface, and asks: IGMP or MLD, as IP packets. Other
 * packets are sorted out in the kernel. On the loop's thread. */
#ifndef WEIR_NET_LINK_TAP_H
#define WEIR_NET_LINK_TAP_H

#include <uv.h>

#include "net/address.h"

struct link_tap;

struct link_tap_ops {
    /* An IP packet of the link; it lives for the call. */
    void (*packet)(void *owner, struct span packet);
};

/* `interface` is an index. Borrows ops and owner. 0; -EPERM: the program needs CAP_NET_RAW;
 * -ENODEV; another -errno. */
int link_tap_new(struct link_tap **tap, uv_loop_t *loop, unsigned interface, bool is_ipv6,
                 const struct link_tap_ops *ops, void *owner);
/* Accepts NULL, returns NULL. It calls nothing any more; the memory goes with the loop's handle. */
struct link_tap *link_tap_close(struct link_tap *tap);
/* Hears what is sent to the group, too: without this it hears what others on this host have joined.
 * `group` are 16 bytes, IPv4 in its mapped form, as below. 0 or -errno. */
int link_tap_join(struct link_tap *tap, const uint8_t group[16]);
/* Sends an IP packet to a group on the link. 0 or -errno. */
int link_tap_send(struct link_tap *tap, const uint8_t group[16], struct span packet);

#endif
