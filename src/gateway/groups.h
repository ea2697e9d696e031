/* The groups of a gateway: where their addresses come from, and those there are. */
#ifndef WEIR_GATEWAY_GROUPS_H
#define WEIR_GATEWAY_GROUPS_H

#include "gateway/gateway_internal.h"

/* 0 or -ENOMEM. */
int groups_init(struct gateway *gateway);
/* Its viewers have gone. */
void groups_done(struct gateway *gateway);
void groups_tick(struct gateway *gateway, int64_t now_us);

#endif
