#include "gateway/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/naming.h"
#include "gateway/puller.h"
#include "gateway/stream_internal.h"
#include "gateway/stream_timer.h"
#include "wire/rtsp_message.h"

/* A source that fails again and again after a few packets is given more and more time. */
static const int64_t settled_us = 5 * CLOCK_SECOND_US;

struct stream *stream_make(struct gateway *g, const char *key, const struct path_settings *path,
                           struct path_settings *made, enum input_form form)
{
    struct stream *s = calloc(1, sizeof *s);
    if (s) {
        span_copy(s->key, sizeof s->key, span_text(key));
        HASH_ADD_STR(g->streams, key, s);
    }
    if (!s || !s->hh.tbl) {
        free(s);
        naming_free(made);
        return NULL;
    }
    s->gateway = g;
    s->form = form;
    s->path = path;
    s->made = made;
    g->made_count += made != NULL;
    s->id = (uint64_t)clock_wall_us();
    s->answer_us = s->retry_us = s->idle_us = s->silence_us = s->part_us = INT64_MAX;
    stream_timer_init(s);
    g->stream_count++;
    log_event(g->log, LOG_INFO, "stream_opened", "path source", path->name, path->shown);
    if (!stream_path_is_published(path)) {
        s->retry_us = clock_now_us(); /* from the loop: whoever asks waits first */
        stream_update_idle(s);
    }
    return s;
}

/* `is_offer`: somebody brings what feeds it, which only paths of such a kind take. */
static int find(struct stream **stream, struct gateway *g, const struct naming *naming,
                bool is_offer)
{
    const struct path_settings *path;
    struct path_settings *made;
    struct stream *s;
    HASH_FIND_STR(g->streams, naming->name, s);
    if (!s) {
        int status = g->is_stopping ? RTSP_UNAVAILABLE : naming_find(g, naming, &path, &made);
        if (status != RTSP_OK)
            return status;
        if (is_offer != stream_path_is_published(path)) {
            naming_free(made);
            return is_offer ? RTSP_METHOD_NOT_ALLOWED : RTSP_NOT_FOUND;
        }
        s = stream_make(g, naming->name, path, made, INPUT_LIVE);
    }
    if (!s)
        return RTSP_UNAVAILABLE;
    *stream = s;
    return RTSP_OK;
}

int stream_ask(struct stream **stream, struct gateway *g, const struct naming *naming)
{
    return find(stream, g, naming, false);
}

int stream_offer(struct stream **stream, struct gateway *g, const struct naming *naming)
{
    struct stream *s;
    int status = find(&s, g, naming, true);
    if (status != RTSP_OK)
        return status;
    if (!stream_path_is_published(s->path))
        return RTSP_METHOD_NOT_ALLOWED;
    if (s->source && !s->path->is_override_allowed)
        return RTSP_UNAVAILABLE;
    *stream = s;
    return RTSP_OK;
}

static void release(struct stream *s)
{
    struct gateway *g = s->gateway;
    stream_free_switch(s);
    free(s->sdp);
    free(s->sdp_text);
    g->made_count -= s->made != NULL;
    naming_free(s->made);
    free(s);
    g->stream_count--;
    gateway_handle_closed(g);
}

static void keep_counts(struct stream *s)
{
    uint64_t packets, bytes;
    packet_switch_sent(s->sw, &packets, &bytes);
    s->gateway->past_out_bytes += bytes;
    s->gateway->past_in_bytes += input_counts(packet_switch_input(s->sw)).bytes;
}

void stream_start_anew(struct stream *s)
{
    log_event(s->gateway->log, LOG_WARN, "viewers_dismissed", "path reason", s->path->name,
              "the source has other tracks now");
    stream_dismiss_readers(s);
    keep_counts(s);
    stream_free_switch(s);
}

void stream_end(struct stream *s, const char *reason)
{
    struct gateway *g = s->gateway;
    if (s->is_ended)
        return;
    s->is_ended = true; /* before the others hear of it: they may ask for the stream again */
    HASH_DELETE(hh, g->streams, s);
    stream_stop_source(s);
    stream_answer_waits(s, RTSP_BAD_GATEWAY);
    stream_answer_control(s, RTSP_BAD_GATEWAY);
    stream_dismiss_readers(s);
    if (s->sw)
        keep_counts(s);
    log_event(g->log, LOG_INFO, "stream_closed", "path reason", s->path->name, reason);
    stream_timer_close(s, release);
}

void stream_receive(struct stream *s, unsigned track, bool is_rtcp, struct span packet,
                    bool may_reorder, int64_t now_us)
{
    if (!s->sw || s->is_ended)
        return;
    packet_switch_receive(s->sw, track, is_rtcp, packet, may_reorder, now_us);
    if (is_rtcp)
        return;
    stream_expect_media(s, now_us);
    if (now_us - s->live_us >= settled_us)
        backoff_reset(&s->backoff);
}

void stream_send(struct stream *s, int64_t now_us)
{
    if (!s->sw || s->is_ended)
        return;
    packet_switch_send(s->sw, now_us);
    stream_timer_update(s);
}

static void part(struct stream *s)
{
    s->part_us = INT64_MAX;
    log_event(s->gateway->log, LOG_WARN, "viewers_dismissed", "path reason", s->path->name,
              "the source did not come back");
    stream_dismiss_readers(s);
}

void stream_timer_fired(struct stream *s, int64_t now_us)
{
    if (s->answer_us <= now_us)
        stream_answer_waits(s, RTSP_GATEWAY_TIMEOUT);
    if (s->part_us <= now_us)
        part(s);
    if (s->idle_us <= now_us) {
        stream_end(s, "nobody watches");
        return;
    }
    if (s->silence_us <= now_us)
        stream_source_failed(s, SOURCE_FAILED, RTSP_GATEWAY_TIMEOUT, "no media arrives");
    if (s->is_ended)
        return;
    if (s->retry_us <= now_us)
        stream_start_source(s);
    if (s->is_ended)
        return;
    if (s->sw && packet_switch_deadline_us(s->sw) <= now_us)
        packet_switch_tick(s->sw, now_us);
    stream_update_idle(s);
}

void stream_source_moves(struct stream *s)
{
    if (s->sw)
        input_break(packet_switch_input(s->sw));
}

struct source_counts *stream_source_counts(struct stream *s)
{
    return &s->source_counts;
}

void stream_remember_transport(struct stream *s, bool is_tcp)
{
    s->is_udp_silent = is_tcp;
}

bool stream_remembers_tcp(const struct stream *s)
{
    return s->is_udp_silent;
}

int stream_set_via(struct stream *s, struct span chain)
{
    if (chain.len == 0 || s->source || s->pulls > 0)
        return 0;
    return span_copy(s->via, sizeof s->via, chain) < 0 ? -E2BIG : 0;
}

const char *stream_via(const struct stream *s)
{
    return s->via;
}

struct gateway *stream_gateway(struct stream *s)
{
    return s->gateway;
}

const struct path_settings *stream_settings(const struct stream *s)
{
    return s->path;
}
