/* What a publisher announced: the description, and which of its tracks a URL names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtsp/server_internal.h"
#include "wire/url.h"

struct announcement *announcement_free(struct announcement *a)
{
    if (a) {
        free(a->url);
        free(a->text);
        free(a);
    }
    return NULL;
}

/* Terminated. A NUL within is what ends a line for some (wire/sdp.h): it becomes one that ends it
 * for everybody. */
static char *copy_text(struct span s)
{
    char *copy = malloc(s.len + 1);
    if (!copy)
        return NULL;
    span_copy(copy, s.len + 1, s);
    for (size_t i = 0; i < s.len; i++)
        if (copy[i] == '\0')
            copy[i] = '\n';
    return copy;
}

int announcement_read(struct announcement **announcement, const struct rtsp_message *m)
{
    struct span type = rtsp_header_find(m, "Content-Type");
    struct announcement *a;
    int result;

    if (m->body.len == 0)
        return RTSP_BAD_REQUEST;
    if (!span_is_text_nocase(span_trim(span_cut(&type, ';')), "application/sdp"))
        return RTSP_UNSUPPORTED_MEDIA_TYPE;
    a = calloc(1, sizeof *a);
    if (!a)
        return RTSP_INTERNAL_ERROR;
    a->url = copy_text(m->url);
    a->text = copy_text(m->body);
    result = a->url && a->text ? sdp_parse(&a->sdp, span_of(a->text, m->body.len)) : -ENOMEM;
    if (result == 0) {
        *announcement = a;
        return 0;
    }
    announcement_free(a);
    return result == -ENOMEM  ? RTSP_INTERNAL_ERROR
           : result == -E2BIG ? RTSP_BODY_TOO_LARGE
                              : RTSP_BAD_REQUEST;
}

/* What a URL names on its server: all behind the authority, without slashes at its end. The host
 * may go by several names. */
static struct span place_of(struct span url)
{
    struct url parsed;
    if (url_parse(&parsed, url) == 0)
        url = span_of(parsed.path.ptr, (size_t)(url.ptr + url.len - parsed.path.ptr));
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    return url;
}

static bool is_named(struct span place, struct span base, struct span control)
{
    char text[2 * LIMIT_URL];
    struct writer w = writer_of(text, sizeof text);
    return url_resolve(&w, base, control) == 0 &&
           span_is_equal(place_of(writer_written(&w)), place_of(place));
}

/* GStreamer puts a control between the path and its query; others behind both. */
static bool is_named_before_query(struct span url, struct span base, struct span control)
{
    size_t end = span_find(base, '?'), url_end = span_find(url, '?');
    return end < base.len && span_is_equal(span_skip(base, end), span_skip(url, url_end)) &&
           is_named(span_of(url.ptr, url_end), span_of(base.ptr, end), control);
}

/* Whether a SETUP of `url` is of a track with this control (RFC 2326 C.1.1). */
static bool is_control(const struct announcement *a, struct span url, struct span control)
{
    char text[2 * LIMIT_URL];
    struct writer w = writer_of(text, sizeof text);
    struct span base = span_text(a->url);

    return is_named(url, base, control) || is_named_before_query(url, base, control) ||
           (url_resolve(&w, base, a->sdp.control) == 0 &&
            is_named(url, writer_written(&w), control));
}

int session_find_announced(const struct rtsp_session *session, struct span url)
{
    const struct announcement *a = session->announcement;
    int found = -1;
    for (int i = 0; i < (int)a->sdp.track_count; i++) {
        if (!is_control(a, url, a->sdp.tracks[i].control))
            continue;
        if (!session_track(session, i))
            return i;
        if (found < 0)
            found = i;
    }
    return found;
}
