/* A stream and its source: started, fed, failed, tried again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/puller.h"
#include "gateway/stream_internal.h"
#include "wire/rtsp_message.h"

bool stream_path_is_published(const struct path_settings *path)
{
    return path->kind && !path->kind->start;
}

unsigned stream_group_interface(const struct stream *s)
{
    const struct source *source = s->source;
    return source && source->kind->group_interface ? source->kind->group_interface(source) : 0;
}

void stream_start_source(struct stream *s)
{
    const struct source_kind *kind = s->path->kind ? s->path->kind : &puller_kind;
    s->retry_us = INT64_MAX;
    int result = kind->start(&s->source, s);
    if (result < 0)
        stream_source_failed(s, SOURCE_FAILED, RTSP_UNAVAILABLE, strerror(-result));
}

void stream_stop_source(struct stream *s)
{
    struct source *source = s->source;
    s->source = NULL;
    s->is_live = false;
    s->silence_us = INT64_MAX;
    if (source)
        source->kind->stop(source);
}

void stream_shelve(struct stream *s, enum stream_supply supply)
{
    log_event(s->gateway->log, LOG_INFO, "stream_described", "path source reason", s->path->name,
              s->path->shown,
              supply == SUPPLY_STORED ? "stored content: each viewer has a session of its own"
                                      : "the origin refuses RTP");
    s->supply = supply;
    stream_stop_source(s);
    s->retry_us = INT64_MAX;
    stream_answer_waits(s, RTSP_OK);
    stream_update_idle(s);
}

void stream_expect_media(struct stream *s, int64_t now_us)
{
    if (s->form != INPUT_STORED)
        s->silence_us = now_us + s->path->source_timeout_us;
}

void stream_source_started(struct stream *s)
{
    int64_t now_us = clock_now_us();
    const char *transport = s->source ? s->source->kind->transport(s->source) : "";
    s->is_live = true;
    s->live_us = now_us;
    s->pulls++;
    s->part_us = INT64_MAX;
    stream_expect_media(s, now_us);
    log_event(s->gateway->log, LOG_INFO, "source_started", "path source transport codecs",
              s->path->name, stream_shown(s), transport, s->codecs);
    stream_answer_waits(s, RTSP_OK);
    stream_update_idle(s);
}

/* The source has gone: what comes next is spliced to what there was, and viewers wait for it. */
static void keep_on(struct stream *s)
{
    stream_stop_source(s);
    if (s->sw)
        input_break(packet_switch_input(s->sw));
    if (s->readers && s->part_us == INT64_MAX)
        s->part_us = clock_now_us() + s->path->keep_viewers_us;
}

void stream_feed(struct stream *s, struct source *source)
{
    if (s->source) {
        log_event(s->gateway->log, LOG_WARN, "source_replaced", "path source", s->path->name,
                  stream_shown(s));
        keep_on(s);
    }
    s->source = source;
    stream_update_idle(s);
}

/* When to try again. Where viewers wait and nobody answers the door, knocking each half second
 * costs the origin a packet and brings the picture back at once; a source that answers and fails
 * is given time. */
static int64_t retry_delay_us(struct stream *s, enum source_failure failure)
{
    bool is_awaited = s->readers || s->waits;
    if (failure == SOURCE_UNREACHABLE && is_awaited)
        return (int64_t)((double)(CLOCK_SECOND_US / 2) * random_jitter());
    return backoff_next_us(&s->backoff, random_jitter());
}

static void retry_later(struct stream *s, enum source_failure failure)
{
    int64_t delay_us = retry_delay_us(s, failure);
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, delay_us / CLOCK_MS_US);
    log_event(s->gateway->log, LOG_DEBUG, "source_retries", "path after_ms", s->path->name, text);
    s->retry_us = clock_now_us() + delay_us;
}

void stream_source_failed(struct stream *s, enum source_failure failure, int status,
                          const char *reason)
{
    bool was_live = s->is_live;
    if (s->is_ended)
        return;
    /* The same again, each half second: said once is enough. */
    bool is_news = was_live || strcmp(s->reason, reason) != 0;
    span_copy(s->reason, sizeof s->reason, span_text(reason));
    log_event(s->gateway->log, is_news ? LOG_WARN : LOG_DEBUG, "source_failed",
              "path source reason", s->path->name, stream_shown(s), reason);
    keep_on(s);
    if (s->form == INPUT_STORED) { /* nobody but its viewer could say where to go on */
        stream_answer_waits(s, status);
        stream_end(s, reason);
        return;
    }
    if (status == RTSP_UNSUPPORTED_TRANSPORT && s->form == INPUT_LIVE && s->sdp && !s->readers) {
        stream_shelve(s, SUPPLY_FOREIGN);
        return;
    }
    if (failure == SOURCE_REFUSED)
        stream_answer_waits(s, status);
    if (stream_is_unwatched(s)) {
        stream_end(s, reason);
        return;
    }
    if (!stream_path_is_published(s->path))
        retry_later(s, failure);
    stream_update_idle(s);
}
