/* Where the origin sends the puller, and whether it goes there (RFC 2326 10.10, 11.2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"
#include "net/address_range.h"
#include "wire/url.h"

/* Redirects in a row; after so long a time of playing the count begins anew. */
static const int64_t settled_us = 10 * CLOCK_SECOND_US;

static bool is_host_of(const char *source, const struct url *url)
{
    struct url own;
    return url_parse(&own, span_text(source)) == 0 && span_is_equal_nocase(own.host, url->host);
}

bool puller_is_at_source(const struct puller *p)
{
    struct url own, url;
    return url_parse(&own, span_text(p->path->source)) == 0 &&
           url_parse(&url, span_text(p->url)) == 0 && own.is_tls == url.is_tls &&
           puller_port(p, &own) == puller_port(p, &url) && span_is_equal_nocase(own.host, url.host);
}

/* What the operator wrote is gone to. A redirect from there may lead to another port of the same
 * host and to any ordinary address; to special ones, and wherever a client chose the origin, only
 * as `origins` allows. */
enum origin_verdict puller_may_go(const struct puller *p, const struct url *url,
                                  const struct address *to)
{
    if (!p->path->is_origin_named &&
        (is_host_of(p->path->source, url) || address_range_of(to).kind == ADDRESS_ORDINARY))
        return ORIGIN_ALLOWED;
    return origins_check_address(&p->gateway->origins, url, to);
}

void puller_forget_moves(struct puller *p)
{
    for (size_t i = 0; i < PULLER_MOVES; i++) {
        free(p->left[i]);
        p->left[i] = NULL;
    }
}

static bool was_left(const struct puller *p, const char *url)
{
    for (size_t i = 0; i < PULLER_MOVES; i++)
        if (p->left[i] && strcmp(p->left[i], url) == 0)
            return true;
    return strcmp(p->url, url) == 0;
}

/* A step on the way to where it plays. NULL, or why it is not taken. */
static const char *leave_for(struct puller *p, const char *url)
{
    struct url parsed;
    if (url_parse(&parsed, span_text(url)) < 0)
        return "the origin redirects to what is no RTSP URL";
    if (parsed.is_tls)
        return "the origin redirects to rtsps, which is not spoken yet";
    if (p->path->is_origin_named &&
        origins_check_url(&p->gateway->origins, &parsed) != ORIGIN_ALLOWED)
        return "the origin redirects to one that is not allowed";
    if (!p->is_playing && was_left(p, url))
        return "the origin redirects in a circle";
    if (!p->is_playing && !(p->left[p->move_count - 1] = strdup(p->url)))
        return strerror(ENOMEM);
    span_copy(p->url, sizeof p->url, span_text(url));
    return NULL;
}

static void tell(const struct puller *p)
{
    char text[LIMIT_URL + 1];
    struct writer w = writer_of(text, sizeof text - 1);
    struct url url;
    if (url_parse(&url, span_text(p->url)) < 0)
        return;
    url.query = span_of(NULL, 0); /* cameras keep tokens there */
    url_write(&w, &url);
    text[w.len] = '\0';
    log_event(p->gateway->log, LOG_INFO, "source_moved", "path source to", p->path->name,
              p->path->shown, text);
}

void puller_move(struct puller *p, struct span url)
{
    char text[LIMIT_URL + 1];
    const char *reason = NULL;
    int64_t now_us = clock_now_us();

    if (p->is_playing && now_us - p->playing_us >= settled_us)
        p->move_count = 0;
    if (p->is_playing)
        puller_forget_moves(p);
    if (p->is_playing && stream_is_own(p->stream))
        reason = "the origin moves away from what it plays to one viewer";
    else if (++p->move_count > PULLER_MOVES)
        reason = "the origin redirects without an end";
    else if (url.len > 0 && span_copy(text, sizeof text, url) == 0)
        reason = leave_for(p, text);
    if (reason) {
        puller_fail(p, SOURCE_REFUSED, RTSP_BAD_GATEWAY, reason);
        return;
    }
    stream_source_counts(p->stream)->moves++;
    stream_source_moves(p->stream);
    tell(p);
    p->is_elsewhere = true;
    puller_begin_again_soon(p);
}

bool puller_switch_transport(struct puller *p, const char *reason)
{
    if (p->path->transport != SOURCE_AUTO || p->path->is_tunnelled || p->has_switched ||
        stream_protocol(p->stream)[0])
        return false;
    log_event(p->gateway->log, LOG_INFO, "source_falls_back", "path source to reason",
              p->path->name, p->path->shown, p->uses_tcp ? "udp" : "tcp", reason);
    p->has_switched = true;
    p->wants_tcp = !p->uses_tcp;
    stream_remember_transport(p->stream, p->wants_tcp);
    puller_begin_again_soon(p);
    return true;
}
