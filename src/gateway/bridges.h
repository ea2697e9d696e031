/* All bridges of a gateway, and what they share. On the gateway's thread. */
#ifndef WEIR_GATEWAY_BRIDGES_H
#define WEIR_GATEWAY_BRIDGES_H

#include "gateway/gateway_internal.h"
#include "gateway/link_members.h"

struct bridges;
struct weir_loop;

/* Borrows the gateway for its life; opens what can be opened. 0 or a negative errno. */
int bridges_new(struct bridges **bridges, struct gateway *gateway);
/* Accepts NULL, returns NULL. The handles are off the loop a round of it later. */
struct bridges *bridges_free(struct bridges *bridges);
/* To be called each second. Accepts NULL. */
void bridges_tick(struct bridges *bridges, int64_t now_us);
/* Interfaces or their addresses have come or gone. */
void bridges_follow(struct bridges *bridges, int64_t now_us);
void bridges_each(const struct bridges *bridges,
                  void (*visit)(void *arg, const struct bridge_status *status), void *arg,
                  int64_t now_us);

/* For a bridge: */
struct gateway *bridges_gateway(struct bridges *bridges);
struct weir_loop *bridges_loop(struct bridges *bridges);
/* Who has joined what on an interface, by its index. NULL without memory. */
struct link_members *bridges_link(struct bridges *bridges, unsigned interface);

#endif
