/* A TCP connection on a libuv loop: bytes in by way of an inbox, control bytes out by way of an
 * outbox, and media straight from where it lies to the socket.
 *
 * The media path keeps no queue: connection_send() takes what the kernel takes, and what is left
 * of a packet cut in two goes into the outbox, so that nothing can get between its halves. All
 * on the loop's thread. */
#ifndef WEIR_NET_CONNECTION_H
#define WEIR_NET_CONNECTION_H

#include <sys/uio.h>
#include <uv.h>

#include "base/span.h"
#include "net/address.h"

struct connection;

struct connection_ops {
    /* An outgoing connection stands (0), or failed (-errno: close it). */
    void (*connected)(void *owner, int error);
    /* New bytes are in the inbox. */
    void (*readable)(void *owner);
    /* The outbox is empty and the kernel takes bytes: again, after it had refused some, or because
     * connection_await_writable asked for it. */
    void (*writable)(void *owner);
    /* The peer has closed (0), or the connection broke (-errno). Nothing else will be called; the
     * owner closes it. */
    void (*ended)(void *owner, int error);
};

/* Takes fd (also when it fails), borrows ops and owner. 0 or a negative errno. */
int connection_new(struct connection **connection, uv_loop_t *loop, int fd,
                   const struct connection_ops *ops, void *owner);
/* Starts to connect; connected() follows. 0 or a negative errno at once. */
int connection_connect(struct connection **connection, uv_loop_t *loop, const struct address *to,
                       const struct connection_ops *ops, void *owner);
/* Sends what the kernel still takes of the outbox, then closes. Calls nothing any more; the memory
 * goes when the loop lets go of the handle. Accepts NULL, returns NULL. */
struct connection *connection_close(struct connection *connection);

/* From now on it calls these ops with this owner; both borrowed. What has arrived stays in the
 * inbox, and nobody is told of it again. */
void connection_hand_over(struct connection *connection, const struct connection_ops *ops,
                          void *owner);

/* Bytes that have arrived and were not consumed. Reading pauses while the inbox is full. */
struct span connection_inbox(const struct connection *connection);
void connection_consume(struct connection *connection, size_t len);

/* Control bytes: sent in order, queued where the kernel takes no more. 0; -ENOBUFS when
 * LIMIT_OUTBOX would be passed (the peer does not read: close it); another negative errno. */
int connection_write(struct connection *connection, struct span bytes);
/* Media: sends from the vectors. Returns how many bytes went; -EAGAIN when the kernel or the outbox
 * is busy; another -errno. After fewer bytes than there are, and after -EAGAIN, writable() will be
 * called. */
ssize_t connection_send(struct connection *connection, const struct iovec *parts, size_t count);
/* Queues the rest of a packet that connection_send cut. 0 or -ENOBUFS. */
int connection_push(struct connection *connection, struct span rest);
/* writable() will be called: from the loop, never from within. */
void connection_await_writable(struct connection *connection);

/* Whether the peer has closed and all he sent is in the inbox, though ended() was not called yet.
 */
bool connection_is_over(const struct connection *connection);

const struct address *connection_peer(const struct connection *connection);
const struct address *connection_local(const struct connection *connection);

#endif
