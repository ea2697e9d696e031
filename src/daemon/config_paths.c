#include "daemon/config_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_mapping.h"
#include "daemon/config_source.h"
#include "gateway/path_pattern.h"
#include "wire/url.h"

void config_load_path_keys(struct config_loader *l, struct fy_node *mapping,
                           struct path_settings *path, const char *where)
{
    struct fy_node_pair *pair;
    void *state = NULL;
    struct fy_node *credentials = NULL;

    while ((pair = fy_node_mapping_iterate(mapping, &state))) {
        struct fy_node *name = fy_node_pair_key(pair), *value = fy_node_pair_value(pair);
        const struct config_key *key = config_key_find(config_path_keys, config_text(name));
        if (!key)
            config_report_unknown(l, name, config_path_keys, where);
        else if (config_is_twice(mapping, pair))
            config_report(l, name, true, "%s%s: given twice", where, key->name);
        else if (key->set)
            config_set_scalar(l, name, value, key, path, where);
        else
            config_load_source(l, value, path, where);
        if (key && (span_has_prefix(config_text(name), "sourceUser") ||
                    span_has_prefix(config_text(name), "sourcePass")))
            credentials = name;
    }
    struct fy_node *source = config_get(mapping, "source");
    if (credentials && config_source_has_user(path, config_text(source)))
        config_report(l, credentials, true, "%scredentials stand in the source too: give them once",
                      where);
}

static bool is_good_name(struct span name)
{
    if (name.len == 0 || name.len >= LIMIT_NAME || name.ptr[0] == '/' ||
        name.ptr[name.len - 1] == '/')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < 0x20 || name.ptr[i] == 0x7f || name.ptr[i] == '?' ||
            (name.ptr[i] == '.' && i > 0 && name.ptr[i - 1] == '.'))
            return false;
    return true;
}

/* Plain to see: the path would pull from this very gateway. */
static bool is_own(const struct config_loader *l, const struct path_settings *path)
{
    const struct address *own = &l->settings->rtsp_address;
    char host[ADDRESS_TEXT];
    struct url url;
    return url_parse(&url, span_text(path->source)) == 0 && url.port == address_port(own) &&
           span_is_text(url.host, address_write_host(host, own));
}

/* The keys of one path. */
static void load_keys(struct config_loader *l, struct fy_node *name, struct fy_node *value,
                      struct path_settings *path, const char *where)
{
    size_t errors = l->error_count;
    if (fy_node_is_mapping(value))
        config_load_path_keys(l, value, path, where);
    if (!path->source[0] && l->error_count == errors)
        config_report(l, name, false, "%ssource: missing: where is the stream to be fetched from?",
                      where);
    if (path->source[0] && is_own(l, path))
        config_report(l, name, true, "%ssource: that is this gateway itself", where);
}

static void load_path(struct config_loader *l, struct fy_node *name, struct fy_node *value,
                      const struct path_settings *defaults)
{
    struct path_settings *path = &l->settings->paths[l->settings->path_count];
    char where[LIMIT_NAME + 16];

    *path = *defaults;
    if (!is_good_name(config_text(name)) ||
        span_copy(path->name, sizeof path->name, config_text(name))) {
        config_report(l, name, false,
                      "paths: not a path's name (no slash at its ends, no .. in it)");
        return;
    }
    snprintf(where, sizeof where, "paths.%s.", path->name);
    load_keys(l, name, value, path, where);
    l->settings->path_count++;
}

static bool is_all_others(struct span name)
{
    return span_is_text(name, "all_others") || span_is_text(name, "all");
}

/* Nobody asks for a stream by a pattern before somebody does. */
static void check_on_demand(struct config_loader *l, struct fy_node *mapping,
                            struct path_settings *path, const char *where)
{
    struct fy_node *at = config_get(mapping, "sourceOnDemand");
    if (at && !path->is_on_demand)
        config_report(l, at, false, "%ssourceOnDemand: a pattern's streams are always on demand",
                      where);
    path->is_on_demand = true;
}

static void load_pattern(struct config_loader *l, struct fy_node *name, struct fy_node *value,
                         const struct path_settings *defaults)
{
    struct path_pattern *pattern = &l->settings->patterns[l->settings->pattern_count];
    char where[LIMIT_NAME + 16], complaint[200];
    struct writer w = writer_of(complaint, sizeof complaint);
    struct span text = config_text(name);

    pattern->path = *defaults;
    if (span_copy(pattern->path.name, sizeof pattern->path.name,
                  is_all_others(text) ? span_text("~.*") : text) < 0) {
        config_report(l, name, false, "paths: the pattern is too long");
        return;
    }
    snprintf(where, sizeof where, "paths.%.*s.", SPAN_ARG(text));
    if (path_pattern_init(pattern, &w) < 0) {
        config_report(l, name, false, "paths: %.*s", SPAN_ARG(writer_written(&w)));
        return;
    }
    l->settings->pattern_count++;
    load_keys(l, name, value, &pattern->path, where);
    check_on_demand(l, value, &pattern->path, where);
    if (!path_pattern_has_groups(pattern))
        config_report(l, name, true, "%ssource: it uses a group that the pattern does not have",
                      where);
}

/* Whatever is left goes to all_others, wherever it stands: it comes last. */
static void load_pair(struct config_loader *l, struct fy_node *mapping, struct fy_node_pair *pair,
                      const struct path_settings *defaults, bool is_last_round)
{
    struct fy_node *name = fy_node_pair_key(pair), *value = fy_node_pair_value(pair);
    struct span text = config_text(name);

    if (is_all_others(text) != is_last_round)
        return;
    if (config_is_twice(mapping, pair))
        config_report(l, name, false, "paths: a path of this name stands above");
    else if (is_last_round || span_has_prefix(text, "~"))
        load_pattern(l, name, value, defaults);
    else
        load_path(l, name, value, defaults);
}

void config_load_paths(struct config_loader *l, struct fy_node *mapping,
                       const struct path_settings *defaults)
{
    struct settings *settings = l->settings;
    int count = fy_node_is_mapping(mapping) ? fy_node_mapping_item_count(mapping) : 0;

    if (count <= 0)
        return;
    settings->paths = calloc((size_t)count, sizeof *settings->paths);
    settings->patterns = calloc((size_t)count, sizeof *settings->patterns);
    if (!settings->paths || !settings->patterns) {
        config_report(l, NULL, false, "out of memory");
        return;
    }
    for (int round = 0; round < 2; round++) {
        struct fy_node_pair *pair;
        void *state = NULL;
        while ((pair = fy_node_mapping_iterate(mapping, &state)))
            load_pair(l, mapping, pair, defaults, round == 1);
    }
}

void config_free_paths(struct settings *settings)
{
    if (settings->paths)
        explicit_bzero(settings->paths, settings->path_count * sizeof *settings->paths);
    for (size_t i = 0; i < settings->pattern_count; i++) {
        path_pattern_done(&settings->patterns[i]);
        explicit_bzero(&settings->patterns[i], sizeof settings->patterns[i]);
    }
    free(settings->paths);
    free(settings->patterns);
}
