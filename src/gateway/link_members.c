#include "gateway/link_members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "net/interface.h"
#include "net/link_tap.h"

/* Where reports and leaves go, besides the group itself: version 3's and version 2's. */
static const uint8_t routers[2][2][IGMP_HOST] = {
    {{[10] = 0xff, 0xff, 224, 0, 0, 22}, {[10] = 0xff, 0xff, 224, 0, 0, 2}},
    {{0xff, 2, [15] = 0x16}, {0xff, 2, [15] = 2}},
};

static struct link_side *side_of(struct link_members *link, const uint8_t group[IGMP_HOST])
{
    return &link->sides[group[0] == 0xff];
}

static void ask(struct link_side *side, const uint8_t *group)
{
    struct igmp_query query = querier_query(&side->querier, group);
    uint8_t bytes[128], target[IGMP_HOST];
    struct writer w = writer_of(bytes, sizeof bytes);
    igmp_write_query(&w, &query);
    igmp_query_target(target, &query);
    link_tap_send(side->tap, target, writer_written(&w)); /* lost, it is sent again in time */
}

/* All that is due is done, the timer set to what comes next. */
static void settle(struct link_members *link);

static void on_timer(uv_timer_t *timer)
{
    struct link_members *link = timer->data;
    link->timer_us = INT64_MAX;
    settle(link);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t settle_watch(struct member_watch *watch, int64_t now_us)
{
    struct link_side *side = side_of(watch->link, watch->members.group);
    bool has_members = group_members_expire(&watch->members, now_us);
    if (group_members_must_ask(&watch->members, &side->querier, now_us))
        ask(side, watch->members.group);
    int64_t due_us = group_members_deadline_us(&watch->members);
    if (has_members != watch->has_members) {
        watch->has_members = has_members;
        watch->changed(watch->owner, has_members);
    }
    return due_us;
}

static void settle(struct link_members *link)
{
    int64_t now_us = clock_now_us(), due_us = INT64_MAX;
    struct member_watch *watch, *next;

    for (int i = 0; i < 2; i++) {
        struct link_side *side = &link->sides[i];
        if (side->tap && querier_is_due(&side->querier, now_us))
            ask(side, NULL);
        if (side->tap)
            due_us = earlier(due_us, querier_deadline_us(&side->querier));
    }
    DL_FOREACH_SAFE(link->watches, watch, next)
    due_us = earlier(due_us, settle_watch(watch, now_us));
    if (due_us < link->timer_us) {
        link->timer_us = due_us;
        uv_update_time(link->loop);
        uv_timer_start(&link->timer, on_timer,
                       due_us > now_us ? (uint64_t)(due_us - now_us + 999) / 1000 : 0, 0);
    }
}

static void hear_report(struct link_side *side, struct igmp *report, int64_t now_us)
{
    struct igmp_record record;
    struct member_watch *watch;
    while (igmp_record_next(&record, report))
        DL_FOREACH(side->link->watches, watch)
    group_members_report(&watch->members, &side->querier, report->from, &record, report->is_old,
                         now_us);
}

/* One about a group alone is another querier's doubt. */
static void hear_query(struct link_side *side, const struct igmp *query, int64_t now_us)
{
    struct member_watch *watch;
    querier_hear(&side->querier, query, now_us);
    DL_FOREACH(side->link->watches, watch)
    if (memcmp(watch->members.group, query->group, IGMP_HOST) == 0 &&
        !querier_is_elected(&side->querier, now_us))
        group_members_doubt(&watch->members, &side->querier, now_us);
}

static void on_packet(void *owner, struct span packet)
{
    struct link_side *side = owner;
    struct igmp message;
    int64_t now_us = clock_now_us();
    if (igmp_parse(&message, packet) < 0)
        return;
    if (message.is_query)
        hear_query(side, &message, now_us);
    else
        hear_report(side, &message, now_us);
    settle(side->link);
}

static const struct link_tap_ops tap_ops = {.packet = on_packet};

int link_members_new(struct link_members **out, uv_loop_t *loop, unsigned interface)
{
    struct link_members *link = calloc(1, sizeof *link);
    if (!link)
        return -ENOMEM;
    link->loop = loop;
    link->interface = interface;
    link->timer_us = INT64_MAX;
    uv_timer_init(loop, &link->timer);
    link->timer.data = link;
    *out = link;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct link_members *link_members_close(struct link_members *link)
{
    if (!link)
        return NULL;
    for (int i = 0; i < 2; i++)
        link_tap_close(link->sides[i].tap);
    uv_close((uv_handle_t *)&link->timer, on_closed);
    return NULL;
}

/* Our address on the link; false without one. */
static bool find_own(uint8_t own[IGMP_HOST], const struct link_members *link, bool is_ipv6)
{
    struct address address;
    int result = is_ipv6 ? interface_link_local(&address, link->interface)
                         : interface_address(&address, link->interface, false);
    if (result < 0)
        return false;
    struct in6_addr bytes = address_host_bytes(&address);
    memcpy(own, bytes.s6_addr, IGMP_HOST);
    return true;
}

static int open_side(struct link_side *side, bool is_ipv6)
{
    struct link_members *link = side->link;
    uint8_t own[IGMP_HOST];
    int result = link_tap_new(&side->tap, link->loop, link->interface, is_ipv6, &tap_ops, side);
    for (int i = 0; i < 2 && result == 0; i++)
        result = link_tap_join(side->tap, routers[is_ipv6][i]);
    if (result < 0) {
        side->tap = link_tap_close(side->tap);
        return result;
    }
    bool has_own = find_own(own, link, is_ipv6);
    querier_start(&side->querier, is_ipv6, has_own ? own : NULL, clock_now_us());
    return 0;
}

void link_members_follow(struct link_members *link)
{
    uint8_t own[IGMP_HOST];
    for (int i = 0; i < 2; i++) {
        struct querier *q = &link->sides[i].querier;
        bool has_own = link->sides[i].tap && find_own(own, link, i);
        if (link->sides[i].tap &&
            (has_own != q->has_own || (has_own && memcmp(own, q->own, IGMP_HOST) != 0)))
            querier_start(q, i, has_own ? own : NULL, clock_now_us());
    }
    settle(link);
}

int link_members_watch(struct link_members *link, struct member_watch *watch,
                       const struct address *group)
{
    struct in6_addr bytes = address_host_bytes(group);
    struct link_side *side = side_of(link, bytes.s6_addr);
    int result = 0;

    side->link = link;
    if (!side->tap)
        result = open_side(side, bytes.s6_addr[0] == 0xff);
    if (result == 0)
        result = link_tap_join(side->tap, bytes.s6_addr);
    if (result < 0)
        return result;
    group_members_init(&watch->members, bytes.s6_addr);
    group_members_inquire(&watch->members, clock_now_us());
    watch->link = link;
    watch->has_members = false;
    DL_APPEND(link->watches, watch);
    settle(link);
    return 0;
}

void link_members_unwatch(struct member_watch *watch)
{
    if (!watch->link)
        return;
    DL_DELETE(watch->link->watches, watch);
    group_members_done(&watch->members);
    watch->link = NULL;
    watch->has_members = false;
}
