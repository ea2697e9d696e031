#include "daemon/config_paths.h"

#include <stdlib.h>

#include "daemon/config_mapping.h"
#include "wire/url.h"

/* A source's URL: shown without its credentials from here on. */
static void set_source(struct config_loader *l, struct fy_node *at, struct path_settings *path,
                       const char *where)
{
    struct url url;
    struct span text = config_text(at);
    struct writer w = writer_of(path->source, sizeof path->source - 1);

    if (url_parse(&url, text) < 0) {
        config_report(l, at, true, "%ssource: not an RTSP URL (rtsp://host[:port]/path)", where);
        return;
    }
    if (url.is_tls) {
        config_report(l, at, true, "%ssource: rtsps is not supported yet, use rtsp", where);
        return;
    }
    url_write(&w, &url);
    path->source[w.len] = '\0';
    span_copy(path->shown, sizeof path->shown,
              span_of(path->source, span_find(writer_written(&w), '?')));
    if (url.has_user && (url_decode(path->user, sizeof path->user, url.user) < 0 ||
                         url_decode(path->password, sizeof path->password, url.password) < 0))
        config_report(l, at, true, "%ssource: the credentials are too long or badly %%-encoded",
                      where);
}

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
            set_source(l, value, path, where);
        if (key && (span_has_prefix(config_text(name), "sourceUser") ||
                    span_has_prefix(config_text(name), "sourcePass")))
            credentials = name;
    }
    struct url url;
    struct fy_node *source = fy_node_mapping_lookup_by_string(mapping, "source", (size_t)-1);
    if (credentials && url_parse(&url, config_text(source)) == 0 && url.has_user)
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
    if (!fy_node_is_mapping(value)) {
        config_report(l, name, false, "%ssource: missing: where is the stream to be fetched from?",
                      where);
        return;
    }
    size_t errors = l->error_count;
    config_load_path_keys(l, value, path, where);
    if (!path->source[0] && l->error_count == errors)
        config_report(l, name, false, "%ssource: missing: where is the stream to be fetched from?",
                      where);
    if (path->source[0] && is_own(l, path))
        config_report(l, name, true, "%ssource: that is this gateway itself", where);
    l->settings->path_count++;
}

void config_load_paths(struct config_loader *l, struct fy_node *mapping,
                       const struct path_settings *defaults)
{
    struct fy_node_pair *pair;
    void *state = NULL;
    int count = fy_node_is_mapping(mapping) ? fy_node_mapping_item_count(mapping) : 0;

    if (count <= 0)
        return;
    l->settings->paths = calloc((size_t)count, sizeof *l->settings->paths);
    if (!l->settings->paths) {
        config_report(l, NULL, false, "out of memory");
        return;
    }
    while ((pair = fy_node_mapping_iterate(mapping, &state))) {
        if (config_is_twice(mapping, pair))
            config_report(l, fy_node_pair_key(pair), false,
                          "paths: a path of this name stands above");
        else
            load_path(l, fy_node_pair_key(pair), fy_node_pair_value(pair), defaults);
    }
}
