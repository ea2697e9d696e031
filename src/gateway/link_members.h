/* Who has joined groups on one interface: heard on the link, and asked where nobody else asks.
 * Programs on this host are not on the link, and are not known. On the loop's thread. */
#ifndef WEIR_GATEWAY_LINK_MEMBERS_H
#define WEIR_GATEWAY_LINK_MEMBERS_H

#include <uv.h>

#include "gateway/group_members.h"
#include "net/address.h"

struct link_tap;

/* IGMP and MLD are two of the same. */
struct link_side {
    struct link_members *link;
    struct link_tap *tap; /* NULL: nobody watches a group of this kind */
    struct querier querier;
};

struct link_members {
    uv_loop_t *loop;
    unsigned interface;           /* index */
    struct link_side sides[2];    /* of IPv4, of IPv6 */
    struct member_watch *watches; /* a list */
    uv_timer_t timer;
    int64_t timer_us;
    struct link_members *next; /* its owner's list */
};

/* Somebody who wants to know about one group. It must not move while it watches. */
struct member_watch {
    /* The group has its first member now, or none any more. May unwatch. */
    void (*changed)(void *owner, bool has_members);
    void *owner;
    struct link_members *link; /* NULL: it does not watch */
    struct group_members members;
    bool has_members;
    struct member_watch *prev, *next;
};

/* `interface` is an index. 0 or -ENOMEM. */
int link_members_new(struct link_members **link, uv_loop_t *loop, unsigned interface);
/* Nobody watches any more. Accepts NULL, returns NULL; the memory goes with the loop's handles. */
struct link_members *link_members_close(struct link_members *link);
/* Its addresses may be others now: where they are, it asks in their name. */
void link_members_follow(struct link_members *link);
/* Starts to watch `group`, of which no member is known at first. 0; -EPERM: the program needs
 * CAP_NET_RAW; another -errno. */
int link_members_watch(struct link_members *link, struct member_watch *watch,
                       const struct address *group);
/* Does nothing when it does not watch. */
void link_members_unwatch(struct member_watch *watch);

#endif
