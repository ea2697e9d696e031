/* A UDP socket on a loop: received from in batches, sent to in runs. All on the loop's thread. */
#ifndef WEIR_NET_UDP_SOCKET_H
#define WEIR_NET_UDP_SOCKET_H

#include <sys/uio.h>
#include <uv.h>

#include "net/multicast.h"

/* The memory a batch of datagrams is received into; one serves all sockets of a thread. */
struct udp_inbox;
int udp_inbox_new(struct udp_inbox **inbox);
/* Accepts NULL, returns NULL. */
struct udp_inbox *udp_inbox_free(struct udp_inbox *inbox);

struct udp_socket;

struct udp_socket_ops {
    /* One datagram; `data` and `from` live for the call. An empty one is legal. */
    void (*datagram)(void *owner, struct span data, const struct address *from);
    /* All datagrams of a wake-up have been handed over. */
    void (*drained)(void *owner);
};

/* Takes the descriptor (net/udp_bind.h), which is closed where it fails. Borrows inbox, ops and
 * owner. 0 or -errno. */
int udp_socket_new(struct udp_socket **socket, uv_loop_t *loop, int fd, struct udp_inbox *inbox,
                   const struct udp_socket_ops *ops, void *owner);
/* Accepts NULL, returns NULL. The callbacks end at once, the memory goes with the loop's handle. */
struct udp_socket *udp_socket_close(struct udp_socket *socket);
/* As bound. */
const struct address *udp_socket_local(const struct udp_socket *socket);
/* For net/multicast.h. The socket's own. */
int udp_socket_fd(const struct udp_socket *socket);

struct udp_target {
    struct address to;
    /* The address packets should come from: the one the client speaks to. Used where the socket
     * is bound to every interface; len 0: as routed. */
    struct address from;
};

/* One datagram of all parts. 0 or -errno. Larger than the path's MTU, it goes as IP fragments. */
int udp_socket_send(struct udp_socket *socket, const struct udp_target *target,
                    const struct iovec *parts, size_t count);
/* A run: `count` datagrams, one a part, all `segment` bytes long but the last, which may be
 * shorter; in one system call where the kernel can (UDP GSO), else one by one. Returns how many
 * datagrams went, or -errno when none did (-EAGAIN: the kernel is busy). */
ssize_t udp_socket_send_run(struct udp_socket *socket, const struct udp_target *target,
                            const struct iovec *parts, size_t count, uint16_t segment);
/* The largest UDP payload that reaches the address without IP fragments, as the route knows it. */
uint16_t udp_payload_most(const struct address *to);

#endif
