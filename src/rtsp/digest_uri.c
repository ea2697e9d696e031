#include "rtsp/digest_uri.h"

/* The path of an absolute URL, or of a path; without its query and slashes at its end. */
static struct span path_of(struct span s)
{
    bool is_absolute =
        span_has_prefix_nocase(s, "rtsp://") || span_has_prefix_nocase(s, "rtsps://");
    s = span_of(s.ptr, span_find(s, '?'));
    if (is_absolute) {
        s = span_skip(s, span_find(s, '/') + 2);
        s = span_skip(s, span_find(s, '/'));
    }
    while (s.len > 0 && s.ptr[s.len - 1] == '/')
        s.len--;
    return s;
}

bool digest_uri_matches(struct span uri, struct span url)
{
    struct span named = path_of(uri), asked = path_of(url);
    if (span_is_equal(named, asked))
        return true;
    return named.len > 0 && asked.len > named.len &&
           span_is_equal(named, span_of(asked.ptr, named.len)) &&
           span_has_prefix(span_skip(asked, named.len), "/trackID=");
}
