#include "gateway/publisher.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/dialogue.h"
#include "gateway/media_in.h"
#include "gateway/path_pattern.h"
#include "gateway/stream.h"
#include "wire/rtsp_message.h"

/* Who announces and does not record keeps the place from others. */
static const int64_t announced_us = 10 * CLOCK_SECOND_US;

struct publisher {
    struct source base;
    struct gateway *gateway;
    struct rtsp_session *session;
    struct stream *stream; /* NULL: it feeds it no more */
    const char *doom;      /* why it is to end; NULL */
    char shown[sizeof "publisher " + ADDRESS_TEXT];
    struct address peer;
    bool has_recorded;
    int64_t since_us;
    int64_t heard_us; /* the media's, when the session was told last that it lives */
    struct media_in media;
    struct publisher *prev, *next;
};

static void log_publisher(const struct publisher *p, const char *event, const char *reason)
{
    char address[ADDRESS_TEXT];
    log_event(p->gateway->log, LOG_INFO, event, "path address transport reason",
              p->stream ? stream_settings(p->stream)->name : NULL, address_write(address, &p->peer),
              p->has_recorded ? p->media.is_tcp ? "tcp" : "udp" : NULL, reason);
}

static void doom(struct publisher *p, const char *reason)
{
    if (!p->doom)
        p->doom = reason;
}

/* The source. */

/* The stream has enough of it, maybe while it is on the stack: the next tick ends it. */
static void stop(struct source *source)
{
    struct publisher *p = (struct publisher *)source;
    log_publisher(p, "publisher_stopped", p->doom);
    if (!p->doom)
        media_in_say_goodbye(&p->media);
    p->stream = p->media.stream = NULL;
    media_in_close(&p->media);
    doom(p, "its stream goes on without it");
}

static const char *transport(const struct source *source)
{
    const struct publisher *p = (const struct publisher *)source;
    return p->media.is_tcp ? "tcp" : "udp";
}

static const char *shown(const struct source *source)
{
    return ((const struct publisher *)source)->shown;
}

static void want_key(struct source *source, unsigned track)
{
    struct publisher *p = (struct publisher *)source;
    media_in_want_key(&p->media, track);
    media_in_tick(&p->media, clock_now_us());
}

/* Asked for with the next packets that come: others may miss it too. */
static void want_packet(struct source *source, unsigned track, uint16_t seq)
{
    struct publisher *p = (struct publisher *)source;
    media_in_want_packet(&p->media, track, seq);
}

const struct source_kind publisher_kind = {
    .stop = stop,
    .transport = transport,
    .want_key = want_key,
    .want_packet = want_packet,
    .shown = shown,
};

bool publisher_is_possible(const struct settings *settings)
{
    for (size_t i = 0; i < settings->path_count; i++)
        if (settings->paths[i].kind == &publisher_kind)
            return true;
    for (size_t i = 0; i < settings->pattern_count; i++)
        if (settings->patterns[i].path.kind == &publisher_kind)
            return true;
    return false;
}

/* What its client asks for. */

int publisher_announce(struct rtsp_session *session, struct gateway *g,
                       struct connection *connection, const struct naming *naming)
{
    struct stream *stream = NULL;
    struct publisher *p = calloc(1, sizeof *p);
    char address[ADDRESS_TEXT];
    int status = p ? stream_offer(&stream, g, naming) : RTSP_INTERNAL_ERROR;

    if (status != RTSP_OK) {
        free(p);
        return status;
    }
    p->base.kind = &publisher_kind;
    p->gateway = g;
    p->session = session;
    p->stream = stream;
    p->since_us = clock_now_us();
    p->peer = *connection_peer(connection);
    snprintf(p->shown, sizeof p->shown, "publisher %s", address_write(address, &p->peer));
    media_in_init(&p->media, g);
    DL_APPEND(g->publishers, p);
    rtsp_session_bind(session, p);
    stream_feed(stream, &p->base);
    log_publisher(p, "publisher_announced", NULL);
    return RTSP_OK;
}

int publisher_set_up(struct publisher *p, struct connection *connection, unsigned track,
                     struct rtsp_delivery *wanted)
{
    if (!p->stream)
        return RTSP_SESSION_NOT_FOUND;
    media_in_attach(&p->media, connection);
    p->media.is_tcp = wanted->is_tcp;
    if (wanted->is_tcp) {
        media_in_set_channels(&p->media, track, wanted->channel);
        return RTSP_OK;
    }
    if (media_in_open(&p->media, track) < 0)
        return RTSP_UNAVAILABLE;
    media_in_aim(&p->media, track, wanted->client_port);
    wanted->server_port[0] = media_in_port(&p->media, track);
    wanted->server_port[1] = (uint16_t)(wanted->server_port[0] + 1);
    return RTSP_OK;
}

int publisher_record(struct publisher *p, struct span description)
{
    if (!p->stream)
        return RTSP_SESSION_NOT_FOUND;
    if (p->has_recorded) { /* it had paused */
        p->media.stream = p->stream;
        return RTSP_OK;
    }
    if (stream_described(p->stream, description) < 0)
        return RTSP_INTERNAL_ERROR;
    p->has_recorded = true;
    p->media.stream = p->stream;
    media_in_start_reports(&p->media, p->stream->sdp);
    media_in_plan_reports(&p->media, clock_now_us());
    stream_source_started(p->stream);
    return RTSP_OK;
}

void publisher_pause(struct publisher *p)
{
    p->media.stream = NULL;
}

struct stream *publisher_frame(struct publisher *p, uint8_t channel, struct span packet,
                               int64_t now_us)
{
    media_in_frame(&p->media, channel, packet, now_us);
    media_in_tick(&p->media, now_us);
    return p->media.stream;
}

/* How it ends. */

void publisher_on_unpublish(void *publisher, enum rtsp_end why)
{
    static const char *const reasons[] = {
        [RTSP_END_TEARDOWN] = "the publisher left",
        [RTSP_END_TIMEOUT] = "no sign of life from the publisher",
        [RTSP_END_CONNECTION] = "the publisher's connection closed",
        [RTSP_END_OWNER] = "the publisher was sent away",
    };
    struct publisher *p = publisher;
    doom(p, reasons[why]);
    if (p->stream)
        stream_source_failed(p->stream, SOURCE_REFUSED, RTSP_NOT_FOUND, p->doom);
    DL_DELETE(p->gateway->publishers, p);
    free(p);
}

/* The connection is closed with it: encoders understand that sooner than they ask. */
static void end(struct publisher *p)
{
    struct dialogue *d = rtsp_session_connection(p->session);
    const char *reason = p->doom;
    rtsp_session_end(p->session);
    if (d)
        dialogue_doom(d, reason);
}

void publisher_tick(struct publisher *p, int64_t now_us)
{
    if (!p->has_recorded && now_us - p->since_us >= announced_us)
        doom(p, "announced, and did not record");
    if (p->doom) {
        end(p);
        return;
    }
    if (p->media.heard_us != p->heard_us)
        rtsp_session_touch(p->session, now_us);
    p->heard_us = p->media.heard_us;
    media_in_tick(&p->media, now_us);
}

void publisher_end_all(struct gateway *g, const char *reason)
{
    while (g->publishers) {
        doom(g->publishers, reason);
        end(g->publishers);
    }
}

struct publisher *publisher_next(const struct publisher *p)
{
    return p->next;
}
