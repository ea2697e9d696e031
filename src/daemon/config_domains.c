#include "daemon/config_domains.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/config_mapping.h"
#include "daemon/config_value.h"
#include "gateway/path_pattern.h"

enum { WHERE = DOMAIN_NAME + 16, TTL_MOST = 255, PORT_LEAST = 1024, PORT_MOST = 65472 };

static const struct config_key domain_keys[] = {
    {"networks"}, {"interface"}, {"delivery"}, {"pool"}, {"ttl"}, {"port"}, {"allowReserved"}, {0}};

/* What is being read. */
struct domain_loader {
    struct config_loader *l;
    struct domain *domain;
    struct fy_node *at; /* its name */
    char where[WHERE];  /* "domains.hall." */
};

static void complain(struct domain_loader *d, struct fy_node *at, const char *what)
{
    config_report(d->l, config_has_place(at) ? at : d->at, false, "%s%s", d->where, what);
}

/* Each prefix belongs to one domain, or nobody could say which it is. */
static bool is_taken(const struct domain_loader *d, const struct address_prefix *prefix)
{
    const struct domains *domains = &d->l->settings->domains;
    for (size_t i = 0; i <= domains->count; i++)
        for (size_t k = 0; k < domains->items[i].prefix_count; k++) {
            const struct address_prefix *p = &domains->items[i].prefixes[k];
            if (p->is_ipv6 == prefix->is_ipv6 && p->bits == prefix->bits &&
                memcmp(p->host, prefix->host, sizeof p->host) == 0)
                return true;
        }
    return false;
}

static void load_networks(struct domain_loader *d, struct fy_node *list)
{
    int count = list && fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : 0;
    struct fy_node *item;
    void *state = NULL;

    if (count <= 0) {
        complain(
            d, list,
            "networks: a list is needed ([192.0.2.0/24]; for everybody [0.0.0.0/0, \"::/0\"])");
        return;
    }
    d->domain->prefixes = calloc((size_t)count, sizeof *d->domain->prefixes);
    if (!d->domain->prefixes)
        complain(d, NULL, "out of memory");
    while (d->domain->prefixes && (item = fy_node_sequence_iterate(list, &state))) {
        struct address_prefix prefix;
        if (address_prefix_parse(&prefix, config_text(item)) < 0)
            complain(d, item, "networks: neither an address nor a prefix (192.0.2.0/24)");
        else if (is_taken(d, &prefix))
            complain(d, item, "networks: that network is in a domain already");
        else
            d->domain->prefixes[d->domain->prefix_count++] = prefix;
    }
}

static void load_range(struct domain_loader *d, struct fy_node *at, struct span text)
{
    char complaint[256];
    struct writer w = writer_of(complaint, sizeof complaint);
    struct address_prefix prefix;
    struct group_range range;

    if (address_prefix_parse(&prefix, text) < 0) {
        complain(d, at, "pool: not a range of groups (239.255.0.0/16, \"ff15::/16\")");
    } else if (group_range_init(&range, &prefix, d->domain->allows_reserved, &w) < 0) {
        config_report(d->l, config_has_place(at) ? at : d->at, false, "%spool: %.*s", d->where,
                      SPAN_ARG(writer_written(&w)));
    } else if (d->domain->has_range[prefix.is_ipv6]) {
        complain(d, at, "pool: one range of IPv4 groups and one of IPv6 groups is the most");
    } else {
        d->domain->ranges[prefix.is_ipv6] = range;
        d->domain->has_range[prefix.is_ipv6] = true;
    }
}

static void load_pool(struct domain_loader *d, struct fy_node *pool)
{
    struct fy_node *item;
    void *state = NULL;
    if (!pool) {
        load_range(d, NULL, span_text("239.255.0.0/16"));
        load_range(d, NULL, span_text("ff15::/16"));
    } else if (fy_node_is_sequence(pool)) {
        while ((item = fy_node_sequence_iterate(pool, &state)))
            load_range(d, item, config_text(item));
        if (fy_node_sequence_item_count(pool) == 0)
            complain(d, pool, "pool: the list is empty: there are no groups");
    } else {
        load_range(d, pool, config_text(pool));
    }
}

static void load_number(struct domain_loader *d, struct fy_node *at, uint32_t *value,
                        uint64_t least, uint64_t most, const char *complaint)
{
    uint64_t number;
    if (!at)
        return;
    if (span_parse_uint(&number, config_text(at), most) < 0 || number < least)
        complain(d, at, complaint);
    else
        *value = (uint32_t)number;
}

static void load_multicast(struct domain_loader *d, struct fy_node *mapping)
{
    struct domain *domain = d->domain;
    struct fy_node *interface = config_get(mapping, "interface"),
                   *port = config_get(mapping, "port"),
                   *reserved = config_get(mapping, "allowReserved");

    domain->ttl = 1;
    domain->port = 5004;
    if (config_text(interface).len == 0)
        complain(d, interface, "interface: missing: by which one do its groups leave (eth1)?");
    else if (span_copy(domain->interface, sizeof domain->interface, config_text(interface)) < 0)
        complain(d, interface, "interface: no interface has a name as long");
    if (reserved && config_parse_bool(&domain->allows_reserved, config_text(reserved)) < 0)
        complain(d, reserved, "allowReserved: neither yes nor no");
    load_number(d, config_get(mapping, "ttl"), &domain->ttl, 1, TTL_MOST,
                "ttl: not a number from 1 to 255: how many networks far its groups go");
    load_number(d, port, &domain->port, PORT_LEAST, PORT_MOST,
                "port: not a number from 1024 to 65472");
    if (domain->port % 2 != 0)
        complain(d, port, "port: it must be even; RTCP takes the next one");
    load_pool(d, config_get(mapping, "pool"));
}

