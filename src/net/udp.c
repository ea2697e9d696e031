#include "net/udp.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
    PORT_TRIES = 64,
    /* Key frames arrive in bursts; the kernel grants what net.core.rmem_max allows. */
    SOCKET_BUFFER = 4 * 1024 * 1024,
    BATCHES_A_WAKE_UP = 8, /* then the other sockets get their turn */
};

struct udp_inbox {
    struct mmsghdr messages[LIMIT_UDP_BATCH];
    struct iovec parts[LIMIT_UDP_BATCH];
    struct sockaddr_storage from[LIMIT_UDP_BATCH];
    uint8_t bytes[LIMIT_UDP_BATCH][LIMIT_DATAGRAM];
};

struct udp_socket {
    uv_poll_t poll;
    int fd;
};

struct udp_pair {
    struct udp_socket sockets[2];
    struct address local;
    bool is_any; /* bound to every interface: the source address is chosen per packet */
    int open_handles;
    struct udp_inbox *inbox;
    const struct udp_pair_ops *ops;
    void *owner;
};

int udp_inbox_new(struct udp_inbox **inbox)
{
    struct udp_inbox *in = malloc(sizeof *in); /* 2 MiB, touched only as far as datagrams reach */
    if (!in)
        return -ENOMEM;
    for (int i = 0; i < LIMIT_UDP_BATCH; i++) {
        in->parts[i] = (struct iovec){in->bytes[i], sizeof in->bytes[i]};
        in->messages[i] = (struct mmsghdr){
            .msg_hdr = {.msg_name = &in->from[i], .msg_iov = &in->parts[i], .msg_iovlen = 1}};
    }
    *inbox = in;
    return 0;
}

struct udp_inbox *udp_inbox_free(struct udp_inbox *inbox)
{
    free(inbox);
    return NULL;
}

static int open_socket(const struct address *local)
{
    int size = SOCKET_BUFFER, zero = 0, discover = IP_PMTUDISC_DONT, discover6 = IPV6_PMTUDISC_DONT;
    int fd = socket(local->u.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    /* A packet above the path's MTU is to arrive in fragments, not to vanish at a router. */
    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
    if (local->u.any.sa_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
        setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &discover6, sizeof discover6);
    }
    if (bind(fd, &local->u.any, local->len) < 0) {
        int result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    struct address a = address_of((struct sockaddr *)&bound, len);
    return address_port(&a);
}

/* Opens both sockets at local and the port behind it. */
static int open_at(int fds[2], struct address local)
{
    fds[0] = open_socket(&local);
    if (fds[0] < 0)
        return fds[0];
    address_set_port(&local, (uint16_t)(address_port(&local) + 1));
    fds[1] = open_socket(&local);
    if (fds[1] >= 0)
        return 0;
    close(fds[0]);
    return fds[1];
}

/* Lets the kernel name a free port, and tries the even one of its two. */
static int open_any(int fds[2], struct address *local)
{
    int result = -EADDRINUSE;
    for (int i = 0; i < PORT_TRIES && result == -EADDRINUSE; i++) {
        address_set_port(local, 0);
        int probe = open_socket(local);
        if (probe < 0)
            return probe;
        uint16_t port = bound_port(probe) & 0xfffe;
        close(probe);
        address_set_port(local, port);
        result = open_at(fds, *local);
    }
    return result;
}

static void receive(struct udp_pair *pair, bool is_rtcp)
{
    struct udp_inbox *in = pair->inbox;
    for (int batch = 0; batch < BATCHES_A_WAKE_UP; batch++) {
        for (int i = 0; i < LIMIT_UDP_BATCH; i++)
            in->messages[i].msg_hdr.msg_namelen = sizeof in->from[i];
        int count =
            recvmmsg(pair->sockets[is_rtcp].fd, in->messages, LIMIT_UDP_BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            struct address from =
                address_of((struct sockaddr *)&in->from[i], in->messages[i].msg_hdr.msg_namelen);
            pair->ops->datagram(pair->owner, is_rtcp,
                                span_of(in->bytes[i], in->messages[i].msg_len), &from);
            if (uv_is_closing((uv_handle_t *)&pair->sockets[0].poll))
                return;
        }
        if (count < LIMIT_UDP_BATCH)
            break;
    }
    pair->ops->drained(pair->owner);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct udp_pair *pair = poll->data;
    (void)status;
    (void)events;
    receive(pair, poll == &pair->sockets[1].poll);
}

static void on_closed(uv_handle_t *handle)
{
    struct udp_pair *pair = handle->data;
    if (--pair->open_handles > 0)
        return;
    close(pair->sockets[0].fd);
    close(pair->sockets[1].fd);
    free(pair);
}

static int watch(struct udp_pair *pair, uv_loop_t *loop)
{
    for (int i = 0; i < 2; i++) {
        struct udp_socket *s = &pair->sockets[i];
        int result = uv_poll_init(loop, &s->poll, s->fd);
        if (result < 0)
            return result;
        s->poll.data = pair;
        pair->open_handles++;
        uv_poll_start(&s->poll, UV_READABLE, on_poll);
    }
    return 0;
}

int udp_pair_new(struct udp_pair **out, uv_loop_t *loop, const struct address *local,
                 struct udp_inbox *inbox, const struct udp_pair_ops *ops, void *owner)
{
    int fds[2];
    struct udp_pair *pair = calloc(1, sizeof *pair);
    if (!pair)
        return -ENOMEM;
    *pair = (struct udp_pair){.local = *local, .inbox = inbox, .ops = ops, .owner = owner};
    pair->is_any = address_is_any(local);
    int result = address_port(local) ? open_at(fds, *local) : open_any(fds, &pair->local);
    if (result < 0) {
        free(pair);
        return result;
    }
    pair->sockets[0].fd = fds[0];
    pair->sockets[1].fd = fds[1];
    result = watch(pair, loop);
    if (result < 0 && pair->open_handles > 0) {
        udp_pair_close(pair); /* the first socket is on the loop: it frees the pair */
        return result;
    }
    if (result < 0) {
        close(fds[0]);
        close(fds[1]);
        free(pair);
        return result;
    }
    *out = pair;
    return 0;
}

struct udp_pair *udp_pair_close(struct udp_pair *pair)
{
    if (!pair || uv_is_closing((uv_handle_t *)&pair->sockets[0].poll))
        return NULL;
    int open = pair->open_handles;
    for (int i = 0; i < open; i++)
        uv_close((uv_handle_t *)&pair->sockets[i].poll, on_closed);
    return NULL;
}

uint16_t udp_pair_port(const struct udp_pair *pair)
{
    return address_port(&pair->local);
}

/* Room for a source address and a segment size. */
union control {
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr align;
};

static void *put_control(struct msghdr *message, int level, int type, size_t len)
{
    struct cmsghdr *c = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);
    message->msg_controllen += CMSG_SPACE(len);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(len);
    return CMSG_DATA(c);
}

