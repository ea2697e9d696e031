/* What is known of bridges only with the whole file. */
#include <string.h>

#include "daemon/config_bridges.h"
#include "daemon/config_mapping.h"

/* Who else might send to the group; NULL. */
static const char *find_sender(const struct settings *settings, const struct media_url *url)
{
    struct address group;
    if (!url->is_group || address_parse_host(&group, span_text(url->host.text), url->host.is_ipv6))
        return NULL;
    for (size_t i = 0; i < settings->path_count; i++)
        if (settings->paths[i].multicast_group.len > 0 &&
            address_is_same_host(&settings->paths[i].multicast_group, &group))
            return settings->paths[i].name;
    for (size_t i = 0; i < settings->domains.count; i++) {
        const struct domain *domain = &settings->domains.items[i];
        if (domain->has_range[url->host.is_ipv6] &&
            address_in_prefix(&group, &domain->ranges[url->host.is_ipv6].prefix))
            return domain->name;
    }
    return NULL;
}

/* Of a bridge whose input is a stream. */
static void check_path(struct config_loader *l, const struct bridge_settings *bridge,
                       struct fy_node *at)
{
    const struct settings *settings = l->settings;
    size_t i = 0;
    while (i < settings->path_count && strcmp(settings->paths[i].name, bridge->path) != 0)
        i++;
    if (i == settings->path_count)
        config_report(l, config_get(at, "input"), false,
                      "bridges.%s.input: neither a path here has this name (patterns have none), "
                      "nor is it a URL that begins with udp:// or rtp://",
                      bridge->name);
    for (i = 0; i < bridge->output_count; i++)
        if (!bridge->outputs[i].url.is_rtp)
            config_report(l, fy_node_sequence_get_by_index(config_get(at, "outputs"), (int)i),
                          false,
                          "bridges.%s.outputs: a stream of a path leaves as RTP: rtp:// instead "
                          "of udp://",
                          bridge->name);
}

void config_check_bridges(struct config_loader *l, struct fy_node *root)
{
    const struct settings *settings = l->settings;
    for (size_t i = 0; i < settings->bridge_count; i++) {
        const struct bridge_settings *bridge = &settings->bridges[i];
        if (bridge->path[0])
            check_path(l, bridge, config_get(config_get(root, "bridges"), bridge->name));
        for (size_t k = 0; k < bridge->output_count; k++) {
            const char *sender = find_sender(settings, &bridge->outputs[k].url);
            struct fy_node *at =
                config_get(config_get(config_get(root, "bridges"), bridge->name), "outputs");
            if (sender)
                config_report(l, fy_node_sequence_get_by_index(at, (int)k), false,
                              "bridges.%s.outputs: %s is a group of the path or domain %s: choose "
                              "one outside of its pool",
                              bridge->name, bridge->outputs[k].text, sender);
        }
    }
}
