/* A bridge: datagrams that come in at one place go out at others, bit for bit. It stands on the
 * public library's objects (include/weir/switch.h), one weir_switch on the gateway's loop. What
 * cannot be opened is tried again, with growing pauses, and when an interface has come; the rest
 * of the bridge and all others go on meanwhile. On the gateway's thread. */
#ifndef WEIR_GATEWAY_BRIDGE_H
#define WEIR_GATEWAY_BRIDGE_H

#include "gateway/bridge_settings.h"
#include "gateway/bridges.h"
#include "gateway/status.h"

struct bridge;

/* Borrows both for its life. 0 or -ENOMEM; that something could not be opened is no failure. */
int bridge_new(struct bridge **bridge, struct bridges *bridges,
               const struct bridge_settings *settings);
/* Accepts NULL, returns NULL. */
struct bridge *bridge_free(struct bridge *bridge);
/* To be called each second. */
void bridge_tick(struct bridge *bridge, int64_t now_us);
/* Interfaces or their addresses have come or gone. */
void bridge_follow(struct bridge *bridge, int64_t now_us);
/* `outputs` has room for LIMIT_BRIDGE_OUTPUTS; the status points there, and into the bridge. */
void bridge_status(const struct bridge *bridge, struct bridge_status *status,
                   struct bridge_output_status *outputs, int64_t now_us);

#endif
