#include "gateway/puller.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/puller_internal.h"
#include "wire/url.h"

static const int64_t connect_timeout_us = 5 * CLOCK_SECOND_US;
static const int64_t answer_timeout_us = 10 * CLOCK_SECOND_US;
/* auto: this long without a packet over UDP means that it does not get through. */
static const int64_t udp_silence_us = 3 * CLOCK_SECOND_US;
static const int64_t report_interval_us = 5 * CLOCK_SECOND_US; /* RFC 3550 6.2 */

static void try_next_address(struct puller *p);

void puller_fail(struct puller *p, enum source_failure failure, int status, const char *reason)
{
    struct stream *stream = p->stream;
    if (stream)
        stream_source_failed(stream, failure, status, reason);
}

static int64_t deadline_us(const struct puller *p)
{
    int64_t deadlines[] = {p->connect_us, p->silence_us, p->is_playing ? p->report_us : INT64_MAX,
                           p->client ? rtsp_client_deadline_us(p->client) : INT64_MAX};
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
        first = deadlines[i] < first ? deadlines[i] : first;
    return first;
}

/* Ends the session and its sockets; the puller itself stays. */
static void disconnect(struct puller *p)
{
    p->query = resolver_cancel(p->query);
    if (p->client && p->connection)
        rtsp_client_stop(p->client);
    p->client = rtsp_client_free(p->client);
    p->connection = connection_close(p->connection);
    puller_close_media(p);
    p->is_playing = p->has_media = false;
    p->connect_us = p->silence_us = INT64_MAX;
}

/* UDP does not get through: the same again, over TCP. */
static void fall_back(struct puller *p, const char *reason)
{
    log_event(p->gateway->log, LOG_INFO, "source_falls_back", "path source reason", p->path->name,
              p->path->shown, reason);
    stream_remember_tcp(p->stream);
    disconnect(p);
    p->uses_tcp = true;
    p->address_next = 0;
    try_next_address(p);
}

static void on_timer(uv_timer_t *timer)
{
    struct puller *p = timer->data;
    int64_t now_us = clock_now_us();

    if (p->connect_us <= now_us) {
        p->connection = connection_close(p->connection);
        try_next_address(p);
    }
    if (p->stream && p->silence_us <= now_us)
        fall_back(p, "nothing arrives over UDP");
    if (p->stream && p->is_playing && p->report_us <= now_us) {
        puller_send_reports(p, now_us);
        p->report_us = now_us + (int64_t)((double)report_interval_us * random_jitter());
    }
    if (p->stream && p->client)
        rtsp_client_tick(p->client, now_us);
    puller_update_timer(p);
}

void puller_update_timer(struct puller *p)
{
    int64_t first_us = p->stream ? deadline_us(p) : INT64_MAX;
    if (uv_is_closing((uv_handle_t *)&p->timer))
        return;
    if (first_us == INT64_MAX) {
        uv_timer_stop(&p->timer);
        return;
    }
    int64_t wait_us = first_us - clock_now_us();
    uv_update_time(p->gateway->loop);
    uv_timer_start(&p->timer, on_timer, wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 0, 0);
}

/* What the virtual client asks of us. */

static void on_send(void *owner, struct span bytes)
{
    struct puller *p = owner;
    connection_write(p->connection, bytes); /* a broken connection is heard of by itself */
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    struct puller *p = owner;
    p->track_count = sdp->track_count;
    return stream_described(p->stream, text);
}

static int on_offer(void *owner, unsigned track, struct transport *transport)
{
    return puller_offer(owner, track, transport);
}

static int on_set_up(void *owner, unsigned track, const struct transport *transport)
{
    return puller_set_up(owner, track, transport);
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct puller *p = owner;
    int64_t now_us = clock_now_us();
    (void)infos; /* the packets themselves say where they begin */
    (void)count;
    p->is_playing = true;
    p->report_us = now_us + (int64_t)((double)report_interval_us / 2 * random_jitter());
    if (p->path->transport == SOURCE_AUTO && !p->uses_tcp && !p->has_media)
        p->silence_us = now_us + udp_silence_us;
    stream_source_started(p->stream);
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    puller_receive_frame(owner, channel, packet);
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct puller *p = owner;
    char reason[64];

    if (failure == RTSP_CLIENT_REFUSED && status == RTSP_UNSUPPORTED_TRANSPORT &&
        p->path->transport == SOURCE_AUTO && !p->uses_tcp) {
        p->silence_us = 0; /* the client may not be freed from here: the timer falls back */
        return;
    }
    if (failure != RTSP_CLIENT_REFUSED) {
        puller_fail(p, SOURCE_FAILED,
                    failure == RTSP_CLIENT_TIMED_OUT ? RTSP_GATEWAY_TIMEOUT : RTSP_BAD_GATEWAY,
                    rtsp_client_failure_name(failure));
        return;
    }
    snprintf(reason, sizeof reason, "origin answered %d %s", status, rtsp_reason(status));
    bool is_theirs = status == RTSP_NOT_FOUND || status == RTSP_FORBIDDEN;
    puller_fail(p, status >= 400 && status < 500 ? SOURCE_REFUSED : SOURCE_FAILED,
                is_theirs ? status : RTSP_BAD_GATEWAY, reason);
}

