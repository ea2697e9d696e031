#include "switch/media_place.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "net/address_local.h"
#include "net/interface.h"

static struct address address_at(const struct media_host *host, uint16_t port)
{
    struct address a = {0};
    address_parse_host(&a, span_text(host->text), host->is_ipv6); /* the URL has made sure */
    address_set_port(&a, port);
    return a;
}

static int complain(struct writer *complaint, int result, const char *text)
{
    writer_text(complaint, text);
    return result;
}

static void name_interfaces(struct writer *complaint)
{
    writer_text(complaint, "; there are: ");
    interface_write_all(complaint);
}

/* The interface by which datagrams leave for an address. 0; -ENODEV. */
static int find_route(unsigned *index, const struct address *to)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof own;
    int result = -ENODEV, fd = socket(to->u.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -ENODEV;
    if (connect(fd, &to->u.any, to->len) == 0 &&
        getsockname(fd, (struct sockaddr *)&own, &len) == 0) {
        struct address from = address_of((struct sockaddr *)&own, len);
        result = interface_of(index, &from);
    }
    close(fd);
    return result;
}

/* The interface a URL names; where it names none, the one a route leads to. */
static int find_interface(unsigned *index, const struct media_url *url, const struct address *to,
                          struct writer *complaint)
{
    if (url->iface[0] && interface_find(index, span_text(url->iface)) == 0)
        return 0;
    if (!url->iface[0] && find_route(index, to) == 0)
        return 0;
    if (url->iface[0])
        writer_format(complaint, "there is no interface %s", url->iface);
    else
        writer_format(complaint, "no route leads to %s: name an interface, with ?iface=NAME",
                      url->host.text);
    name_interfaces(complaint);
    return -ENODEV;
}

/* Addresses of IPv6 that mean something on one network alone need to be told which. */
static void set_scope(struct address *a, unsigned index)
{
    if (a->u.any.sa_family == AF_INET6 &&
        (IN6_IS_ADDR_LINKLOCAL(&a->u.v6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&a->u.v6.sin6_addr)))
        a->u.v6.sin6_scope_id = index;
}

static bool is_link_local(const struct address *a)
{
    return a->u.any.sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&a->u.v6.sin6_addr);
}

/* An address of the interface that is named. */
static int find_local(struct address *local, const struct media_url *url, bool is_ipv6,
                      struct writer *complaint)
{
    unsigned index;
    int result = find_interface(&index, url, local, complaint);
    if (result < 0)
        return result;
    if (interface_address(local, index, is_ipv6) == 0) {
        set_scope(local, index);
        return 0;
    }
    writer_format(complaint, "the interface %s has no IPv%c address", url->iface,
                  is_ipv6 ? '6' : '4');
    return -EADDRNOTAVAIL;
}

static int place_group(struct input_udp_place *place, const struct media_url *url,
                       struct writer *complaint)
{
    if (url->is_source_specific && url->source_count == 0)
        return complain(complaint, -EINVAL,
                        "this group is of the source-specific ones (232.0.0.0/8, ff3x::/32): say "
                        "whose datagrams are wanted, with ?source=ADDRESS");
    int result = find_interface(&place->interface, url, &place->local, complaint);
    if (result == 0)
        set_scope(&place->local, place->interface);
    return result;
}

static int place_host(struct input_udp_place *place, const struct media_url *url,
                      struct writer *complaint)
{
    unsigned index;
    if (!url->iface[0])
        return 0;
    if (!url->host.text[0]) {
        int result = find_local(&place->local, url, false, complaint);
        address_set_port(&place->local, url->port);
        return result;
    }
    if (!is_link_local(&place->local))
        return complain(complaint, -EINVAL,
                        "iface is for groups, or for an input without a host: this host's address "
                        "says where to listen");
    int result = find_interface(&index, url, &place->local, complaint);
    if (result == 0)
        set_scope(&place->local, index);
    return result;
}

