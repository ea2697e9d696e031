/* The way to the origin: its name, its addresses, the connection. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"
#include "rtsp/via.h"
#include "wire/tunnel.h"
#include "wire/url.h"

static const int64_t connect_timeout_us = 5 * CLOCK_SECOND_US;
static const int64_t answer_timeout_us = 10 * CLOCK_SECOND_US;

static int begin_dialogue(struct puller *p)
{
    char via[VIA_TEXT + 1];
    struct writer w = writer_of(via, sizeof via - 1);
    bool is_at_source = puller_is_at_source(p); /* the credentials are nobody else's business */
    struct rtsp_client_settings settings = {
        .url = p->url,
        .user = is_at_source ? p->path->user : NULL,
        .password = is_at_source ? p->path->password : NULL,
        .user_agent = "weir",
        .answer_timeout_us = answer_timeout_us,
        .protocol = stream_protocol(p->stream),
        .is_stored = stream_is_own(p->stream),
        .via = via,
        .oddities = &stream_source_counts(p->stream)->oddities,
    };
    int result = via_append(&w, span_text(stream_via(p->stream)), p->gateway->pseudonym);
    if (result < 0)
        return result;
    via[w.len] = '\0';
    return rtsp_client_new(&p->client, &settings, &puller_client_ops, p);
}

static void start_dialogue(struct puller *p)
{
    p->connect_us = INT64_MAX;
    media_in_attach(&p->media, p->connection);
    int result = begin_dialogue(p);
    if (result < 0) {
        bool is_far = result == -E2BIG;
        puller_fail(p, is_far ? SOURCE_REFUSED : SOURCE_FAILED,
                    is_far ? RTSP_BAD_GATEWAY : RTSP_UNAVAILABLE,
                    is_far ? "too many gateways in a row" : strerror(-result));
        return;
    }
    rtsp_client_start(p->client, clock_now_us());
    puller_update_timer(p);
}

static void ask_for_tunnel(struct puller *p)
{
    int result = puller_tunnel_open(p);
    p->connect_us = clock_now_us() + answer_timeout_us;
    if (result < 0)
        puller_fail(p, SOURCE_FAILED, RTSP_UNAVAILABLE, strerror(-result));
    else
        puller_update_timer(p);
}

static void on_connected(void *owner, int error)
{
    struct puller *p = owner;
    p->connect_us = INT64_MAX;
    if (error < 0) {
        span_copy(p->error, sizeof p->error, span_text(strerror(-error)));
        p->connection = connection_close(p->connection);
        puller_try_next_address(p);
        return;
    }
    if (p->path->is_tunnelled)
        ask_for_tunnel(p);
    else
        start_dialogue(p);
}

static void on_readable(void *owner)
{
    struct puller *p = owner;
    int64_t now_us = clock_now_us();
    if (!p->client) {
        if (puller_tunnel_take_answer(p) == 0)
            start_dialogue(p);
        return;
    }
    size_t taken = rtsp_client_consume(p->client, connection_inbox(p->connection), now_us);
    if (!p->stream)
        return; /* the stream has stopped us: the connection is closing */
    connection_consume(p->connection, taken);
    stream_send(p->stream, now_us);
    if (p->stream)
        puller_update_timer(p);
}

static void on_ended(void *owner, int error)
{
    struct puller *p = owner;
    char reason[96];
    if (p->again_us != INT64_MAX)
        return; /* it is over anyway: some close behind a redirect */
    snprintf(reason, sizeof reason, "connection %s%s",
             error < 0 ? "broke: " : "closed by the origin", error < 0 ? strerror(-error) : "");
    puller_fail(p, SOURCE_FAILED, RTSP_BAD_GATEWAY, reason);
}

static const struct connection_ops connection_ops = {
    .connected = on_connected,
    .readable = on_readable,
    .ended = on_ended,
};

void puller_try_next_address(struct puller *p)
{
    while (p->address_next < p->address_count) {
        const struct address *to = &p->addresses[p->address_next++];
        int result = connection_connect(&p->connection, p->gateway->loop, to, &connection_ops, p);
        if (result == 0) {
            p->connect_us = clock_now_us() + connect_timeout_us;
            puller_update_timer(p);
            return;
        }
        span_copy(p->error, sizeof p->error, span_text(strerror(-result)));
    }
    puller_fail(p, SOURCE_UNREACHABLE, RTSP_BAD_GATEWAY, p->error);
}

/* Of the addresses, those that a client or a redirect may lead us to. The connection goes to one of
 * them as they are now: the name is not asked for again. */
static bool keep_allowed(struct puller *p)
{
    struct url url;
    size_t kept = 0;
    enum origin_verdict verdict = ORIGIN_MALFORMED;
    bool is_url = url_parse(&url, span_text(p->url)) == 0;
    for (size_t i = 0; is_url && i < p->address_count; i++) {
        verdict = puller_may_go(p, &url, &p->addresses[i]);
        if (verdict == ORIGIN_ALLOWED)
            p->addresses[kept++] = p->addresses[i];
    }
    p->address_count = kept;
    if (kept == 0)
        puller_fail(p, SOURCE_REFUSED, p->move_count > 0 ? RTSP_BAD_GATEWAY : RTSP_FORBIDDEN,
                    origin_verdict_reason(verdict));
    return kept > 0;
}

static void on_resolved(void *owner, int error, const struct address *addresses, size_t count)
{
    struct puller *p = owner;
    p->query = NULL;
    if (error < 0) {
        puller_fail(p, SOURCE_FAILED, RTSP_BAD_GATEWAY, uv_strerror(error));
        return;
    }
    memcpy(p->addresses, addresses, count * sizeof *addresses);
    p->address_count = count;
    p->address_next = 0;
    if (!keep_allowed(p))
        return;
    span_copy(p->error, sizeof p->error, span_text("the origin does not answer"));
    puller_try_next_address(p);
}

uint16_t puller_port(const struct puller *p, const struct url *url)
{
    return p->path->is_tunnelled && !url->has_port ? TUNNEL_PORT : url->port;
}

int puller_connect(struct puller *p)
{
    struct url url;
    char host[LIMIT_NAME];
    int result = url_parse(&url, span_text(p->url));
    p->is_elsewhere = false;
    if (result == 0)
        result = span_copy(host, sizeof host, url.host);
    if (result < 0)
        return result;
    return resolver_ask(&p->query, p->gateway->loop, host, puller_port(p, &url), on_resolved, p);
}
