#include "gateway/group_members.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct group_member {
    uint8_t host[IGMP_HOST];
    int64_t until_us;
    bool is_old;
    bool is_exclude; /* wants all sources, but for some, which are not our business */
    uint8_t source_count;
    uint8_t sources[GROUP_MEMBER_SOURCES][IGMP_HOST];
};

void group_members_init(struct group_members *g, const uint8_t group[IGMP_HOST])
{
    *g = (struct group_members){0};
    memcpy(g->group, group, IGMP_HOST);
}

void group_members_done(struct group_members *g)
{
    free(g->members);
    g->members = NULL;
    g->count = 0;
}

void group_members_inquire(struct group_members *g, int64_t now_us)
{
    g->asks_left = 1;
    g->ask_us = now_us;
}

static struct group_member *find(const struct group_members *g, const uint8_t host[IGMP_HOST])
{
    for (size_t i = 0; i < g->count; i++)
        if (memcmp(g->members[i].host, host, IGMP_HOST) == 0)
            return &g->members[i];
    return NULL;
}

/* A place for one more; NULL without room. */
static struct group_member *add(struct group_members *g, const uint8_t host[IGMP_HOST])
{
    if (g->count == GROUP_MEMBERS_MOST)
        return NULL;
    if ((g->count & (g->count - 1)) == 0) { /* a power of two: what there is is full */
        size_t room = g->count > 0 ? g->count * 2 : 1;
        struct group_member *more = realloc(g->members, room * sizeof *more);
        if (!more)
            return NULL;
        g->members = more;
    }
    struct group_member *m = &g->members[g->count++];
    *m = (struct group_member){0};
    memcpy(m->host, host, IGMP_HOST);
    return m;
}

static void drop(struct group_members *g, struct group_member *m)
{
    *m = g->members[--g->count];
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Puts the sources into the member's, or takes them out. */
static void change_sources(struct group_member *m, const struct igmp_record *r, bool is_added)
{
    for (size_t i = 0; i < r->source_count && !m->is_exclude; i++) {
        uint8_t source[IGMP_HOST];
        size_t at = 0;
        igmp_record_source(source, r, i);
        while (at < m->source_count && memcmp(m->sources[at], source, IGMP_HOST) != 0)
            at++;
        if (!is_added && at < m->source_count)
            memmove(m->sources[at], m->sources[--m->source_count], IGMP_HOST);
        else if (is_added && at == GROUP_MEMBER_SOURCES)
            m->is_exclude = true;
        else if (is_added && at == m->source_count)
            memcpy(m->sources[m->source_count++], source, IGMP_HOST);
    }
}

static bool is_wanted(const struct igmp_record *r)
{
    return r->change == IGMP_IS_EXCLUDE || r->change == IGMP_TO_EXCLUDE ||
           (r->change != IGMP_BLOCK && r->source_count > 0);
}

/* RFC 3376 6.4.2, for one host alone. True while it wants anything. */
static bool take(struct group_member *m, const struct igmp_record *r)
{
    switch (r->change) {
    case IGMP_IS_EXCLUDE:
    case IGMP_TO_EXCLUDE:
        m->is_exclude = true;
        break;
    case IGMP_IS_INCLUDE:
    case IGMP_TO_INCLUDE:
        m->is_exclude = false;
        m->source_count = 0;
        change_sources(m, r, true);
        break;
    case IGMP_ALLOW:
    case IGMP_BLOCK:
        change_sources(m, r, r->change == IGMP_ALLOW);
        break;
    }
    return m->is_exclude || m->source_count > 0;
}

void group_members_doubt(struct group_members *g, const struct querier *querier, int64_t now_us)
{
    int64_t until_us = now_us + querier_doubt_us(querier);
    for (size_t i = 0; i < g->count; i++)
        g->members[i].until_us = earlier(g->members[i].until_us, until_us);
    g->others_until_us = earlier(g->others_until_us, until_us);
}

/* Somebody has left for whom others may have kept silent. Of a flood of leaves comes one question a
 * second. */
static void doubt_others(struct group_members *g, const struct querier *querier, int64_t now_us)
{
    int64_t until_us = now_us + querier_doubt_us(querier);
    for (size_t i = 0; i < g->count; i++)
        if (g->members[i].is_old)
            g->members[i].until_us = earlier(g->members[i].until_us, until_us);
    g->others_until_us = until_us;
    if (g->asks_left == 0)
        g->ask_us = later(now_us, g->ask_us);
    g->asks_left = querier->robustness;
}

/* A host without an address (RFC 3376 4.2.13) is not one that can be told from others. */
static bool is_nobody(const uint8_t host[IGMP_HOST])
{
    static const uint8_t none[IGMP_HOST];
    return memcmp(host, none, IGMP_HOST) == 0;
}

void group_members_report(struct group_members *g, const struct querier *querier,
                          const uint8_t host[IGMP_HOST], const struct igmp_record *r, bool is_old,
                          int64_t now_us)
{
    if (memcmp(r->group, g->group, IGMP_HOST) != 0) /* before the hosts are looked through */
        return;
    struct group_member *m = find(g, host);
    int64_t until_us = now_us + querier_membership_us(querier);
    bool was_old = m && m->is_old;

    if (!m && is_wanted(r) && !is_nobody(host))
        m = add(g, host);
    if (m && take(m, r)) {
        m->is_old = is_old;
        m->until_us = until_us;
        return;
    }
    if (m)
        drop(g, m);
    else if (is_wanted(r))
        g->others_until_us = later(g->others_until_us, until_us);
    if (!is_wanted(r) && (was_old || g->others_until_us > 0 || (is_old && g->count > 0)))
        doubt_others(g, querier, now_us);
}

bool group_members_must_ask(struct group_members *g, const struct querier *querier, int64_t now_us)
{
    if (g->asks_left == 0 || now_us < g->ask_us)
        return false;
    g->asks_left = querier_is_elected(querier, now_us) ? g->asks_left - 1 : 0;
    g->ask_us = now_us + CLOCK_SECOND_US;
    return querier_is_elected(querier, now_us);
}

bool group_members_expire(struct group_members *g, int64_t now_us)
{
    for (size_t i = g->count; i > 0; i--)
        if (g->members[i - 1].until_us <= now_us)
            drop(g, &g->members[i - 1]);
    if (g->others_until_us <= now_us)
        g->others_until_us = 0;
    return g->count > 0 || g->others_until_us > 0;
}

int64_t group_members_deadline_us(const struct group_members *g)
{
    int64_t due_us = g->asks_left > 0 ? g->ask_us : INT64_MAX;
    for (size_t i = 0; i < g->count; i++)
        due_us = earlier(due_us, g->members[i].until_us);
    return g->others_until_us > 0 ? earlier(due_us, g->others_until_us) : due_us;
}

size_t group_members_count(const struct group_members *g)
{
    return g->count;
}