int media_place_input(struct input_udp_place *out, const struct media_url *url,
                      struct writer *complaint)
{
    struct input_udp_place place = {.is_pair = url->is_rtp, .senders = INPUT_ANYBODY};
    int result = media_url_check(url, MEDIA_OF_INPUT, complaint);
    if (result < 0)
        return result;
    address_parse(&place.local, ":0");
    address_set_port(&place.local, url->port);
    if (url->host.text[0])
        place.local = address_at(&url->host, url->port);
    for (size_t i = 0; i < url->source_count && i < INPUT_SOURCES; i++)
        place.sources[place.source_count++] = address_at(&url->sources[i], 0);
    result =
        url->is_group ? place_group(&place, url, complaint) : place_host(&place, url, complaint);
    if (result == 0)
        *out = place;
    return result;
}

static int place_way(struct output_place *place, const struct media_url *url,
                     struct writer *complaint)
{
    unsigned index;
    int result = 0;
    if (place->is_group) {
        place->way = (struct multicast_way){.ttl = url->ttl, .loops = url->loops};
        result = find_interface(&place->way.interface, url, &place->to, complaint);
        if (result == 0)
            set_scope(&place->to, place->way.interface);
    } else if (url->given & (MEDIA_TTL | MEDIA_LOOP)) {
        writer_format(complaint, "ttl and loop are for groups, and %s is a single host",
                      url->host.text);
        result = -EINVAL;
    } else if (is_link_local(&place->to)) {
        result = find_interface(&index, url, &place->to, complaint);
        if (result == 0)
            set_scope(&place->to, index);
    } else if (url->iface[0]) {
        result = find_local(&place->local, url, url->host.is_ipv6, complaint);
    }
    return result;
}

int media_place_output(struct output_place *out, const struct media_url *url,
                       struct writer *complaint)
{
    struct output_place place = {
        .is_pair = url->is_rtp, .is_group = url->is_group, .dscp = url->dscp};
    int result = media_url_check(url, MEDIA_OF_OUTPUT, complaint);
    if (result < 0)
        return result;
    if (!url->host.text[0])
        return complain(complaint, -EINVAL,
                        "an output needs a host or a group to send to, as "
                        "udp://192.0.2.1:5000");
    place.to = address_at(&url->host, url->port);
    if (address_is_any(&place.to))
        return complain(complaint, -EINVAL,
                        "nothing can be sent to every interface: name a host "
                        "or a group, as udp://192.0.2.1:5000");
    place.local = place.to; /* of the same family */
    if (url->host.is_ipv6)
        place.local.u.v6.sin6_addr = in6addr_any;
    else
        place.local.u.v4.sin_addr.s_addr = INADDR_ANY;
    result = place_way(&place, url, complaint);
    address_set_port(&place.local, 0);
    if (result == 0)
        *out = place;
    return result;
}

bool media_place_is_loop(const struct input_udp_place *in, const struct output_place *out)
{
    int to = address_port(&out->to), at = address_port(&in->local);
    bool meets = to <= at + in->is_pair && at <= to + out->is_pair;
    /* Never a group back to where it came from, whatever the port. */
    if (out->is_group)
        return address_is_same_host(&in->local, &out->to) && in->interface == out->way.interface;
    return meets && (address_is_same_host(&in->local, &out->to) ||
                     (address_is_any(&in->local) && address_is_local(&out->to)));
}

void media_place_explain(struct writer *complaint, const struct media_url *url, int result)
{
    unsigned port = url->port;
    if (result == -EADDRINUSE && url->is_rtp)
        writer_format(complaint, "port %u or %u is in use by another program; ", port, port + 1);
    else if (result == -EADDRINUSE)
        writer_format(complaint, "port %u is in use by another program; ", port);
    if (result == -EADDRINUSE)
        writer_text(complaint, "`ss -lunp` names it, and any other port may be free");
    else if (result == -EADDRNOTAVAIL)
        writer_format(complaint, "%s is not an address of this host (`ip address` lists them)",
                      url->host.text);
    else if (result == -EACCES)
        writer_format(complaint, "port %u is for root alone; those from 1024 are for everybody",
                      port);
    else if (result == -ENOBUFS)
        writer_text(complaint, "the kernel lets a socket join no more groups or sources (see "
                               "net.ipv4.igmp_max_msf)");
    else
        writer_text(complaint, strerror(-result));
}