/* The kernel takes IPV6_PKTINFO with a v4-mapped address on an IPv6 socket that sends IPv4. */
static void put_source(struct msghdr *message, const struct address *from)
{
    if (from->u.any.sa_family == AF_INET6) {
        struct in6_pktinfo info = {.ipi6_addr = from->u.v6.sin6_addr};
        memcpy(put_control(message, IPPROTO_IPV6, IPV6_PKTINFO, sizeof info), &info, sizeof info);
    } else {
        struct in_pktinfo info = {.ipi_spec_dst = from->u.v4.sin_addr};
        memcpy(put_control(message, IPPROTO_IP, IP_PKTINFO, sizeof info), &info, sizeof info);
    }
}

static int send_message(struct udp_pair *pair, bool is_rtcp, const struct udp_target *target,
                        const struct iovec *parts, size_t count, uint16_t segment)
{
    union control control = {0};
    struct msghdr message = {
        .msg_name = (void *)&target->to.u.any,
        .msg_namelen = target->to.len,
        .msg_iov = (struct iovec *)parts,
        .msg_iovlen = count,
        .msg_control = control.bytes,
    };
    if (pair->is_any && target->from.len > 0)
        put_source(&message, &target->from);
    if (segment > 0)
        memcpy(put_control(&message, IPPROTO_UDP, UDP_SEGMENT, sizeof segment), &segment,
               sizeof segment);
    if (message.msg_controllen == 0)
        message.msg_control = NULL;
    if (sendmsg(pair->sockets[is_rtcp].fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return -errno;
    return 0;
}

int udp_pair_send(struct udp_pair *pair, bool is_rtcp, const struct udp_target *target,
                  const struct iovec *parts, size_t count)
{
    int result = send_message(pair, is_rtcp, target, parts, count, 0);
    /* An ICMP error of an earlier datagram is reported by, and takes the place of, the next send.
     */
    if (result == -ECONNREFUSED)
        result = send_message(pair, is_rtcp, target, parts, count, 0);
    return result;
}

ssize_t udp_pair_send_run(struct udp_pair *pair, const struct udp_target *target,
                          const struct iovec *parts, size_t count, uint16_t segment)
{
    if (count > 1) {
        int result = send_message(pair, false, target, parts, count, segment);
        if (result == 0)
            return (ssize_t)count;
        if (result == -EAGAIN)
            return result;
    }
    /* No GSO here (an old kernel, a tunnel, a segment above the MTU): one by one. */
    for (size_t i = 0; i < count; i++) {
        int result = udp_pair_send(pair, false, target, &parts[i], 1);
        if (result < 0)
            return i > 0 ? (ssize_t)i : result;
    }
    return (ssize_t)count;
}

uint16_t udp_payload_most(const struct address *to)
{
    int mtu = 0, fd = socket(to->u.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_v6 = address_is_ipv6(to);
    socklen_t len = sizeof mtu;

    if (fd >= 0) {
        if (connect(fd, &to->u.any, to->len) == 0)
            getsockopt(fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_MTU : IP_MTU, &mtu,
                       &len);
        close(fd);
    }
    int most = (mtu > 0 ? mtu : 1500) - (is_v6 ? 48 : 28);
    return (uint16_t)(most > 65507 ? 65507 : most < 0 ? 0 : most);
}
