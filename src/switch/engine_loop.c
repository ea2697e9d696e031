#include "switch/engine_loop.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/udp_bind.h"
#include "switch/engine_loop_internal.h"

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

/* Bound alone, so that no other loop has these ports; shared from then on, so that a program that
 * watches may bind to them on every address. 0 or -errno. */
static int take_ports(struct engine_loop *l, size_t track)
{
    struct address local;
    int yes = 1, *fds = l->kept[track];
    address_parse(&local, "127.0.0.1:0");
    int result = udp_bind_pair(fds, &local, false);
    if (result < 0) {
        fds[0] = fds[1] = -1;
        return result;
    }
    for (int i = 0; i < 2; i++)
        setsockopt(fds[i], SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    l->ports[track] = address_port(&local);
    return 0;
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
static void choose_group(struct engine_loop *l, const struct address *group)
{
    uint16_t port = l->ports[0];
    if (group) {
        l->group = *group;
    } else {
        address_parse(&l->group, "239.255.0.0:0");
        l->group.u.v4.sin_addr.s_addr |= htonl(port);
    }
    address_set_port(&l->group, 0);
}

static int open_feed(struct engine_loop *l)
{
    int result = output_udp_new(&l->feed, l->senders[0], l->senders[1], 0);
    for (size_t i = 0; i < l->track_count && result == 0; i++) {
        struct udp_target rtp = {.to = l->group}, rtcp = rtp;
        address_set_port(&rtp.to, l->ports[i]);
        address_set_port(&rtcp.to, (uint16_t)(l->ports[i] + 1));
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
    if (!l)
        return -ENOMEM;
    *l = (struct engine_loop){.uv = uv,
                              .sw = sw,
                              .inbox = inbox,
                              .ops = ops,
                              .owner = owner,
                              .interface = if_nametoindex("lo"),
                              .track_count = track_count};
    int result = l->interface == 0 ? -ENODEV : 0;
    for (size_t i = 0; i < LIMIT_TRACKS; i++)
        l->kept[i][0] = l->kept[i][1] = -1;
    for (size_t i = 0; i < track_count && result == 0; i++)
        result = take_ports(l, i);
    if (result == 0)
        result = open_senders(l);
    if (result == 0) {
        choose_group(l, group);
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
    for (int i = 0; i < 2; i++) {
        udp_socket_close(l->senders[i]);
        for (size_t track = 0; track < l->track_count; track++)
            if (l->kept[track][i] >= 0)
                close(l->kept[track][i]);
    }
    free(l);
    return NULL;
}

const struct address *engine_loop_group(const struct engine_loop *l)
{
    return &l->group;
}

size_t engine_loop_track_count(const struct engine_loop *l)
{
    return l->track_count;
}

uint16_t engine_loop_port(const struct engine_loop *l, unsigned track)
{
    return l->ports[track];
}

uint64_t engine_loop_strays(const struct engine_loop *l)
{
    return l->strays;
}
