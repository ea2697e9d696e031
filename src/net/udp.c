#include "net/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/udp_bind.h"

struct udp_end {
    struct udp_pair *pair;
    struct udp_socket *socket;
};

struct udp_pair {
    struct udp_end ends[2];
    const struct udp_pair_ops *ops;
    void *owner;
};

static void on_datagram(void *owner, struct span data, const struct address *from)
{
    struct udp_end *end = owner;
    struct udp_pair *pair = end->pair;
    pair->ops->datagram(pair->owner, end == &pair->ends[1], data, from);
}

static void on_drained(void *owner)
{
    struct udp_end *end = owner;
    end->pair->ops->drained(end->pair->owner);
}

static const struct udp_socket_ops socket_ops = {.datagram = on_datagram, .drained = on_drained};

int udp_pair_new(struct udp_pair **out, uv_loop_t *loop, const struct address *local,
                 bool is_shared, struct udp_inbox *inbox, const struct udp_pair_ops *ops,
                 void *owner)
{
    struct udp_pair *pair = calloc(1, sizeof *pair);
    struct address at = *local;
    int fds[2];
    int result = pair ? udp_bind_pair(fds, &at, is_shared) : -ENOMEM;

    if (result < 0) {
        free(pair);
        return result;
    }
    pair->ops = ops;
    pair->owner = owner;
    for (int i = 0; i < 2; i++) {
        struct udp_end *end = &pair->ends[i];
        end->pair = pair;
        if (result == 0)
            result = udp_socket_new(&end->socket, loop, fds[i], inbox, &socket_ops, end);
        else
            close(fds[i]);
    }
    if (result < 0) {
        udp_pair_close(pair);
        return result;
    }
    *out = pair;
    return 0;
}

/* Closed sockets call nothing any more: nobody looks at the pair again. */
struct udp_pair *udp_pair_close(struct udp_pair *pair)
{
    for (int i = 0; pair && i < 2; i++)
        udp_socket_close(pair->ends[i].socket);
    free(pair);
    return NULL;
}

uint16_t udp_pair_port(const struct udp_pair *pair)
{
    return address_port(udp_socket_local(pair->ends[0].socket));
}

struct udp_socket *udp_pair_socket(const struct udp_pair *pair, bool is_rtcp)
{
    return pair->ends[is_rtcp].socket;
}
