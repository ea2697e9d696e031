#include "net/udp_socket.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/readable.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
    BATCHES_A_WAKE_UP = 8, /* then the other sockets get their turn */
};

struct udp_inbox {
    struct mmsghdr messages[LIMIT_UDP_BATCH];
    struct iovec parts[LIMIT_UDP_BATCH];
    struct sockaddr_storage from[LIMIT_UDP_BATCH];
    uint8_t bytes[LIMIT_UDP_BATCH][LIMIT_DATAGRAM];
};

struct udp_socket {
    struct readable readable;
    struct address local;
    bool is_any; /* bound to every interface: the source address is chosen per packet */
    struct udp_inbox *inbox;
    const struct udp_socket_ops *ops;
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

static void receive(struct readable *readable)
{
    struct udp_socket *s = (struct udp_socket *)readable;
    struct udp_inbox *in = s->inbox;

    for (int batch = 0; batch < BATCHES_A_WAKE_UP; batch++) {
        for (int i = 0; i < LIMIT_UDP_BATCH; i++)
            in->messages[i].msg_hdr.msg_namelen = sizeof in->from[i];
        int count = recvmmsg(s->readable.fd, in->messages, LIMIT_UDP_BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            struct address from =
                address_of((struct sockaddr *)&in->from[i], in->messages[i].msg_hdr.msg_namelen);
            s->ops->datagram(s->owner, span_of(in->bytes[i], in->messages[i].msg_len), &from);
            if (readable_is_closed(readable))
                return;
        }
        if (count < LIMIT_UDP_BATCH)
            break;
    }
    s->ops->drained(s->owner);
}

static struct address bound_to(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    return address_of((struct sockaddr *)&bound, len);
}

int udp_socket_new(struct udp_socket **out, uv_loop_t *loop, int fd, struct udp_inbox *inbox,
                   const struct udp_socket_ops *ops, void *owner)
{
    struct udp_socket *s = calloc(1, sizeof *s);
    int result = -ENOMEM;
    if (!s)
        goto fail;
    *s = (struct udp_socket){.inbox = inbox, .ops = ops, .owner = owner};
    s->local = bound_to(fd);
    s->is_any = address_is_any(&s->local);
    result = readable_start(&s->readable, loop, fd, receive);
    if (result < 0)
        goto fail;
    *out = s;
    return 0;
fail:
    free(s);
    close(fd);
    return result;
}

struct udp_socket *udp_socket_close(struct udp_socket *s)
{
    readable_close((struct readable *)s);
    return NULL;
}

const struct address *udp_socket_local(const struct udp_socket *s)
{
    return &s->local;
}

int udp_socket_fd(const struct udp_socket *s)
{
    return s->readable.fd;
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

static int send_message(struct udp_socket *s, const struct udp_target *target,
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
    if (s->is_any && target->from.len > 0)
        put_source(&message, &target->from);
    if (segment > 0)
        memcpy(put_control(&message, IPPROTO_UDP, UDP_SEGMENT, sizeof segment), &segment,
               sizeof segment);
    if (message.msg_controllen == 0)
        message.msg_control = NULL;
    if (sendmsg(s->readable.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return -errno;
    return 0;
}

int udp_socket_send(struct udp_socket *s, const struct udp_target *target,
                    const struct iovec *parts, size_t count)
{
    int result = send_message(s, target, parts, count, 0);
    /* An ICMP error of an earlier datagram is reported by, and takes the place of, the next send.
     */
    if (result == -ECONNREFUSED)
        result = send_message(s, target, parts, count, 0);
    return result;
}

ssize_t udp_socket_send_run(struct udp_socket *s, const struct udp_target *target,
                            const struct iovec *parts, size_t count, uint16_t segment)
{
    if (count > 1) {
        int result = send_message(s, target, parts, count, segment);
        if (result == 0)
            return (ssize_t)count;
        if (result == -EAGAIN)
            return result;
    }
    /* No GSO here (an old kernel, a tunnel, a segment above the MTU): one by one. */
    for (size_t i = 0; i < count; i++) {
        int result = udp_socket_send(s, target, &parts[i], 1);
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
