/* The multicast groups a gateway gives to its streams. No two that are out share an address, nor
 * what the link layer sees of it (gateway/group_range.h), from whatever range they are. A group
 * that was given back rests for a while, for its last receivers and the switches' tables, and is
 * the last to be given again. Time is passed in; one thread. */
#ifndef WEIR_GATEWAY_GROUP_POOL_H
#define WEIR_GATEWAY_GROUP_POOL_H

#include "gateway/group_range.h"

struct group_pool;

/* A range that groups are taken from, and how far it has been gone through. */
struct group_supply {
    struct group_range range;
    uint64_t next, left; /* the next to look at; how many were never looked at */
    uint64_t forgotten;  /* the pool's count when `left` was last set */
};

/* Begins anywhere, as `start` says: so that gateways that know nothing of each other, or the same
 * one before and after a restart, hardly ever give the same. */
void group_supply_init(struct group_supply *supply, const struct group_range *range,
                       uint64_t start);

/* 0 or -ENOMEM. */
int group_pool_new(struct group_pool **pool, int64_t rest_us);
/* Accepts NULL, returns NULL. */
struct group_pool *group_pool_free(struct group_pool *pool);
/* Keeps a group for its owner: it is never given to others. 0; -EEXIST: that group, or a twin, is
 * out already; -ENOSPC; -ENOMEM. */
int group_pool_pin(struct group_pool *pool, const struct address *group);
/* 0; -ENOSPC: all groups of that range are out, or rest, or LIMIT_GROUPS are out; -ENOMEM. */
int group_pool_take(struct address *group, struct group_pool *pool, struct group_supply *supply,
                    int64_t now_us);
/* What was taken; a group that was pinned stays so. */
void group_pool_give_back(struct group_pool *pool, const struct address *group, int64_t now_us);

#endif
