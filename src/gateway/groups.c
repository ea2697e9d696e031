#include "gateway/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/group.h"
#include "gateway/receiver.h"
#include "wire/media_url.h"

/* Routers and switches go on sending for as long as their tables hold a group: 260 s by default
 * (RFC 3376 8.4). What came next on it would reach those who wanted what was before. */
static const int64_t rest_us = 300 * CLOCK_SECOND_US;

/* Where somebody else sends, nothing is sent of ours. */
static void keep_clear(struct group_pool *pool, const struct path_settings *path)
{
    char said[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(said, sizeof said);
    struct media_url url;
    struct address group;
    if (path->kind == &receiver_kind &&
        media_url_parse(&url, span_text(path->source), &complaint) == 0 && url.is_group &&
        address_parse_host(&group, span_text(url.host.text), url.host.is_ipv6) == 0)
        group_pool_pin(pool, &group);
}

int groups_init(struct gateway *g)
{
    const struct settings *settings = g->settings;
    int result = group_pool_new(&g->group_pool, rest_us);

    if (result < 0)
        return result;
    g->group_supplies = calloc(2 * settings->domains.count + 1, sizeof *g->group_supplies);
    if (!g->group_supplies)
        return -ENOMEM;
    for (size_t i = 0; i < settings->domains.count; i++)
        for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++)
            group_supply_init(&g->group_supplies[2 * i + (size_t)is_ipv6],
                              &settings->domains.items[i].ranges[is_ipv6], random_u32());
    for (size_t i = 0; i < settings->path_count && result == 0; i++)
        if (settings->paths[i].multicast_group.len > 0)
            result = group_pool_pin(g->group_pool, &settings->paths[i].multicast_group);
    for (size_t i = 0; i < settings->path_count; i++)
        keep_clear(g->group_pool, &settings->paths[i]);
    return result;
}

void groups_done(struct gateway *g)
{
    g->group_pool = group_pool_free(g->group_pool);
    free(g->group_supplies);
    g->group_supplies = NULL;
}

void groups_tick(struct gateway *g, int64_t now_us)
{
    for (struct group *group = g->groups; group; group = group_next(group))
        group_tick(group, now_us);
}

int gateway_write_loop_sdp(const struct gateway *g, const char *name, struct writer *w)
{
    const struct stream *s = g->streams;
    while (s && (!s->loop || strcmp(s->path->name, name) != 0))
        s = s->hh.next;
    if (!s)
        return -ENOENT;
    stream_write_loop_sdp(s, w);
    return writer_result(w);
}

void gateway_each_group(const struct gateway *g,
                        void (*visit)(void *arg, const struct group_status *status), void *arg)
{
    struct group_texts texts;
    for (const struct group *group = g->groups; group; group = group_next(group)) {
        struct group_status status;
        if (group_status(group, &status, &texts))
            visit(arg, &status);
    }
    for (const struct stream *s = g->streams; s; s = s->hh.next) {
        struct group_status status;
        if (stream_loop_status(s, &status, texts.group))
            visit(arg, &status);
    }
}
