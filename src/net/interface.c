#include "net/interface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static bool is_inet(const struct ifaddrs *i)
{
    return i->ifa_addr && (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6);
}

static struct address address_at(const struct ifaddrs *i)
{
    bool is_ipv6 = i->ifa_addr->sa_family == AF_INET6;
    return address_of(i->ifa_addr,
                      is_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
}

int interface_of(unsigned *index, const struct address *address)
{
    struct ifaddrs *all, *i;
    if (getifaddrs(&all) < 0)
        return -ENODEV;
    for (i = all; i; i = i->ifa_next) {
        if (!is_inet(i))
            continue;
        struct address own = address_at(i);
        if (address_is_same_host(&own, address))
            break;
    }
    unsigned found = i ? if_nametoindex(i->ifa_name) : 0;
    freeifaddrs(all);
    if (found == 0)
        return -ENODEV;
    *index = found;
    return 0;
}

int interface_find(unsigned *index, struct span name)
{
    char text[IF_NAMESIZE];
    struct address address;
    unsigned found = span_copy(text, sizeof text, name) == 0 ? if_nametoindex(text) : 0;
    if (found == 0)
        return address_parse_host(&address, name, memchr(name.ptr, ':', name.len) != NULL) == 0
                   ? interface_of(index, &address)
                   : -ENODEV;
    *index = found;
    return 0;
}

/* To connect a UDP socket sends nothing: it asks the routes. */
int interface_to(unsigned *index, const struct address *address)
{
    struct address to = *address;
    struct sockaddr_storage own;
    socklen_t len = sizeof own;
    int fd = socket(to.u.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -ENODEV;
    address_set_port(&to, 9);
    bool is_found =
        connect(fd, &to.u.any, to.len) == 0 && getsockname(fd, (struct sockaddr *)&own, &len) == 0;
    close(fd);
    if (!is_found)
        return -ENODEV;
    struct address from = address_of((struct sockaddr *)&own, len);
    return interface_of(index, &from);
}

int interface_address(struct address *address, unsigned index, bool is_ipv6)
{
    char name[IF_NAMESIZE];
    struct ifaddrs *all;
    int result = -EADDRNOTAVAIL;
    bool is_link_local = false;

    if (!if_indextoname(index, name) || getifaddrs(&all) < 0)
        return -ENODEV;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!is_inet(i) || strcmp(i->ifa_name, name) != 0 ||
            (i->ifa_addr->sa_family == AF_INET6) != is_ipv6 || (result == 0 && !is_link_local))
            continue;
        *address = address_at(i);
        is_link_local = is_ipv6 && IN6_IS_ADDR_LINKLOCAL(&address->u.v6.sin6_addr);
        result = 0;
    }
    freeifaddrs(all);
    return result;
}

int interface_link_local(struct address *address, unsigned index)
{
    struct ifaddrs *all;
    int result = -EADDRNOTAVAIL;
    if (getifaddrs(&all) < 0)
        return -ENODEV;
    for (const struct ifaddrs *i = all; i && result < 0; i = i->ifa_next) {
        if (!is_inet(i) || i->ifa_addr->sa_family != AF_INET6 ||
            if_nametoindex(i->ifa_name) != index)
            continue;
        struct address own = address_at(i);
        if (IN6_IS_ADDR_LINKLOCAL(&own.u.v6.sin6_addr)) {
            *address = own;
            result = 0;
        }
    }
    freeifaddrs(all);
    return result;
}

void interface_write_all(struct writer *w)
{
    struct if_nameindex *all = if_nameindex();
    for (const struct if_nameindex *i = all; i && i->if_name; i++)
        writer_format(w, "%s%s", i > all ? ", " : "", i->if_name);
    if (all)
        if_freenameindex(all);
}
