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

/* What of `s` lies before `end`. */
static struct span clip(struct span s, const uint8_t *end)
{
    size_t room = s.ptr && s.ptr < end ? (size_t)(end - s.ptr) : 0;
    return span_of(s.ptr, s.len < room ? s.len : room);
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
    /* A query before the track (rtsp://host/name?key=value/trackID=0) is what clients make of a
     * base that has a query. */
    while (whole.len > 0 && whole.ptr[whole.len - 1] == '/')
        whole.len--;
    *track = cut_track(&whole);
    while (whole.len > 0 && whole.ptr[whole.len - 1] == '/')
        whole.len--;
    *base_len = whole.len;
    target.url.path = clip(target.url.path, whole.ptr + whole.len);
    target.url.query = clip(target.url.query, whole.ptr + whole.len);
    return s->ops->name ? s->ops->name(s->owner, name, &target)
                        : rtsp_server_name(name, target.url.path);
}
