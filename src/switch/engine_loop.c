#include "switch/engine_loop.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/udp_bind.h"
#include "switch/engine_loop_internal.h"

enum { PORT_TRIES = 64 };

static void ignore(void *owner, struct span data, const struct address *from)
{
    (void)owner;
    (void)data;
    (void)from;
}

static void ignore_drained(void *owner)
{
    (void)owner;
}

static const struct udp_socket_ops sender_ops = {.datagram = ignore, .drained = ignore_drained};

static void give_ports(struct engine_loop *l)
{
    for (size_t i = 0; i < LIMIT_TRACKS * 2; i++) {
        int *fd = &l->kept[i / 2][i % 2];
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
    }
}

/* A pair for each track, one behind the other. Bound alone, so that no other loop has these ports;
 * shared from then on, so that a program that watches may bind to them on every address. 0 or
 * -errno. */
static int take_ports_once(struct engine_loop *l, struct address *first)
{
    int yes = 1;
    address_parse(first, "127.0.0.1:0");
    for (size_t i = 0; i < l->track_count; i++) {
        struct address local = *first;
        if (i > 0)
            address_set_port(&local, (uint16_t)(address_port(first) + 2 * i));
        int result = udp_bind_pair(l->kept[i], &local, false);
        if (result < 0) {
            l->kept[i][0] = l->kept[i][1] = -1;
            return result;
        }
        for (int k = 0; k < 2; k++)
            setsockopt(l->kept[i][k], SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (i == 0)
            *first = local;
    }
    return 0;
}

static int take_ports(struct engine_loop *l, struct address *first)
{
    int result = -EADDRINUSE;
    for (int i = 0; i < PORT_TRIES && result == -EADDRINUSE; i++) {
        result = take_ports_once(l, first);
        if (result < 0)
            give_ports(l);
    }
    return result;
}

/* The first track's pair sends for all. 0 or -errno. */
static int open_senders(struct engine_loop *l)
{
    struct multicast_way way = {.interface = l->interface, .ttl = 0, .loops = true};
    int result = 0;
    for (int i = 0; i < 2 && result == 0; i++) {
        int fd = l->kept[0][i];
        result = multicast_send_by(fd, false, &way);
        if (result < 0)
            break;
        l->kept[0][i] = -1;
        result = udp_socket_new(&l->senders[i], l->uv, fd, l->inbox, &sender_ops, l);
    }
    return result;
}

/* A group nobody else of this host has, since the port is nobody else's. */
static void choose_group(struct engine_loop *l, const struct address *group, uint16_t port)
{
    if (group) {
        l->group = *group;
    } else {
        address_parse(&l->group, "239.255.0.0:0");
        l->group.u.v4.sin_addr.s_addr |= htonl(port);
    }
    address_set_port(&l->group, port);
}

struct address engine_loop_place(const struct engine_loop *l, unsigned track, bool is_rtcp)
{
    struct address place = l->group;
    address_set_port(&place, (uint16_t)(address_port(&l->group) + 2 * track + is_rtcp));
    return place;
}

static int open_feed(struct engine_loop *l)
{
    int result = output_udp_new(&l->feed, l->senders[0], l->senders[1], 0);
    for (size_t i = 0; i < l->track_count && result == 0; i++) {
        struct udp_target rtp = {.to = engine_loop_place(l, (unsigned)i, false)};
        struct udp_target rtcp = {.to = engine_loop_place(l, (unsigned)i, true)};
        result = output_udp_add(l->feed, (unsigned)i, &rtp, &rtcp);
    }
    if (result < 0) {
        l->feed = output_free(l->feed);
        return result;
    }
    l->feed->is_inner = true;
    packet_switch_join_at(l->sw, l->feed, tape_end(packet_switch_tape(l->sw)), 0);
    return 0;
}

int engine_loop_new(struct engine_loop **loop, uv_loop_t *uv, struct packet_switch *sw,
                    size_t track_count, const struct address *group, struct udp_inbox *inbox,
                    const struct engine_loop_ops *ops, void *owner)
{
    struct engine_loop *l = calloc(1, sizeof *l);
    struct address first;
    if (!l)
        return -ENOMEM;
    *l = (struct engine_loop){.uv = uv,
                              .sw = sw,
                              .inbox = inbox,
                              .ops = ops,
                              .owner = owner,
                              .interface = if_nametoindex("lo"),
                              .track_count = track_count};
    memset(l->kept, -1, sizeof l->kept);
    int result = l->interface == 0 ? -ENODEV : take_ports(l, &first);
    if (result == 0)
        result = open_senders(l);
    if (result == 0) {
        choose_group(l, group, address_port(&first));
        result = open_feed(l);
    }
    if (result < 0) {
        engine_loop_free(l);
        return result;
    }
    *loop = l;
    return 0;
}

struct engine_loop *engine_loop_free(struct engine_loop *l)
{
    if (!l)
        return NULL;
    if (l->feed)
        packet_switch_leave(l->sw, l->feed);
    output_free(l->feed);
    for (int i = 0; i < 2; i++)
        udp_socket_close(l->senders[i]);
    give_ports(l);
    free(l);
    return NULL;
}

const struct address *engine_loop_group(const struct engine_loop *l)
{
    return &l->group;
}

void engine_loop_sent(const struct engine_loop *l, uint64_t *packets, uint64_t *bytes)
{
    *packets = l->feed->packets;
    *bytes = l->feed->bytes;
}

uint64_t engine_loop_strays(const struct engine_loop *l)
{
    return l->strays;
}
