#include "gateway/group_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "base/limits.h"

/* A group that is out, or that was: twins have the same key, so there is one of them. */
struct group_record {
    uint64_t key;
    struct address group;
    bool is_out, is_pinned;
    int64_t back_us;
    UT_hash_handle hh;
    struct group_record *prev, *next; /* of those that are back */
};

struct group_pool {
    int64_t rest_us;
    struct group_record *records; /* a hash */
    struct group_record *back;    /* in the order they came back */
    uint64_t forgotten;           /* records that were dropped for want of room */
};

void group_supply_init(struct group_supply *supply, const struct group_range *range, uint64_t start)
{
    uint64_t count = group_range_count(range);
    *supply = (struct group_supply){.range = *range, .next = start % count, .left = count};
}

int group_pool_new(struct group_pool **pool, int64_t rest_us)
{
    struct group_pool *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->rest_us = rest_us;
    *pool = p;
    return 0;
}

static void forget(struct group_pool *p, struct group_record *r)
{
    if (!r->is_out)
        DL_DELETE(p->back, r);
    HASH_DELETE(hh, p->records, r);
    free(r);
}

struct group_pool *group_pool_free(struct group_pool *p)
{
    struct group_record *r, *next;
    if (p)
        HASH_ITER(hh, p->records, r, next)
    forget(p, r);
    free(p);
    return NULL;
}

static struct group_record *find(const struct group_pool *p, const struct address *group)
{
    uint64_t key = group_link_key(group);
    struct group_record *r;
    HASH_FIND(hh, p->records, &key, sizeof key, r);
    return r;
}

static bool has_rested(const struct group_pool *p, const struct group_record *r, int64_t now_us)
{
    return now_us - r->back_us >= p->rest_us;
}

/* A record of a group that is out. 0, -ENOSPC or -ENOMEM. */
static int add(struct group_pool *p, const struct address *group, int64_t now_us)
{
    if (HASH_COUNT(p->records) >= LIMIT_GROUPS) {
        if (!p->back || !has_rested(p, p->back, now_us))
            return -ENOSPC;
        forget(p, p->back);
        p->forgotten++;
    }
    struct group_record *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    r->key = group_link_key(group);
    r->group = *group;
    r->is_out = true;
    HASH_ADD(hh, p->records, key, sizeof r->key, r);
    if (r->hh.tbl)
        return 0;
    free(r);
    return -ENOMEM;
}

int group_pool_pin(struct group_pool *p, const struct address *group)
{
    if (find(p, group))
        return -EEXIST;
    int result = add(p, group, INT64_MAX);
    if (result == 0)
        find(p, group)->is_pinned = true;
    return result;
}

/* One that nobody has had. 0, -ENOSPC or -ENOMEM. */
static int take_new(struct address *group, struct group_pool *p, struct group_supply *supply,
                    int64_t now_us)
{
    uint64_t count = group_range_count(&supply->range);
    if (supply->forgotten != p->forgotten)
        supply->left = count;
    supply->forgotten = p->forgotten;
    while (supply->left > 0) {
        struct address candidate = group_range_at(&supply->range, supply->next);
        bool is_free = group_is_fit(&candidate) && !find(p, &candidate);
        int result = is_free ? add(p, &candidate, now_us) : -EEXIST;
        if (is_free && result < 0)
            return result;
        supply->next = (supply->next + 1) % count;
        supply->left--;
        if (is_free) {
            *group = candidate;
            return 0;
        }
    }
    return -ENOSPC;
}

/* The one that has been back for longest. 0 or -ENOSPC. */
static int take_again(struct address *group, struct group_pool *p,
                      const struct group_supply *supply, int64_t now_us)
{
    struct group_record *r;
    DL_FOREACH(p->back, r)
    {
        if (!has_rested(p, r, now_us))
            break;
        if (!address_in_prefix(&r->group, &supply->range.prefix))
            continue;
        DL_DELETE(p->back, r);
        r->is_out = true;
        *group = r->group;
        return 0;
    }
    return -ENOSPC;
}

int group_pool_take(struct address *group, struct group_pool *p, struct group_supply *supply,
                    int64_t now_us)
{
    int result = take_new(group, p, supply, now_us);
    return result == -ENOSPC ? take_again(group, p, supply, now_us) : result;
}

void group_pool_give_back(struct group_pool *p, const struct address *group, int64_t now_us)
{
    struct group_record *r = find(p, group);
    if (!r || !r->is_out || r->is_pinned)
        return;
    r->is_out = false;
    r->back_us = now_us;
    DL_APPEND(p->back, r);
}
