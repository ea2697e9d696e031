/* Who has joined one group on one link, host by host (RFC 3376 B.2: hosts no longer keep silent for
 * each other, so that each can be known). Bounded: of hosts beyond the bound it is known that they
 * are there, not who they are. Pure, one thread. */
#ifndef WEIR_GATEWAY_GROUP_MEMBERS_H
#define WEIR_GATEWAY_GROUP_MEMBERS_H

#include "gateway/querier.h"

enum {
    GROUP_MEMBERS_MOST = 256,
    GROUP_MEMBER_SOURCES = 8, /* of one host; with more of them it counts as one of all */
};

struct group_member;

struct group_members {
    uint8_t group[IGMP_HOST];
    struct group_member *members; /* owned */
    size_t count;
    /* There may be others until then: those that were too many, and those that kept silent because
     * somebody else, who has left now, had reported for them. */
    int64_t others_until_us;
    /* It is doubted whether anybody is left: the group is asked so often, first at. */
    unsigned asks_left;
    int64_t ask_us;
};

void group_members_init(struct group_members *g, const uint8_t group[IGMP_HOST]);
void group_members_done(struct group_members *g);

/* The group is asked at the next occasion who is there already. */
void group_members_inquire(struct group_members *g, int64_t now_us);
/* What a host has said; records of other groups mean nothing. `is_old`: others may have kept silent
 * after it. */
void group_members_report(struct group_members *g, const struct querier *querier,
                          const uint8_t host[IGMP_HOST], const struct igmp_record *record,
                          bool is_old, int64_t now_us);
/* The group has been asked whether anybody is left, by whoever is the querier: who does not answer
 * has gone. */
void group_members_doubt(struct group_members *g, const struct querier *querier, int64_t now_us);
/* Whether the group is to be asked by us now; that is then taken for done. */
bool group_members_must_ask(struct group_members *g, const struct querier *querier, int64_t now_us);
/* Lets those go whose time is over. True while there is anybody. */
bool group_members_expire(struct group_members *g, int64_t now_us);
/* When one of the last two may have something to do; INT64_MAX for never. */
int64_t group_members_deadline_us(const struct group_members *g);
/* Those that are known. */
size_t group_members_count(const struct group_members *g);

#endif
