/* UDP for RTP: pairs of sockets (RTP on an even port, RTCP on the next, RFC 3550 11), received in
 * batches, sent in runs. All on the loop's thread. */
#ifndef WEIR_NET_UDP_H
#define WEIR_NET_UDP_H

#include <sys/uio.h>
#include <uv.h>

#include "net/address.h"

/* The memory a batch of datagrams is received into; one serves all pairs of a thread. */
struct udp_inbox;
int udp_inbox_new(struct udp_inbox **inbox);
/* Accepts NULL, returns NULL. */
struct udp_inbox *udp_inbox_free(struct udp_inbox *inbox);

struct udp_pair;

struct udp_pair_ops {
    /* One datagram; `data` and `from` live for the call. An empty one is legal. */
    void (*datagram)(void *owner, bool is_rtcp, struct span data, const struct address *from);
    /* All datagrams of a wake-up have been handed over. */
    void (*drained)(void *owner);
};

/* Binds to `local` and the port behind it; with port 0 to any free even port and the next.
 * Borrows inbox, ops and owner. 0; -EADDRINUSE; another negative errno. */
int udp_pair_new(struct udp_pair **pair, uv_loop_t *loop, const struct address *local,
                 struct udp_inbox *inbox, const struct udp_pair_ops *ops, void *owner);
/* Accepts NULL, returns NULL. The callbacks end at once, the memory goes with the loop's handles.
 */
struct udp_pair *udp_pair_close(struct udp_pair *pair);
/* The RTP port; RTCP is the next one. */
uint16_t udp_pair_port(const struct udp_pair *pair);

struct udp_target {
    struct address to;
    /* The address packets should come from: the one the client speaks to. Used where the socket
     * is bound to every interface; len 0: as routed. */
    struct address from;
};

/* One datagram of all parts. 0 or -errno. Larger than the path's MTU, it goes as IP fragments. */
int udp_pair_send(struct udp_pair *pair, bool is_rtcp, const struct udp_target *target,
                  const struct iovec *parts, size_t count);
/* A run on the RTP socket: `count` datagrams, one a part, all `segment` bytes long but the last,
 * which may be shorter; in one system call where the kernel can (UDP GSO), else one by one.
 * Returns how many datagrams went, or -errno when none did (-EAGAIN: the kernel is busy). */
ssize_t udp_pair_send_run(struct udp_pair *pair, const struct udp_target *target,
                          const struct iovec *parts, size_t count, uint16_t segment);
/* The largest UDP payload that reaches the address without IP fragments, as the route knows it. */
uint16_t udp_payload_most(const struct address *to);

#endif
