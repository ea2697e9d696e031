#include "net/address_local.h"

#include <ifaddrs.h>

#include "net/address_range.h"

static bool is_of(const struct ifaddrs *interface, const struct address *a)
{
    const struct sockaddr *own = interface->ifa_addr;
    if (!own || (own->sa_family != AF_INET && own->sa_family != AF_INET6))
        return false;
    socklen_t len =
        own->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    struct address address = address_of(own, len);
    return address_is_same_host(&address, a);
}

bool address_is_local(const struct address *a)
{
    enum address_kind kind = address_range_of(a).kind;
    struct ifaddrs *list;
    bool is_local = false;

    if (kind == ADDRESS_LOOPBACK || kind == ADDRESS_UNSPECIFIED || getifaddrs(&list) < 0)
        return true;
    for (const struct ifaddrs *i = list; i && !is_local; i = i->ifa_next)
        is_local = is_of(i, a);
    freeifaddrs(list);
    return is_local;
}
