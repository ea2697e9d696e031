/* One of those who ask who has joined what on a link (RFC 3376 6.6.2 and 8, RFC 3810 7.6.2 and 9):
 * the one of them with the lowest address asks, the others listen. Pure, one thread. */
#ifndef WEIR_GATEWAY_QUERIER_H
#define WEIR_GATEWAY_QUERIER_H

#include "wire/igmp.h"

struct querier { /* zeroed it has not started */
    bool is_ipv6, has_own;
    uint8_t own[IGMP_HOST];
    uint8_t robustness; /* these three are the elected one's */
    int64_t interval_us;
    int64_t response_us;
    int64_t other_until_us; /* somebody else is the querier, 0: nobody */
    uint8_t other[IGMP_HOST];
    int64_t ask_us;
    unsigned startups_left;
};

/* `own`: our address there, of IPv6 the link-local one; NULL: there is none, so that it can only
 * listen. */
void querier_start(struct querier *q, bool is_ipv6, const uint8_t *own, int64_t now_us);
void querier_hear(struct querier *q, const struct igmp *query, int64_t now_us);
/* Whether a general query is to be sent now, which is then taken for sent. */
bool querier_is_due(struct querier *q, int64_t now_us);
/* When that may be next; INT64_MAX for never. */
int64_t querier_deadline_us(const struct querier *q);
/* Whether it is for us to ask. */
bool querier_is_elected(const struct querier *q, int64_t now_us);
/* A query of ours, about all groups where `group` is NULL. */
struct igmp_query querier_query(const struct querier *q, const uint8_t *group);

/* For how long a report is good (RFC 3376 8.4), */
int64_t querier_membership_us(const struct querier *q);
/* and for how long what is doubted is, with queries about it (8.8, 8.9). */
int64_t querier_doubt_us(const struct querier *q);

#endif
