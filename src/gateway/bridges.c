#include "gateway/bridges.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "gateway/bridge.h"
#include "library/weir_internal.h"

struct bridges {
    struct gateway *gateway;
    struct weir_loop *loop;
    struct link_members *links; /* a list */
    size_t count;
    struct bridge *items[];
};

int bridges_new(struct bridges **out, struct gateway *gateway)
{
    const struct settings *settings = gateway->settings;
    struct bridges *all = calloc(1, sizeof *all + settings->bridge_count * sizeof all->items[0]);
    int result = all ? weir_loop_within(&all->loop, gateway->loop, gateway->inbox) : -ENOMEM;

    if (all)
        all->gateway = gateway;
    for (size_t i = 0; i < settings->bridge_count && result == 0; i++) {
        result = bridge_new(&all->items[i], all, &settings->bridges[i]);
        all->count += result == 0;
    }
    if (result < 0) {
        bridges_free(all);
        return result;
    }
    *out = all;
    return 0;
}

static void close_link(struct bridges *all, struct link_members *link)
{
    LL_DELETE(all->links, link);
    link_members_close(link);
}

struct bridges *bridges_free(struct bridges *all)
{
    if (!all)
        return NULL;
    for (size_t i = 0; i < all->count; i++)
        bridge_free(all->items[i]);
    while (all->links)
        close_link(all, all->links);
    weir_loop_free(all->loop);
    free(all);
    return NULL;
}

void bridges_tick(struct bridges *all, int64_t now_us)
{
    for (size_t i = 0; all && i < all->count; i++)
        bridge_tick(all->items[i], now_us);
}

void bridges_follow(struct bridges *all, int64_t now_us)
{
    struct link_members *link, *next;
    weir_loop_follow(all->loop);
    LL_FOREACH(all->links, link)
    link_members_follow(link);
    for (size_t i = 0; i < all->count; i++)
        bridge_follow(all->items[i], now_us);
    LL_FOREACH_SAFE(all->links, link, next)
    if (!link->watches)
        close_link(all, link);
}

void bridges_each(const struct bridges *all,
                  void (*visit)(void *arg, const struct bridge_status *status), void *arg,
                  int64_t now_us)
{
    struct bridge_output_status outputs[LIMIT_BRIDGE_OUTPUTS];
    struct bridge_status status;
    for (size_t i = 0; i < all->count; i++) {
        bridge_status(all->items[i], &status, outputs, now_us);
        visit(arg, &status);
    }
}

struct gateway *bridges_gateway(struct bridges *all)
{
    return all->gateway;
}

struct weir_loop *bridges_loop(struct bridges *all)
{
    return all->loop;
}

struct link_members *bridges_link(struct bridges *all, unsigned interface)
{
    struct link_members *link;
    LL_FOREACH(all->links, link)
    if (link->interface == interface)
        return link;
    if (link_members_new(&link, all->gateway->loop, interface) < 0)
        return NULL;
    LL_PREPEND(all->links, link);
    return link;
}
