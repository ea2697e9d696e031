#include "switch/input_udp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/udp_bind.h"

struct end {
    struct input_udp *in;
    struct udp_socket *socket; /* NULL: there is no second one */
    struct address speaker;    /* INPUT_FIRST: the first one; len 0: nobody yet */
};

struct input_udp {
    struct input_udp_place place;
    const struct input_udp_ops *ops;
    void *owner;
    struct end ends[2];
};

static bool is_excluded(const struct input_udp_place *place, const struct address *from)
{
    for (size_t i = 0; i < place->excluded_count; i++)
        if (address_is_same_host(&place->excluded[i], from))
            return true;
    return false;
}

static bool is_source(const struct input_udp_place *place, const struct address *from)
{
    for (size_t i = 0; i < place->source_count; i++)
        if (address_is_same_host(&place->sources[i], from))
            return true;
    return place->source_count == 0;
}

static bool is_welcome(struct end *end, const struct address *from)
{
    const struct input_udp_place *place = &end->in->place;
    if (end->speaker.len > 0)
        return address_is_equal(&end->speaker, from);
    if (!is_source(place, from) || is_excluded(place, from))
        return false;
    if (place->senders == INPUT_FIRST)
        end->speaker = *from;
    return true;
}

static void on_datagram(void *owner, struct span data, const struct address *from)
{
    struct end *end = owner;
    struct input_udp *in = end->in;
    if (is_welcome(end, from))
        in->ops->packet(in->owner, end == &in->ends[1], data, from);
    else if (in->ops->stray)
        in->ops->stray(in->owner);
}

static void on_drained(void *owner)
{
    struct end *end = owner;
    end->in->ops->drained(end->in->owner);
}

static const struct udp_socket_ops socket_ops = {.datagram = on_datagram, .drained = on_drained};

/* Sockets at the place: one, or two. 0 or -errno. */
static int open_sockets(struct input_udp *in, uv_loop_t *loop, struct udp_inbox *inbox)
{
    struct address local = in->place.local;
    bool is_shared = in->place.is_shared || address_is_multicast(&local);
    int fds[2] = {-1, -1}, result;

    if (in->place.is_pair) {
        result = udp_bind_pair(fds, &local, is_shared);
    } else {
        fds[0] = udp_bind(&local, is_shared);
        result = fds[0] < 0 ? fds[0] : 0;
    }
    for (int i = 0; result == 0 && i < 2 && fds[i] >= 0; i++) {
        in->ends[i].in = in;
        result =
            udp_socket_new(&in->ends[i].socket, loop, fds[i], inbox, &socket_ops, &in->ends[i]);
        if (result < 0 && i == 0 && fds[1] >= 0)
            close(fds[1]);
    }
    return result;
}

/* By both sockets, for one of these or, where it is NULL, for all who may send. 0 or -errno. */
static int join(struct input_udp *in, const struct address *source)
{
    const struct address *group = &in->place.local;
    int result = 0;
    if (!address_is_multicast(group))
        return 0;
    for (int i = 0; i < 2 && in->ends[i].socket && result == 0; i++) {
        int fd = udp_socket_fd(in->ends[i].socket);
        if (address_is_ipv6(group) && in->place.interface != 0)
            multicast_hear_only(fd, in->place.interface);
        result = multicast_join(fd, group, source, in->place.interface);
    }
    return result;
}

/* The network need not bring what would be dropped. Where it cannot be told, it is dropped. */
static void block_excluded(struct input_udp *in)
{
    const struct input_udp_place *place = &in->place;
    for (int i = 0; i < 2 && in->ends[i].socket; i++)
        for (size_t k = 0; k < place->excluded_count; k++)
            multicast_block(udp_socket_fd(in->ends[i].socket), &place->local, &place->excluded[k],
                            place->interface);
}

static int join_all(struct input_udp *in)
{
    int result = in->place.source_count == 0 ? join(in, NULL) : 0;
    if (in->place.source_count == 0 && address_is_multicast(&in->place.local))
        block_excluded(in);
    for (size_t i = 0; i < in->place.source_count && result == 0; i++)
        result = join(in, &in->place.sources[i]);
    return result;
}

static void leave_all(struct input_udp *in)
{
    const struct input_udp_place *place = &in->place;
    if (!address_is_multicast(&place->local))
        return;
    for (int i = 0; i < 2 && in->ends[i].socket; i++) {
        int fd = udp_socket_fd(in->ends[i].socket);
        if (place->source_count == 0)
            multicast_leave(fd, &place->local, NULL, place->interface);
        for (size_t k = 0; k < place->source_count; k++)
            multicast_leave(fd, &place->local, &place->sources[k], place->interface);
    }
}

int input_udp_new(struct input_udp **out, uv_loop_t *loop, const struct input_udp_place *place,
                  struct udp_inbox *inbox, const struct input_udp_ops *ops, void *owner)
{
    struct input_udp *in = calloc(1, sizeof *in);
    if (!in)
        return -ENOMEM;
    *in = (struct input_udp){.place = *place, .ops = ops, .owner = owner};
    int result = open_sockets(in, loop, inbox);
    if (result == 0)
        result = join_all(in);
    if (result < 0) {
        input_udp_close(in);
        return result;
    }
    *out = in;
    return 0;
}

/* Closed sockets call nothing any more: nobody looks at the input again. They leave at once, not
 * when the loop comes round to closing them. */
struct input_udp *input_udp_close(struct input_udp *in)
{
    if (in)
        leave_all(in);
    for (int i = 0; in && i < 2; i++)
        udp_socket_close(in->ends[i].socket);
    free(in);
    return NULL;
}

uint16_t input_udp_port(const struct input_udp *in)
{
    return address_port(udp_socket_local(in->ends[0].socket));
}

int input_udp_allow(struct input_udp *in, const struct address *source)
{
    struct input_udp_place *place = &in->place;
    if (place->source_count > 0 && is_source(place, source))
        return 0;
    if (place->source_count == INPUT_SOURCES)
        return -ENOSPC;
    if (place->source_count == 0 && address_is_multicast(&place->local))
        leave_all(in); /* it was open to everybody */
    place->sources[place->source_count++] = *source;
    return join(in, source);
}

void input_udp_forget(struct input_udp *in)
{
    in->ends[0].speaker.len = in->ends[1].speaker.len = 0;
}

int input_udp_rejoin(struct input_udp *in, unsigned interface)
{
    leave_all(in); /* fails where the kernel has forgotten them with their interface */
    in->place.interface = interface;
    return join_all(in);
}

struct udp_socket *input_udp_socket(const struct input_udp *in, bool is_second)
{
    return in->ends[is_second].socket;
}
