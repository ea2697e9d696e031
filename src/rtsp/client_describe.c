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

static char *resolve(struct span base, struct span reference)
{
    char url[LIMIT_URL + 1];
    struct writer w = writer_of(url, sizeof url - 1);
    if (url_resolve(&w, base, reference) < 0)
        return NULL;
    url[w.len] = '\0';
    return strdup(url);
}

/* RFC 2326 C.1.1: Content-Base, Content-Location, the request's own URL. */
static struct span base_of(const struct rtsp_client *c, const struct rtsp_message *m)
{
    struct url url;
    struct span base = rtsp_header_find(m, "Content-Base");
    if (url_parse(&url, base) < 0)
        base = rtsp_header_find(m, "Content-Location");
    return url_parse(&url, base) < 0 ? span_text(c->request_url) : base;
}

/* The tracks' URLs. 0; -EBADMSG when there is no RTP among them. */
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
        c->tracks[i].url = resolve(base, sdp->tracks[i].control);
        has_one |= c->tracks[i].url != NULL;
    }
    return has_one ? 0 : -EBADMSG;
}

void client_on_described(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct span base = base_of(c, m);
    struct sdp *sdp = malloc(sizeof *sdp);
    int result = sdp ? sdp_parse(sdp, m->body) : -ENOMEM;

    client_forget_tracks(c);
    free(c->base_url);
    c->base_url = NULL;
    if (result == 0)
        result = take_tracks(c, sdp, base);
    if (result == 0 && !(c->base_url = resolve(base, sdp->control)))
        result = -EBADMSG;
    if (result == 0)
        result = c->ops->described(c->owner, sdp, m->body);
    free(sdp);
    if (result < 0) {
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    if (c->is_over)
        return; /* the description was all the owner wanted */
    c->track_next = 0;
    client_set_up_next(c);
}
