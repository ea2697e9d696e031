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

/* The host is all that is told of a URL that somebody made up. */
static int check_origin(const struct gateway *g, const struct path_settings *path)
{
    char host[ORIGIN_HOST + ADDRESS_TEXT] = "";
    struct url url;
    enum origin_verdict verdict = ORIGIN_MALFORMED;
    if (url_parse(&url, span_text(path->source)) == 0) {
        verdict = origins_check_url(&g->origins, &url);
        span_copy(host, sizeof host, url.host);
    }
    if (verdict == ORIGIN_ALLOWED)
        return RTSP_OK;
    log_event(g->log, LOG_WARN, "origin_refused", "host reason", host,
              origin_verdict_reason(verdict));
    return RTSP_FORBIDDEN;
}

int naming_find(const struct gateway *g, const char *name, const struct path_settings **path,
                struct path_settings **made)
{
    *made = NULL;
    *path = find_path(g->settings, name);
    if (*path)
        return RTSP_OK;
    struct path_settings *own = malloc(sizeof *own);
    if (!own)
        return RTSP_UNAVAILABLE;
    int status = apply_patterns(g->settings, own, name);
    if (status == RTSP_OK && own->is_origin_named)
        status = check_origin(g, own);
    if (status == RTSP_OK && g->made_count >= g->settings->max_streams) {
        log_event(g->log, LOG_WARN, "stream_refused", "path reason", name, "maxStreams are open");
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
