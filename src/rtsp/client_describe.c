/* What the origin describes: the tracks, and the URLs they are asked for by. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtsp/client_internal.h"
#include "wire/url.h"

void client_forget_tracks(struct rtsp_client *c)
{
    for (size_t i = 0; i < c->track_count; i++)
        free(c->tracks[i].url);
    free(c->tracks);
    c->tracks = NULL;
    c->track_count = 0;
}

/* 0; -EBADMSG where that is no URL; -ENOMEM. */
static int resolve(char **resolved, struct span base, struct span reference)
{
    char url[LIMIT_URL + 1];
    struct writer w = writer_of(url, sizeof url - 1);
    if (url_resolve(&w, base, reference) < 0)
        return -EBADMSG;
    url[w.len] = '\0';
    char *copy = strdup(url);
    if (!copy)
        return -ENOMEM;
    *resolved = copy;
    return 0;
}

/* RFC 2326 C.1.1: Content-Base, Content-Location, the request's own URL. Each may be relative to
 * the one that follows it. Into `text`, which holds LIMIT_URL bytes. */
static struct span base_of(const struct rtsp_client *c, const struct rtsp_message *m, char *text)
{
    static const char *const names[] = {"Content-Base", "Content-Location"};
    struct url url;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct span base = rtsp_header_find(m, names[i]);
        struct writer w = writer_of(text, LIMIT_URL);
        if (url_parse(&url, base) == 0)
            return base;
        if (span_has_prefix(base, "/") && url_resolve(&w, span_text(c->request_url), base) == 0)
            return writer_written(&w);
    }
    return span_text(c->request_url);
}

/* The tracks' URLs. 0; -EBADMSG when there is no RTP among them; -ENOMEM. */
static int take_tracks(struct rtsp_client *c, const struct sdp *sdp, struct span base)
{
    bool has_one = false;
    c->tracks = calloc(sdp->track_count, sizeof *c->tracks);
    if (!c->tracks)
        return -ENOMEM;
    c->track_count = sdp->track_count;
    for (size_t i = 0; i < sdp->track_count; i++) {
        if (!c->protocol[0] && !span_has_prefix_nocase(sdp->tracks[i].protocol, "RTP/"))
            continue;
        int result = resolve(&c->tracks[i].url, base, sdp->tracks[i].control);
        if (result == -ENOMEM) /* not as if the track were not there */
            return result;
        has_one |= result == 0;
    }
    return has_one ? 0 : -EBADMSG;
}

static enum rtsp_client_failure failure_of(int result)
{
    if (result == -E2BIG)
        return RTSP_CLIENT_TRACKS;
    if (result == -ENOMEM)
        return RTSP_CLIENT_SHORT;
    return result == -EBADMSG ? RTSP_CLIENT_NO_MEDIA : RTSP_CLIENT_BROKEN;
}

void client_on_described(struct rtsp_client *c, const struct rtsp_message *m)
{
    char text[LIMIT_URL];
    struct span base = base_of(c, m, text);
    struct sdp *sdp = malloc(sizeof *sdp);
    int result = sdp ? sdp_parse(sdp, m->body) : -ENOMEM;

    client_forget_tracks(c);
    free(c->base_url);
    c->base_url = NULL;
    if (result == 0)
        result = take_tracks(c, sdp, base);
    if (result == 0)
        result = resolve(&c->base_url, base, sdp->control);
    if (result == 0)
        result = c->ops->described(c->owner, sdp, m->body);
    free(sdp);
    if (result < 0) {
        client_fail(c, failure_of(result), 0);
        return;
    }
    if (c->is_over)
        return; /* the description was all the owner wanted */
    c->track_next = 0;
    client_set_up_next(c);
}
