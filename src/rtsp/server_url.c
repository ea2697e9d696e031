#include <string.h>

#include "rtsp/server_internal.h"
#include "wire/url.h"

static const char track_prefix[] = "trackID=";

/* "NAME/trackID=N": cuts the track off. */
static int cut_track(struct span *path)
{
    size_t slash = path->len;
    uint64_t number;
    while (slash > 0 && path->ptr[slash - 1] != '/')
        slash--;
    struct span last = span_skip(*path, slash);
    if (!span_has_prefix(last, track_prefix) ||
        span_parse_uint(&number, span_skip(last, sizeof track_prefix - 1), LIMIT_TRACKS) < 0)
        return -1;
    path->len = slash;
    return (int)number;
}

static bool is_good_name(const char *name)
{
    if (strstr(name, "..") || strlen(name) == 0)
        return false;
    for (const uint8_t *c = (const uint8_t *)name; *c; c++)
        if (*c < 0x20 || *c == 0x7f)
            return false;
    return true;
}

int rtsp_server_name(char name[LIMIT_NAME], struct span path)
{
    while (path.len > 0 && path.ptr[path.len - 1] == '/')
        path.len--;
    while (path.len > 0 && path.ptr[0] == '/')
        path = span_skip(path, 1);
    if (path.len == 0)
        return RTSP_NOT_FOUND;
    if (url_decode(name, LIMIT_NAME, path) < 0)
        return path.len >= LIMIT_NAME ? RTSP_NOT_FOUND : RTSP_BAD_REQUEST;
    return is_good_name(name) ? 0 : RTSP_BAD_REQUEST;
}

/* Of a base with a query clients that go by RFC 3986 (GStreamer) drop the query, and the last part
 * of the path with it. Where that is very long, many tracks' URLs would not fit a description. */
struct span rtsp_server_control_base(const struct rtsp_server *s)
{
    struct span base = span_text(s->url);
    struct url url;
    bool has_query = base.len <= 1024 && url_parse(&url, base) == 0 && url.query.len > 0;
    return has_query ? base : span_text(NULL);
}

/* What of `s` lies before `end`. */
static struct span clip(struct span s, const uint8_t *end)
{
    size_t room = s.ptr && s.ptr < end ? (size_t)(end - s.ptr) : 0;
    return span_of(s.ptr, s.len < room ? s.len : room);
}

static void trim_slashes(struct span *s)
{
    while (s->len > 0 && s->ptr[s->len - 1] == '/')
        s->len--;
}

/* Of a base that has a query (rtsp://host/name?key=value/) clients make
 * rtsp://host/name?key=value/trackID=0, or, minding what a query is,
 * rtsp://host/name/trackID=0?key=value/. */
static void cut_track_before_query(int *track, struct span *base, struct span query)
{
    if (query.len == 0 || query.ptr <= base->ptr)
        return;
    struct span before = span_of(base->ptr, (size_t)(query.ptr - base->ptr) - 1);
    trim_slashes(&before);
    *track = cut_track(&before);
    trim_slashes(&before);
    if (*track >= 0)
        *base = before;
}

int server_parse_url(struct rtsp_server *s, char name[LIMIT_NAME], int *track, size_t *base_len,
                     struct span text)
{
    struct rtsp_target target = {0};
    struct span whole = text;

    target.has_host = url_parse(&target.url, text) == 0;
    if (!target.has_host) {
        if (text.len == 0 || text.ptr[0] != '/')
            return RTSP_BAD_REQUEST;
        target.url.query = text;
        target.url.path = span_cut(&target.url.query, '?');
    }
    trim_slashes(&whole);
    struct span base = whole;
    *track = cut_track(&base);
    trim_slashes(&base);
    if (*track >= 0)
        whole = base;
    else
        cut_track_before_query(track, &base, target.url.query);
    *base_len = base.len;
    target.url.path = clip(target.url.path, base.ptr + base.len);
    target.url.query = clip(target.url.query, whole.ptr + whole.len);
    return s->ops->name ? s->ops->name(s->owner, name, &target)
                        : rtsp_server_name(name, target.url.path);
}
