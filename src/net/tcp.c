#include "net/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    BACKLOG = 1024,
    ACCEPTS_A_WAKE_UP = 64, /* then the media gets its turn */
    REST_MS = 100,
};

struct tcp_listener {
    uv_poll_t poll;
    uv_timer_t rest;
    int fd;
    int open_handles;
    bool is_starved; /* since the last connection that could be accepted */
    struct address address;
    void (*accepted)(void *owner, int fd, const struct address *from);
    void (*starved)(void *owner);
    void *owner;
};

static int open_socket(const struct address *at)
{
    int one = 1, zero = 0, result;
    int fd = socket(at->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (at->u.any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (bind(fd, &at->u.any, at->len) < 0 || listen(fd, BACKLOG) < 0) {
        result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_rested(uv_timer_t *timer)
{
    struct tcp_listener *l = timer->data;
    uv_poll_start(&l->poll, UV_READABLE, on_poll);
}

static void rest(struct tcp_listener *l)
{
    uv_poll_stop(&l->poll);
    uv_timer_start(&l->rest, on_rested, REST_MS, 0);
    if (l->starved && !l->is_starved)
        l->starved(l->owner);
    l->is_starved = true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct tcp_listener *l = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPTS_A_WAKE_UP; i++) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            struct address address = address_of((struct sockaddr *)&from, len);
            l->is_starved = false;
            l->accepted(l->owner, fd, &address);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            rest(l);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
        if (uv_is_closing((uv_handle_t *)poll))
            return;
    }
}

int tcp_listener_new(struct tcp_listener **listener, uv_loop_t *loop, const struct address *at,
                     void (*accepted)(void *owner, int fd, const struct address *from),
                     void (*starved)(void *owner), void *owner)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    int fd = open_socket(at);
    if (fd < 0)
        return fd;
    struct tcp_listener *l = calloc(1, sizeof *l);
    int result = l ? uv_poll_init(loop, &l->poll, fd) : -ENOMEM;
    if (result < 0) {
        free(l);
        close(fd);
        return result;
    }
    uv_timer_init(loop, &l->rest);
    l->poll.data = l->rest.data = l;
    l->open_handles = 2;
    l->fd = fd;
    l->accepted = accepted;
    l->starved = starved;
    l->owner = owner;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    l->address = address_of((struct sockaddr *)&bound, len);
    uv_poll_start(&l->poll, UV_READABLE, on_poll);
    *listener = l;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct tcp_listener *l = handle->data;
    if (--l->open_handles > 0)
        return;
    close(l->fd);
    free(l);
}

struct tcp_listener *tcp_listener_close(struct tcp_listener *l)
{
    if (!l || uv_is_closing((uv_handle_t *)&l->poll))
        return NULL;
    uv_close((uv_handle_t *)&l->poll, on_closed);
    uv_close((uv_handle_t *)&l->rest, on_closed);
    return NULL;
}

const struct address *tcp_listener_address(const struct tcp_listener *l)
{
    return &l->address;
}

int tcp_connect(const struct address *to)
{
    int fd = socket(to->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, &to->u.any, to->len) == 0 || errno == EINPROGRESS)
        return fd;
    int result = -errno;
    close(fd);
    return result;
}
