#include "gateway/domain.h"

#include <stdlib.h>

void domains_done(struct domains *domains)
{
    for (size_t i = 0; i < domains->count; i++)
        free(domains->items[i].prefixes);
    free(domains->items);
    *domains = (struct domains){0};
}

const struct domain *domains_find(const struct domains *domains, const struct address *viewer)
{
    const struct domain *best = NULL;
    int best_bits = -1;
    for (size_t i = 0; i < domains->count; i++) {
        const struct domain *d = &domains->items[i];
        for (size_t k = 0; k < d->prefix_count; k++) {
            const struct address_prefix *p = &d->prefixes[k];
            if (p->bits > best_bits && address_in_prefix(viewer, p)) {
                best = d;
                best_bits = p->bits;
            }
        }
    }
    return best;
}

const struct domain *domains_find_pinned(const struct domains *domains, const struct address *group)
{
    for (size_t i = 0; i < domains->count; i++)
        if (domains->items[i].is_multicast && domains->items[i].has_range[address_is_ipv6(group)])
            return &domains->items[i];
    return NULL;
}
