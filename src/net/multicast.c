#include "net/multicast.h"

#include <errno.h>
#include <linux/filter.h>
#include <string.h>

static int level_of(const struct address *group)
{
    return group->u.any.sa_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

/* `option` is one of those that take a source where there is one. */
static int change(int fd, int option, const struct address *group, const struct address *source,
                  unsigned interface)
{
    struct group_req any = {.gr_interface = interface};
    struct group_source_req one = {.gsr_interface = interface};
    const void *request = source ? (const void *)&one : &any;
    socklen_t len = source ? sizeof one : sizeof any;

    memcpy(&any.gr_group, &group->u, group->len);
    memcpy(&one.gsr_group, &group->u, group->len);
    if (source)
        memcpy(&one.gsr_source, &source->u, source->len);
    return setsockopt(fd, level_of(group), option, request, len) < 0 ? -errno : 0;
}

int multicast_join(int fd, const struct address *group, const struct address *source,
                   unsigned interface)
{
    return change(fd, source ? MCAST_JOIN_SOURCE_GROUP : MCAST_JOIN_GROUP, group, source,
                  interface);
}

int multicast_leave(int fd, const struct address *group, const struct address *source,
                    unsigned interface)
{
    return change(fd, source ? MCAST_LEAVE_SOURCE_GROUP : MCAST_LEAVE_GROUP, group, source,
                  interface);
}

int multicast_block(int fd, const struct address *group, const struct address *source,
                    unsigned interface)
{
    return change(fd, MCAST_BLOCK_SOURCE, group, source, interface);
}

/* By a filter, for a socket can be bound to an interface but once without privileges. */
int multicast_hear_only(int fd, unsigned interface)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, interface, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), /* all of it */
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

static int set(int fd, int level, int option, const void *value, socklen_t len)
{
    return setsockopt(fd, level, option, value, len) < 0 ? -errno : 0;
}

int multicast_send_by(int fd, bool is_ipv6, const struct multicast_way *way)
{
    struct ip_mreqn by = {.imr_ifindex = (int)way->interface};
    int interface = (int)way->interface, ttl = way->ttl, loops = way->loops;
    int level = is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, result = 0;

    if (interface != 0 && is_ipv6)
        result = set(fd, level, IPV6_MULTICAST_IF, &interface, sizeof interface);
    else if (interface != 0)
        result = set(fd, level, IP_MULTICAST_IF, &by, sizeof by);
    if (result == 0)
        result = set(fd, level, is_ipv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, &ttl, sizeof ttl);
    if (result == 0)
        result =
            set(fd, level, is_ipv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, &loops, sizeof loops);
    return result;
}

bool multicast_is_source_specific(const struct address *group)
{
    struct in6_addr host = address_host_bytes(group);
    if (IN6_IS_ADDR_V4MAPPED(&host))
        return host.s6_addr[12] == 232;
    return host.s6_addr[0] == 0xff && host.s6_addr[1] >> 4 == 3 && host.s6_addr[2] == 0 &&
           host.s6_addr[3] == 0;
}

bool multicast_is_reserved(const struct address *group)
{
    struct in6_addr host = address_host_bytes(group);
    const uint8_t *a = host.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&host))
        return a[12] == 224 && a[13] == 0 && a[14] == 0;
    unsigned scope = a[1] & 15;
    return a[0] == 0xff && (scope == 0 || scope == 15 || a[1] == 1 || a[1] == 2);
}
