/* What the rooms of a group share. */
#ifndef WEIR_GATEWAY_GROUP_INTERNAL_H
#define WEIR_GATEWAY_GROUP_INTERNAL_H

#include "gateway/announcement.h"
#include "gateway/group.h"

struct group {
    struct gateway *gateway;
    struct stream *stream; /* NULL once it is over; then it waits for its members to go */
    const struct domain *domain;
    struct address address; /* with port 0 */
    struct address source;  /* of the interface; with port 0 */
    unsigned interface;
    bool is_ipv6, is_pinned;
    int64_t since_us;
    struct stream_reader reader;
    struct udp_pair *media; /* what it sends comes from here, and unicast reports come here */
    struct udp_socket *reports[LIMIT_TRACKS]; /* what its members send to the group; NULL */
    struct announcement announcement;
    uint64_t report_count;
    unsigned reflected_count; /* in this second */
    struct group_member *members;
    size_t member_count, player_count;
    struct group *prev, *next; /* of the gateway */
};

/* group.c: its packets leave by its interface, as its domain says. 0 or -errno. */
int group_set_way(struct group *group);
void group_log(const struct group *group, const char *event, const char *reason);

/* group_rtcp.c: hears what members report of a track. 0 or -errno. */
int group_hear_track(struct group *group, unsigned track);
void group_deafen_track(struct group *group, unsigned track);
/* A datagram on one of its sockets. */
void group_take_datagram(struct group *group, struct span data, const struct address *from);

#endif
