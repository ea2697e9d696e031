/* The input socket: where the datagrams of one track come in, on a unicast port or as a member of a
 * group; one socket, or two on neighbouring ports (RTP and RTCP). It knows who may send, and hands
 * on what they send. Everything on the loop's thread. */
#ifndef WEIR_SWITCH_INPUT_UDP_H
#define WEIR_SWITCH_INPUT_UDP_H

#include "net/udp_socket.h"

enum { INPUT_SOURCES = 4 }; /* senders that may be named */

struct input_udp;

struct input_udp_ops {
    /* A datagram of somebody who may send; `packet` and `from` live for the call. It may be empty.
     * `is_second`: it came on the second port. The input may be closed from within. */
    void (*packet)(void *owner, bool is_second, struct span packet, const struct address *from);
    /* A batch is through. */
    void (*drained)(void *owner);
    /* A datagram of somebody else was dropped. NULL: nobody wants to know. */
    void (*stray)(void *owner);
};

enum input_senders {
    INPUT_ANYBODY, /* whoever is among the sources, all of them at once */
    INPUT_FIRST,   /* the first of them that speaks, by host and port, and nobody else: RFC 8085 5
                      asks for it, since anybody can send to a UDP port */
};

struct input_udp_place {
    struct address local; /* to listen at; a group: it is joined */
    bool is_pair;         /* on the next port, too; port 0 is any free even one then */
    bool is_shared;       /* other programs may listen there, too; of a group always so */
    unsigned interface;   /* of a group: the index it is joined by; 0: as routed */
    enum input_senders senders;
    /* Who may send, whatever the port. None: anybody. Of a group these are joined alone (SSM), and
     * checked here as well, for on an old network the others may arrive all the same. */
    struct address sources[INPUT_SOURCES];
    size_t source_count;
    struct address excluded[INPUT_SOURCES]; /* who may not, whatever else is said */
    size_t excluded_count;
};

/* Borrows inbox, ops and owner, copies place. 0; -EADDRINUSE; -ENODEV: no such interface; another
 * -errno. */
int input_udp_new(struct input_udp **in, uv_loop_t *loop, const struct input_udp_place *place,
                  struct udp_inbox *inbox, const struct input_udp_ops *ops, void *owner);
/* Leaves the group. Accepts NULL, returns NULL. */
struct input_udp *input_udp_close(struct input_udp *in);
/* The first port. */
uint16_t input_udp_port(const struct input_udp *in);
/* One more who may send. 0; -ENOSPC: INPUT_SOURCES are known; of a group another -errno. */
int input_udp_allow(struct input_udp *in, const struct address *source);
/* Who spoke first counts no more: the next one is the only one then. */
void input_udp_forget(struct input_udp *in);
/* Its memberships anew, by that interface: the old one has vanished and come back. 0 or -errno. */
int input_udp_rejoin(struct input_udp *in, unsigned interface);
/* For what goes back to the sender from the same port, and net/multicast.h. Borrowed; the second is
 * NULL where there is none. */
struct udp_socket *input_udp_socket(const struct input_udp *in, bool is_second);

#endif
