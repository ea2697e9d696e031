#include "daemon/config_origins.h"

#include <stdlib.h>

/* Room for all items of a list; NULL, and reported, when there is none or no list. */
static void *new_list(struct config_loader *l, struct fy_node *name, struct fy_node *list,
                      size_t item_size)
{
    struct span text = config_text(list);
    int count = fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : -1;
    void *items = count > 0 ? calloc((size_t)count, item_size) : NULL;

    if (count < 0 && !(fy_node_is_scalar(list) && text.len == 0))
        config_report(l, name, false, "%.*s: not a list ([live.example.com])",
                      SPAN_ARG(config_text(name)));
    else if (count > 0 && !items)
        config_report(l, name, false, "out of memory");
    return items;
}

void config_load_origins(struct config_loader *l, struct fy_node *name, struct fy_node *list)
{
    struct settings *settings = l->settings;
    struct fy_node *item;
    void *state = NULL;

    settings->origins = new_list(l, name, list, sizeof *settings->origins);
    while (settings->origins && (item = fy_node_sequence_iterate(list, &state))) {
        const char *reason = "a single value is expected";
        struct origin_rule *rule = &settings->origins[settings->origin_count];
        if (fy_node_is_scalar(item) && origin_rule_parse(rule, config_text(item), &reason) == 0)
            settings->origin_count++;
        else
            config_report(l, config_has_place(item) ? item : name, false, "origins: %s", reason);
    }
}

void config_load_hosts(struct config_loader *l, struct fy_node *name, struct fy_node *list)
{
    struct settings *settings = l->settings;
    struct fy_node *item;
    void *state = NULL;

    settings->hosts = new_list(l, name, list, sizeof *settings->hosts);
    while (settings->hosts && (item = fy_node_sequence_iterate(list, &state))) {
        char *host = settings->hosts[settings->host_count];
        struct address address;
        struct span text = config_text(item);
        /* A public address that a router translates is a name of ours, too. */
        if (address_parse_host(&address, text, span_find(text, ':') < text.len) == 0)
            address_write_host(host, &address);
        else if (origin_host_parse(host, text) < 0) {
            config_report(l, config_has_place(item) ? item : name, false,
                          "hostNames: neither a host's name nor an address");
            continue;
        }
        settings->host_count++;
    }
}
