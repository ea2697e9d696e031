/* A group: one output of a stream, shared by all viewers of a domain that take multicast. It is
 * made for the first of them and goes with the last; while none of them plays it reads no tape.
 * However many they are, a packet leaves once. On the gateway's thread. */
#ifndef WEIR_GATEWAY_GROUP_H
#define WEIR_GATEWAY_GROUP_H

#include "gateway/gateway_internal.h"
#include "gateway/stream.h"

struct group;

/* A viewer's place in a group; zeroed: it has none. */
struct group_member {
    struct group *group; /* NULL: it is in none */
    struct viewer *viewer;
    struct address host; /* its reports come from there, from whatever port */
    uint32_t tracks;     /* bit i: it has set track i up */
    bool plays;
    bool has_ssrc; /* it has reported, as: */
    uint32_t ssrc;
    struct group_member *prev, *next;
};

/* The group of the stream in that domain, made where there is none. `viewer` and `host` of the
 * member are known. 0; -ENODEV, -EADDRNOTAVAIL: the domain's interface, or its address, is not
 * there; -ENOSPC: the pool is exhausted; -EDQUOT: maxEgress is spent; another -errno. All but
 * -EDQUOT and -ENOMEM have been logged. */
int group_enter(struct group_member *member, struct stream *stream, const struct domain *domain,
                bool is_ipv6);
/* The last one takes the group with it: BYE. Does nothing for who is in none. */
void group_exit(struct group_member *member);

/* 0 or -errno. `agreed` gets the group's part. */
int group_add_track(struct group_member *member, unsigned track, struct rtsp_delivery *agreed);
void group_remove_track(struct group_member *member, unsigned track);
/* 0, or -EDQUOT: more than maxEgress would flow. */
int group_play(struct group_member *member, int64_t now_us);
void group_pause(struct group_member *member);
/* What is new is sent, to all of them. */
void group_send(struct group_member *member, int64_t now_us);
const struct output *group_output(const struct group *group);

/* Once a second. */
void group_tick(struct group *group, int64_t now_us);
struct group *group_next(const struct group *group);
/* `texts` holds the addresses it shows. False when its stream is over. */
struct group_texts {
    char group[ADDRESS_TEXT], source[ADDRESS_TEXT];
};
bool group_status(const struct group *group, struct group_status *status,
                  struct group_texts *texts);

#endif
