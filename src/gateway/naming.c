#include "gateway/naming.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/path_pattern.h"
#include "wire/rtsp_message.h"
#include "wire/url.h"

static const struct path_settings *find_path(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->path_count; i++)
        if (strcmp(settings->paths[i].name, name) == 0)
            return &settings->paths[i];
    return NULL;
}

/* The first pattern that matches decides, also where nothing comes of it. */
static int apply_patterns(const struct settings *settings, struct path_settings *path,
                          const char *name)
{
    int result = -ENOENT;
    for (size_t i = 0; i < settings->pattern_count && result == -ENOENT; i++)
        result = path_pattern_apply(path, &settings->patterns[i], name);
    return result == 0 ? RTSP_OK : RTSP_NOT_FOUND;
}

static int refuse_origin(const struct gateway *g, const char *host, enum origin_verdict verdict)
{
    log_event(g->log, LOG_WARN, "origin_refused", "host reason", host,
              origin_verdict_reason(verdict));
    return RTSP_FORBIDDEN;
}

/* A pattern whose source a name decides as a whole. */
static int check_origin(const struct gateway *g, const struct path_settings *path)
{
    char host[ORIGIN_HOST] = "";
    struct url url;
    enum origin_verdict verdict = ORIGIN_MALFORMED;
    if (url_parse(&url, span_text(path->source)) == 0) {
        verdict = origins_check_url(&g->origins, &url);
        span_copy(host, sizeof host, url.host);
    }
    return verdict == ORIGIN_ALLOWED ? RTSP_OK : refuse_origin(g, host, verdict);
}

/* As all paths are by default, but for what is meant for the config's own sources. */
static int make_origin(const struct gateway *g, struct path_settings *path, const struct naming *n)
{
    struct span source = span_text(n->source);
    *path = g->settings->path_defaults;
    path->user[0] = path->password[0] = '\0';
    path->kind = NULL;
    path->is_tunnelled = false;
    path->is_on_demand = path->is_origin_named = true;
    memcpy(path->name, n->name, sizeof path->name);
    span_copy(path->source, sizeof path->source, source);
    path_settings_show(path);
    return RTSP_OK;
}

static int make_pattern(const struct gateway *g, struct path_settings *path, const struct naming *n)
{
    int status = n->name[0] ? apply_patterns(g->settings, path, n->name) : RTSP_NOT_FOUND;
    if (status == RTSP_OK && path->is_origin_named)
        status = check_origin(g, path);
    return status == RTSP_NOT_FOUND && n->source ? refuse_origin(g, n->source, n->verdict) : status;
}

int naming_find(const struct gateway *g, const struct naming *n, const struct path_settings **path,
                struct path_settings **made)
{
    bool is_origin = n->source && n->verdict == ORIGIN_ALLOWED;
    *made = NULL;
    *path = is_origin ? NULL : find_path(g->settings, n->name);
    if (*path)
        return RTSP_OK;
    struct path_settings *own = malloc(sizeof *own);
    if (!own)
        return RTSP_UNAVAILABLE;
    int status = is_origin ? make_origin(g, own, n) : make_pattern(g, own, n);
    if (status == RTSP_OK && g->made_count >= g->settings->max_streams) {
        log_event(g->log, LOG_WARN, "stream_refused", "path reason", n->name,
                  "maxStreams are open");
        status = RTSP_UNAVAILABLE;
    }
    if (status != RTSP_OK) {
        naming_free(own);
        return status;
    }
    *path = *made = own;
    return RTSP_OK;
}

struct path_settings *naming_free(struct path_settings *made)
{
    if (made)
        explicit_bzero(made, sizeof *made);
    free(made);
    return NULL;
}
