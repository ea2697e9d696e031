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

int server_parse_url(char *name, int *track, size_t *base_len, struct span text)
{
    struct url url;
    struct span path;

    if (url_parse(&url, text) == 0)
        path = url.path;
    else if (text.len > 0 && text.ptr[0] == '/')
        path = span_of(text.ptr, span_find(text, '?'));
    else
        return RTSP_BAD_REQUEST;
    /* A query before the track (rtsp://host/name?key=value/trackID=0) is what clients make of a
     * base that has a query. */
    struct span whole = text;
    *track = cut_track(&whole);
    if (*track >= 0 && path.len > whole.len - (size_t)(path.ptr - text.ptr))
        path.len = whole.len - (size_t)(path.ptr - text.ptr);
    while (whole.len > 0 && whole.ptr[whole.len - 1] == '/')
        whole.len--;
    *base_len = whole.len;
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