static void load_domain(struct domain_loader *d, struct fy_node *mapping)
{
    static const char *const others[] = {"pool", "ttl", "port", "allowReserved"};
    struct fy_node *delivery = config_get(mapping, "delivery");

    config_check_keys(d->l, mapping, domain_keys, false, d->where);
    load_networks(d, config_get(mapping, "networks"));
    d->domain->is_multicast = span_is_text(config_text(delivery), "multicast");
    if (d->domain->is_multicast)
        load_multicast(d, mapping);
    else if (!span_is_text(config_text(delivery), "unicast"))
        complain(d, delivery, "delivery: expected unicast or multicast");
    for (size_t i = 0; i < sizeof others / sizeof others[0] && !d->domain->is_multicast; i++)
        if (config_get(mapping, others[i]))
            complain(d, config_get(mapping, others[i]),
                     "pool, ttl, port and allowReserved are for delivery: multicast");
}

bool config_load_domains(struct config_loader *l, struct fy_node *name, struct fy_node *mapping)
{
    struct domains *domains = &l->settings->domains;
    struct fy_node_pair *pair;
    void *state = NULL;
    int count = fy_node_is_mapping(mapping) ? fy_node_mapping_item_count(mapping) : 0;

    if (!span_is_text(config_text(name), "domains"))
        return false;
    if (count > 0)
        domains->items = calloc((size_t)count, sizeof *domains->items);
    if (!domains->items && (count > 0 || !fy_node_is_scalar(mapping) || config_text(mapping).len))
        config_report(l, name, false, "domains: expected names ({hall: {networks: [...], ...}})");
    while (domains->items && (pair = fy_node_mapping_iterate(mapping, &state))) {
        struct domain_loader d = {
            .l = l, .domain = &domains->items[domains->count], .at = fy_node_pair_key(pair)};
        snprintf(d.where, sizeof d.where, "domains.%.*s.",
                 (int)(config_text(d.at).len < DOMAIN_NAME ? config_text(d.at).len : 0),
                 (const char *)config_text(d.at).ptr);
        if (span_copy(d.domain->name, sizeof d.domain->name, config_text(d.at)) < 0 ||
            !d.domain->name[0] || config_is_twice(mapping, pair))
            complain(&d, d.at, "not a name, too long, or given twice");
        else if (!fy_node_is_mapping(fy_node_pair_value(pair)))
            complain(&d, fy_node_pair_value(pair), "expected {networks: [...], delivery: ...}");
        else
            load_domain(&d, fy_node_pair_value(pair));
        domains->count++;
    }
    return true;
}

/* Groups of paths. */

static const char *find_fault(const struct settings *settings, size_t index, char complaint[256])
{
    const struct address *group = &settings->paths[index].multicast_group;
    const struct domain *domain = domains_find_pinned(&settings->domains, group);
    struct writer w = writer_of(complaint, 255);
    char text[ADDRESS_TEXT];
    struct address_prefix prefix;
    struct group_range range;

    if (!domain)
        return "no multicast domain has groups of its kind: where would it be sent?";
    address_prefix_parse(&prefix, span_text(address_write_host(text, group)));
    if (group_range_init(&range, &prefix, domain->allows_reserved, &w) < 0) {
        complaint[w.len] = '\0';
        return complaint;
    }
    for (size_t i = 0; i < index; i++) {
        const struct address *other = &settings->paths[i].multicast_group;
        if (other->len > 0 && address_is_same_host(group, other))
            return "another path has that group";
        if (other->len > 0 && group_link_key(group) == group_link_key(other))
            return "another path has a group that is the same on the link (RFC 1112 6.4: the low "
                   "23 bits)";
    }
    return NULL;
}

void config_check_groups(struct config_loader *l, struct fy_node *root)
{
    const struct settings *settings = l->settings;
    struct fy_node *paths = config_get(root, "paths");
    char complaint[256];

    for (size_t i = 0; i < settings->path_count; i++) {
        const char *fault =
            settings->paths[i].multicast_group.len > 0 ? find_fault(settings, i, complaint) : NULL;
        struct fy_node *path = fault ? config_get(paths, settings->paths[i].name) : NULL;
        struct fy_node *at = path ? config_get(path, "multicastGroup") : NULL;
        if (fault)
            config_report(l, at ? at : path, true, "paths.%s.multicastGroup: %s",
                          settings->paths[i].name, fault);
    }
    bool is_shared = settings->path_defaults.multicast_group.len > 0;
    for (size_t i = 0; i < settings->pattern_count; i++)
        is_shared |= settings->patterns[i].path.multicast_group.len > 0;
    if (is_shared)
        config_report(l, NULL, false,
                      "multicastGroup: of a pattern or of pathDefaults: many streams would have "
                      "one group; leave it to the pool of the domain");
}
