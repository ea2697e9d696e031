#include "gateway/puller.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"

void puller_fail(struct puller *p, enum source_failure failure, int status, const char *reason)
{
    struct stream *stream = p->stream;
    if (stream)
        stream_source_failed(stream, failure, status, reason);
}

static int64_t deadline_us(const struct puller *p)
{
    int64_t deadlines[] = {p->again_us, p->connect_us, p->silence_us,
                           media_in_deadline_us(&p->media),
                           p->client ? rtsp_client_deadline_us(p->client) : INT64_MAX};
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
        first = deadlines[i] < first ? deadlines[i] : first;
    return first;
}

void puller_disconnect(struct puller *p)
{
    p->query = resolver_cancel(p->query);
    if (p->client && p->connection) {
        media_in_say_goodbye(&p->media);
        rtsp_client_stop(p->client);
    }
    p->client = rtsp_client_free(p->client);
    puller_tunnel_close(p);
    p->connection = connection_close(p->connection);
    media_in_close(&p->media);
    memset(p->has_channel, 0, sizeof p->has_channel);
    p->is_playing = false;
    p->again_us = p->connect_us = p->silence_us = INT64_MAX;
}

/* The client may not be freed from within: the timer does it. */
void puller_begin_again_soon(struct puller *p)
{
    p->again_us = 0;
    p->silence_us = INT64_MAX;
    puller_update_timer(p);
}

static void begin_again(struct puller *p)
{
    int result = 0;
    puller_disconnect(p);
    p->uses_tcp = p->media.is_tcp = p->wants_tcp;
    p->address_next = 0;
    if (p->is_elsewhere)
        result = puller_connect(p);
    else
        puller_try_next_address(p);
    if (result < 0)
        puller_fail(p, SOURCE_REFUSED, RTSP_BAD_GATEWAY, strerror(-result));
}

static void on_timer(uv_timer_t *timer)
{
    struct puller *p = timer->data;
    int64_t now_us = clock_now_us();

    if (p->connect_us <= now_us) {
        puller_tunnel_close(p);
        p->connection = connection_close(p->connection);
        puller_try_next_address(p);
    }
    if (p->stream && p->silence_us <= now_us) {
        p->silence_us = INT64_MAX;
        if (!p->media.has_media)
            puller_switch_transport(p, "nothing arrives over UDP");
    }
    if (p->stream && p->again_us <= now_us)
        begin_again(p);
    if (p->stream)
        media_in_tick(&p->media, now_us);
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

/* The source. */

static bool uses_tcp_first(const struct puller *p)
{
    struct span protocol = span_text(stream_protocol(p->stream));
    if (protocol.len > 0)
        return span_has_suffix(protocol, "/tcp") || span_has_suffix(protocol, "/TCP");
    return p->path->is_tunnelled || p->path->transport == SOURCE_TCP ||
           (p->path->transport == SOURCE_AUTO && stream_remembers_tcp(p->stream));
}

static int control(struct source *source, enum rtsp_method method,
                   const struct rtsp_client_wish *wish)
{
    struct puller *p = (struct puller *)source;
    int64_t now_us = clock_now_us();
    int result = method == RTSP_PLAY ? rtsp_client_play(p->client, wish, now_us)
                                     : rtsp_client_pause(p->client, now_us);
    puller_update_timer(p);
    return result;
}

static void write_media(void *owner, struct span bytes)
{
    puller_write(owner, bytes);
}

static int start(struct source **source, struct stream *stream)
{
    struct puller *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->base.kind = &puller_kind;
    p->stream = stream;
    p->gateway = stream_gateway(stream);
    p->path = stream_settings(stream);
    p->uses_tcp = uses_tcp_first(p);
    media_in_init(&p->media, p->gateway);
    p->media.stream = stream;
    p->media.is_tcp = p->uses_tcp;
    p->media.write = write_media;
    p->media.owner = p;
    p->wants_tcp = p->uses_tcp;
    p->again_us = p->connect_us = p->silence_us = INT64_MAX;
    int result = span_copy(p->url, sizeof p->url, span_text(p->path->source));
    if (result == 0)
        result = puller_connect(p);
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
    puller_forget_moves(p);
    free(p);
}

/* May be called from within an operation of the client, which therefore is freed with the timer. */
static void stop(struct source *source)
{
    struct puller *p = (struct puller *)source;
    struct rtsp_client *client = p->client;
    if (client && p->connection) {
        media_in_say_goodbye(&p->media);
        rtsp_client_stop(client);
    }
    p->client = NULL;
    puller_disconnect(p);
    p->client = client;
    p->stream = p->media.stream = NULL;
    uv_close((uv_handle_t *)&p->timer, on_closed);
}

static void want_key(struct source *source, unsigned track)
{
    struct puller *p = (struct puller *)source;
    media_in_want_key(&p->media, track);
    puller_update_timer(p);
}

static void want_packet(struct source *source, unsigned track, uint16_t seq)
{
    struct puller *p = (struct puller *)source;
    media_in_want_packet(&p->media, track, seq);
    puller_update_timer(p);
}

static const char *transport(const struct source *source)
{
    const struct puller *p = (const struct puller *)source;
    if (!p->is_playing)
        return "";
    if (p->tunnel)
        return "http";
    if (p->media.is_group)
        return "multicast";
    return p->uses_tcp ? "tcp" : "udp";
}

static unsigned group_interface(const struct source *source)
{
    return ((const struct puller *)source)->media.group_interface;
}

const struct source_kind puller_kind = {
    .start = start,
    .stop = stop,
    .transport = transport,
    .control = control,
    .want_key = want_key,
    .want_packet = want_packet,
    .group_interface = group_interface,
};
