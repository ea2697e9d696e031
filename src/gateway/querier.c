#include "gateway/querier.h"

#include <string.h>

#include "base/clock.h"

enum { /* RFC 3376 8, RFC 3810 9 */
       ROBUSTNESS = 2,
       INTERVAL_S = 125,
       RESPONSE_DS = 100,
       LAST_MEMBER_DS = 10,
       /* What another one may say of itself: a report has to end some day. */
       INTERVAL_MOST_S = 600,
       RESPONSE_MOST_MS = 60000,
};

static const int64_t ds_us = CLOCK_SECOND_US / 10;

void querier_start(struct querier *q, bool is_ipv6, const uint8_t *own, int64_t now_us)
{
    *q = (struct querier){
        .is_ipv6 = is_ipv6,
        .has_own = own != NULL,
        .robustness = ROBUSTNESS,
        .interval_us = INTERVAL_S * CLOCK_SECOND_US,
        .response_us = RESPONSE_DS * ds_us,
        .ask_us = now_us,
        .startups_left = ROBUSTNESS,
    };
    if (own)
        memcpy(q->own, own, IGMP_HOST);
}

/* Snooping switches ask without an address (RFC 4541 2.1.1): they are not elected. */
static bool is_nobody(const uint8_t host[IGMP_HOST])
{
    static const uint8_t none[IGMP_HOST];
    return memcmp(host, none, IGMP_HOST) == 0;
}

void querier_hear(struct querier *q, const struct igmp *query, int64_t now_us)
{
    bool is_lower = !q->has_own || memcmp(query->from, q->own, IGMP_HOST) < 0;
    if (is_nobody(query->from) || !is_lower ||
        (q->other_until_us > now_us && memcmp(query->from, q->other, IGMP_HOST) > 0))
        return;
    uint32_t interval_s = query->interval_s > 0 ? query->interval_s : INTERVAL_S;
    uint32_t response_ms = query->response_ms > 0 ? query->response_ms : RESPONSE_DS * 100;
    bool is_general = is_nobody(query->group);

    memcpy(q->other, query->from, IGMP_HOST);
    q->robustness = query->robustness > 0 ? query->robustness : ROBUSTNESS;
    q->interval_us =
        (interval_s < INTERVAL_MOST_S ? interval_s : INTERVAL_MOST_S) * CLOCK_SECOND_US;
    if (is_general) /* about a group it is the last member's, which is shorter */
        q->response_us =
            (response_ms < RESPONSE_MOST_MS ? response_ms : RESPONSE_MOST_MS) * CLOCK_MS_US;
    q->other_until_us = now_us + q->robustness * q->interval_us + q->response_us / 2; /* 8.5 */
    q->ask_us = q->other_until_us;
}

bool querier_is_elected(const struct querier *q, int64_t now_us)
{
    return q->has_own && q->other_until_us <= now_us;
}

bool querier_is_due(struct querier *q, int64_t now_us)
{
    if (!q->has_own || now_us < q->ask_us)
        return false;
    if (q->other_until_us != 0) /* it has gone: what it said of itself no longer holds */
        querier_start(q, q->is_ipv6, q->own, now_us);
    if (q->startups_left > 0)
        q->startups_left--;
    q->ask_us = now_us + (q->startups_left > 0 ? q->interval_us / 4 : q->interval_us); /* 8.6 */
    return true;
}

int64_t querier_deadline_us(const struct querier *q)
{
    return q->has_own ? q->ask_us : INT64_MAX;
}

struct igmp_query querier_query(const struct querier *q, const uint8_t *group)
{
    struct igmp_query query = {
        .is_ipv6 = q->is_ipv6,
        .response_ds = group ? LAST_MEMBER_DS : RESPONSE_DS,
        .interval_s = INTERVAL_S,
        .robustness = ROBUSTNESS,
    };
    memcpy(query.from, q->own, IGMP_HOST);
    if (group)
        memcpy(query.group, group, IGMP_HOST);
    return query;
}

int64_t querier_membership_us(const struct querier *q)
{
    return q->robustness * q->interval_us + q->response_us;
}

int64_t querier_doubt_us(const struct querier *q)
{
    return q->robustness * LAST_MEMBER_DS * ds_us;
}
