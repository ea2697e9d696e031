#include "daemon/config_mapping.h"

void config_refuse_aliases(struct config_loader *l, struct fy_node *node)
{
    struct fy_node_pair *pair;
    struct fy_node *item;
    void *state = NULL;

    if (fy_node_is_alias(node))
        config_report(l, node, true, "aliases are not understood; quote a text that begins with *");
    while (fy_node_is_sequence(node) && (item = fy_node_sequence_iterate(node, &state)))
        config_refuse_aliases(l, item);
    while (fy_node_is_mapping(node) && (pair = fy_node_mapping_iterate(node, &state))) {
        config_refuse_aliases(l, fy_node_pair_key(pair));
        config_refuse_aliases(l, fy_node_pair_value(pair));
    }
}

bool config_is_twice(struct fy_node *mapping, struct fy_node_pair *pair)
{
    void *state = NULL;
    struct fy_node_pair *other;
    while ((other = fy_node_mapping_iterate(mapping, &state)) && other != pair)
        if (span_is_equal(config_text(fy_node_pair_key(other)),
                          config_text(fy_node_pair_key(pair))))
            return true;
    return false;
}

struct fy_node *config_get(struct fy_node *mapping, const char *key)
{
    return fy_node_mapping_lookup_by_string(mapping, key, (size_t)-1);
}

void config_check_keys(struct config_loader *l, struct fy_node *mapping,
                       const struct config_key *keys, bool is_secret, const char *where)
{
    struct fy_node_pair *pair;
    void *state = NULL;
    while ((pair = fy_node_mapping_iterate(mapping, &state))) {
        struct fy_node *name = fy_node_pair_key(pair);
        const struct config_key *key = config_key_find(keys, config_text(name));
        if (!key)
            config_report_unknown(l, name, keys, where);
        else if (config_is_twice(mapping, pair))
            config_report(l, name, is_secret, "%s%s: given twice", where, key->name);
    }
}

void config_set_scalar(struct config_loader *l, struct fy_node *name, struct fy_node *value,
                       const struct config_key *key, void *fields, const char *where)
{
    char complaint[160];
    struct writer w = writer_of(complaint, sizeof complaint);
    struct fy_node *at = config_has_place(value) ? value : name;

    if (!fy_node_is_scalar(value))
        config_report(l, name, key->is_secret, "%s%s: a single value is expected", where,
                      key->name);
    else if (key->set((char *)fields + key->offset, key, config_text(value), &w) < 0)
        config_report(l, at, key->is_secret, "%s%s: %.*s", where, key->name,
                      SPAN_ARG(writer_written(&w)));
}
