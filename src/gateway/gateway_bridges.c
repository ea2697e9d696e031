/* Bridges, and interfaces that come and go while the gateway runs. */
#include "base/clock.h"
#include "gateway/bridges.h"
#include "gateway/gateway_internal.h"

/* Each room looks for itself what has changed for it: an interface that went and came has another
 * index, and groups have to be joined and sent to by that. */
static void on_changed(void *owner)
{
    struct gateway *g = owner;
    int64_t now_us = clock_now_us();
    if (g->is_stopping)
        return;
    bridges_follow(g->bridges, now_us);
}

void gateway_watch_interfaces(struct gateway *g)
{
    int result = interface_watch_new(&g->interface_watch, g->loop, on_changed, g);
    if (result < 0)
        log_event(g->log, LOG_WARN, "interfaces_unwatched", "reason", uv_strerror(result));
}

void gateway_close_bridges(struct gateway *g)
{
    g->interface_watch = interface_watch_close(g->interface_watch);
    g->bridges = bridges_free(g->bridges);
}

void gateway_each_bridge(const struct gateway *g,
                         void (*visit)(void *arg, const struct bridge_status *status), void *arg)
{
    if (g->bridges)
        bridges_each(g->bridges, visit, arg, clock_now_us());
}