static const struct rtsp_client_ops client_ops = {
    .send = on_send,
    .described = on_described,
    .offer = on_offer,
    .set_up = on_set_up,
    .playing = on_playing,
    .frame = on_frame,
    .failed = on_failed,
};

/* The connection. */

static void on_connected(void *owner, int error)
{
    struct puller *p = owner;
    struct rtsp_client_settings settings = {
        .url = p->path->source,
        .user = p->path->user,
        .password = p->path->password,
        .user_agent = "weir",
        .answer_timeout_us = answer_timeout_us,
    };
    p->connect_us = INT64_MAX;
    if (error < 0) {
        span_copy(p->error, sizeof p->error, span_text(strerror(-error)));
        p->connection = connection_close(p->connection);
        try_next_address(p);
        return;
    }
    int result = rtsp_client_new(&p->client, &settings, &client_ops, p);
    if (result < 0) {
        puller_fail(p, SOURCE_FAILED, RTSP_UNAVAILABLE, strerror(-result));
        return;
    }
    rtsp_client_start(p->client, clock_now_us());
    puller_update_timer(p);
}

static void on_readable(void *owner)
{
    struct puller *p = owner;
    int64_t now_us = clock_now_us();
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
    char reason[96];
    snprintf(reason, sizeof reason, "connection %s%s",
             error < 0 ? "broke: " : "closed by the origin", error < 0 ? strerror(-error) : "");
    puller_fail(owner, SOURCE_FAILED, RTSP_BAD_GATEWAY, reason);
}

static const struct connection_ops connection_ops = {
    .connected = on_connected,
    .readable = on_readable,
    .ended = on_ended,
};

static void try_next_address(struct puller *p)
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
    span_copy(p->error, sizeof p->error, span_text("the origin does not answer"));
    try_next_address(p);
}

static int ask_for_host(struct puller *p)
{
    struct url url;
    char host[LIMIT_NAME];
    int result = url_parse(&url, span_text(p->path->source));
    if (result == 0)
        result = span_copy(host, sizeof host, url.host);
    if (result < 0)
        return result;
    return resolver_ask(&p->query, p->gateway->loop, host, url.port, on_resolved, p);
}

/* The source. */

static int start(struct source **source, struct stream *stream)
{
    struct puller *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->base.kind = &puller_kind;
    p->stream = stream;
    p->gateway = stream_gateway(stream);
    p->path = stream_settings(stream);
    p->uses_tcp = p->path->transport == SOURCE_TCP ||
                  (p->path->transport == SOURCE_AUTO && stream_remembers_tcp(stream));
    p->ssrc = random_u32();
    p->connect_us = p->silence_us = INT64_MAX;
    random_token(p->cname, sizeof p->cname - 1);
    memset(p->track_of_channel, PULLER_NO_TRACK, sizeof p->track_of_channel);
    int result = ask_for_host(p);
    if (result < 0) {
        free(p);
        return result;
    }
    uv_timer_init(p->gateway->loop, &p->timer);
    p->timer.data = p;
    *source = &p->base;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct puller *p = handle->data;
    rtsp_client_free(p->client);
    free(p);
}

/* May be called from within an operation of the client, which therefore is freed with the timer. */
static void stop(struct source *source)
{
    struct puller *p = (struct puller *)source;
    struct rtsp_client *client = p->client;
    if (client && p->connection)
        rtsp_client_stop(client);
    p->client = NULL;
    disconnect(p);
    p->client = client;
    p->stream = NULL;
    uv_close((uv_handle_t *)&p->timer, on_closed);
}

static const char *transport(const struct source *source)
{
    const struct puller *p = (const struct puller *)source;
    if (!p->is_playing)
        return "";
    return p->uses_tcp ? "tcp" : "udp";
}

const struct source_kind puller_kind = {.start = start, .stop = stop, .transport = transport};
