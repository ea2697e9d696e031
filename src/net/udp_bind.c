#include "net/udp_bind.h"

#include <errno.h>
#include <unistd.h>

enum {
    PORT_TRIES = 64,
    /* Key frames arrive in bursts; the kernel grants what net.core.rmem_max allows. */
    SOCKET_BUFFER = 4 * 1024 * 1024,
};

static void set(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

static void prepare(int fd, bool is_ipv6, bool is_shared)
{
    set(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER);
    set(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER); /* where we may, as root */
    set(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    set(fd, SOL_SOCKET, SO_REUSEADDR, is_shared);
    /* A packet above the path's MTU is to arrive in fragments, not to vanish at a router. */
    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    /* What other sockets of this host have joined is not ours. */
    set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    if (is_ipv6) {
        set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
        set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
        set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    }
}

int udp_bind(struct address *local, bool is_shared)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    int fd = socket(local->u.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    prepare(fd, local->u.any.sa_family == AF_INET6, is_shared);
    if (bind(fd, &local->u.any, local->len) < 0) {
        int result = -errno;
        close(fd);
        return result;
    }
    getsockname(fd, (struct sockaddr *)&bound, &len);
    struct address named = address_of((struct sockaddr *)&bound, len);
    address_set_port(local, address_port(&named));
    return fd;
}

/* Opens both sockets at local and the port behind it. */
static int bind_at(int fds[2], struct address local, bool is_shared)
{
    int first = udp_bind(&local, is_shared);
    if (first < 0)
        return first;
    address_set_port(&local, (uint16_t)(address_port(&local) + 1));
    int second = address_port(&local) == 0 ? -EADDRINUSE : udp_bind(&local, is_shared);
    if (second < 0) {
        close(first);
        return second;
    }
    fds[0] = first;
    fds[1] = second;
    return 0;
}

/* The kernel names a free port, and the even one of its two is tried. */
static int bind_any(int fds[2], struct address *local, bool is_shared)
{
    int result = -EADDRINUSE;
    for (int i = 0; i < PORT_TRIES && result == -EADDRINUSE; i++) {
        address_set_port(local, 0);
        int probe = udp_bind(local, false);
        if (probe < 0)
            return probe;
        close(probe);
        address_set_port(local, address_port(local) & 0xfffe);
        result = bind_at(fds, *local, is_shared);
    }
    return result;
}

int udp_bind_pair(int fds[2], struct address *local, bool is_shared)
{
    return address_port(local) ? bind_at(fds, *local, is_shared) : bind_any(fds, local, is_shared);
}

int udp_set_class(int fd, bool is_ipv6, uint8_t dscp)
{
    int class = dscp << 2; /* the two bits below are those of congestion, RFC 3168 */
    int result = is_ipv6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class, sizeof class)
                         : setsockopt(fd, IPPROTO_IP, IP_TOS, &class, sizeof class);
    return result < 0 ? -errno : 0;
}
