/* UDP for RTP: pairs of sockets, RTP on an even port, RTCP on the next (RFC 3550 11). All on the
 * loop's thread. */
#ifndef WEIR_NET_UDP_H
#define WEIR_NET_UDP_H

#include "net/udp_socket.h"

struct udp_pair;

struct udp_pair_ops {
    /* One datagram; `data` and `from` live for the call. An empty one is legal. */
    void (*datagram)(void *owner, bool is_rtcp, struct span data, const struct address *from);
    /* All datagrams of a wake-up have been handed over. */
    void (*drained)(void *owner);
};

/* Binds to `local` and the port behind it; with port 0 to any free even port and the next. See
 * net/udp_bind.h for `is_shared`. Borrows inbox, ops and owner. 0; -EADDRINUSE; another -errno. */
int udp_pair_new(struct udp_pair **pair, uv_loop_t *loop, const struct address *local,
                 bool is_shared, struct udp_inbox *inbox, const struct udp_pair_ops *ops,
                 void *owner);
/* Accepts NULL, returns NULL. The callbacks end at once, the memory goes with the loop's handles.
 */
struct udp_pair *udp_pair_close(struct udp_pair *pair);
/* The RTP port; RTCP is the next one. */
uint16_t udp_pair_port(const struct udp_pair *pair);
/* One of its sockets: borrowed, it goes with the pair. */
struct udp_socket *udp_pair_socket(const struct udp_pair *pair, bool is_rtcp);

#endif
