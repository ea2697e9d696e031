#include "net/connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "net/tcp.h"

enum {
    READ_SIZE = 64 * 1024,
    /* Unsent bytes the kernel may hold for a viewer: enough for a fast path, little enough that a
     * slow viewer's lag is on the tape, where it can jump, and not in a queue, where it cannot. */
    NOT_SENT_MOST = 256 * 1024,
};

struct connection {
    uv_poll_t poll;
    int fd;
    const struct connection_ops *ops;
    void *owner;
    struct address local, peer;
    struct buffer inbox, outbox;
    bool is_connecting, is_ended, is_closing;
    bool wants_write; /* the kernel refused bytes; tell the owner when it takes them again */
    int events;       /* what the poll watches now */
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct connection *c)
{
    int events = 0;
    if (c->is_closing || c->is_ended)
        return;
    if (c->is_connecting || c->outbox.len > 0 || c->wants_write)
        events |= UV_WRITABLE;
    if (!c->is_connecting && c->inbox.limit - c->inbox.len >= READ_SIZE)
        events |= UV_READABLE;
    if (events == c->events)
        return;
    c->events = events;
    if (events)
        uv_poll_start(&c->poll, events, on_poll);
    else
        uv_poll_stop(&c->poll);
}

static void learn_addresses(struct connection *c)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    if (getsockname(c->fd, (struct sockaddr *)&a, &len) == 0)
        c->local = address_of((struct sockaddr *)&a, len);
    len = sizeof a;
    if (getpeername(c->fd, (struct sockaddr *)&a, &len) == 0)
        c->peer = address_of((struct sockaddr *)&a, len);
}

static int make(struct connection **out, uv_loop_t *loop, int fd, const struct connection_ops *ops,
                void *owner)
{
    int one = 1, least = NOT_SENT_MOST;
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    int result = uv_poll_init(loop, &c->poll, fd);
    if (result < 0) {
        free(c);
        return result;
    }
    c->poll.data = c;
    c->fd = fd;
    c->ops = ops;
    c->owner = owner;
    buffer_init(&c->inbox, LIMIT_INBOX);
    buffer_init(&c->outbox, LIMIT_OUTBOX);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &least, sizeof least);
    *out = c;
    return 0;
}

int connection_new(struct connection **connection, uv_loop_t *loop, int fd,
                   const struct connection_ops *ops, void *owner)
{
    struct connection *c;
    int result = make(&c, loop, fd, ops, owner);
    if (result < 0) {
        close(fd);
        return result;
    }
    learn_addresses(c);
    watch(c);
    *connection = c;
    return 0;
}

int connection_connect(struct connection **connection, uv_loop_t *loop, const struct address *to,
                       const struct connection_ops *ops, void *owner)
{
    struct connection *c;
    int fd = tcp_connect(to);
    if (fd < 0)
        return fd;
    int result = make(&c, loop, fd, ops, owner);
    if (result < 0) {
        close(fd);
        return result;
    }
    c->is_connecting = true;
    watch(c);
    *connection = c;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = handle->data;
    close(c->fd);
    buffer_done(&c->inbox);
    buffer_done(&c->outbox);
    free(c);
}

static int flush(struct connection *c)
{
    while (c->outbox.len > 0) {
        struct span s = buffer_span(&c->outbox);
        ssize_t sent = send(c->fd, s.ptr, s.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0)
            return -errno;
        buffer_consume(&c->outbox, (size_t)sent);
    }
    return 0;
}

struct connection *connection_close(struct connection *c)
{
    if (!c || c->is_closing)
        return NULL;
    if (!c->is_connecting)
        flush(c);
    c->is_closing = true;
    uv_poll_stop(&c->poll);
    uv_close((uv_handle_t *)&c->poll, on_closed);
    return NULL;
}

static void end(struct connection *c, int error)
{
    uv_poll_stop(&c->poll);
    c->is_ended = true;
    c->ops->ended(c->owner, error);
}

static void finish_connecting(struct connection *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error == 0) {
        c->is_connecting = false;
        learn_addresses(c);
        watch(c);
    }
    c->ops->connected(c->owner, -error);
}

/* One read a wake-up: what is left wakes the loop again, and the others get their turn. */
static void read_some(struct connection *c)
{
    uint8_t *room;
    int result = buffer_reserve(&room, &c->inbox, READ_SIZE);
    if (result < 0) {
        end(c, result);
        return;
    }
    ssize_t got = recv(c->fd, room, READ_SIZE, MSG_DONTWAIT);
    int error = got < 0 ? -errno : 0;
    if (got > 0)
        buffer_grow(&c->inbox, (size_t)got);
    else if (c->inbox.len == 0)
        buffer_done(&c->inbox);
    if (got > 0)
        c->ops->readable(c->owner);
    else if (error != -EAGAIN && error != -EINTR)
        end(c, error);
}

static void write_some(struct connection *c)
{
    int result = flush(c);
    if (result < 0 && result != -EAGAIN && result != -EINTR) {
        end(c, result);
        return;
    }
    if (result == 0 && c->wants_write) {
        c->wants_write = false;
        c->ops->writable(c->owner);
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct connection *c = poll->data;
    if (c->is_connecting) {
        finish_connecting(c);
        return;
    }
    if (status < 0) /* libuv's word for a reset; what came before it, and the reason, can be read */
        events = UV_READABLE;
    if (events & UV_WRITABLE)
        write_some(c);
    if ((events & UV_READABLE) && !c->is_closing && !c->is_ended)
        read_some(c);
    watch(c);
}

void connection_hand_over(struct connection *c, const struct connection_ops *ops, void *owner)
{
    c->ops = ops;
    c->owner = owner;
}

struct span connection_inbox(const struct connection *c)
{
    return buffer_span(&c->inbox);
}

void connection_consume(struct connection *c, size_t len)
{
    buffer_consume(&c->inbox, len);
    watch(c);
}

int connection_write(struct connection *c, struct span bytes)
{
    if (c->outbox.len == 0) {
        ssize_t sent = send(c->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (sent > 0)
            bytes = span_skip(bytes, (size_t)sent);
    }
    return connection_push(c, bytes);
}

int connection_push(struct connection *c, struct span rest)
{
    int result = buffer_append(&c->outbox, rest);
    watch(c);
    return result;
}

ssize_t connection_send(struct connection *c, const struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = count};
    ssize_t sent = -1;
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += parts[i].iov_len;
    if (c->outbox.len == 0)
        sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 && (size_t)sent == total)
        return sent;
    if (sent < 0 && (c->outbox.len > 0 || errno == EINTR))
        errno = EAGAIN;
    if (sent < 0 && errno != EAGAIN)
        return -errno;
    connection_await_writable(c); /* after a part of it, too: who sent it waits */
    return sent >= 0 ? sent : -EAGAIN;
}

void connection_await_writable(struct connection *c)
{
    c->wants_write = true;
    watch(c);
}

bool connection_is_over(const struct connection *c)
{
    uint8_t next;
    return recv(c->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

const struct address *connection_peer(const struct connection *c)
{
    return &c->peer;
}

const struct address *connection_local(const struct connection *c)
{
    return &c->local;
}
