/* Variants of a stream: stored content, which each viewer has for himself, and other transports
 * than RTP. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/naming.h"
#include "gateway/stream_internal.h"
#include "wire/rtsp_message.h"

/* The stream's path, with what is different about the variant. NULL without memory. */
static struct path_settings *copy_path(const struct stream *s)
{
    struct path_settings *path = malloc(sizeof *path);
    if (!path)
        return NULL;
    *path = *s->path;
    path->is_on_demand = true;
    path->join_from = JOIN_LIVE;
    return path;
}

static int make(struct stream **variant, struct stream *s, const char *key, enum input_form form)
{
    struct gateway *g = s->gateway;
    if (g->made_count >= g->settings->max_streams || g->is_stopping)
        return RTSP_UNAVAILABLE;
    struct path_settings *path = copy_path(s);
    struct stream *v = path ? stream_make(g, key, path, path, form) : NULL;
    if (!v)
        return RTSP_UNAVAILABLE;
    if (form == INPUT_STORED)
        path->close_after_us = 0; /* it belongs to one viewer, and goes with him */
    stream_set_via(v, span_text(s->via));
    *variant = v;
    return RTSP_OK;
}

static size_t count_own(const struct stream *s)
{
    size_t count = 0;
    for (const struct stream *v = s->gateway->streams; v; v = v->hh.next)
        count += v->form == INPUT_STORED && strcmp(v->path->name, s->path->name) == 0;
    return count;
}

int stream_ask_own(struct stream **variant, struct stream *s)
{
    char key[LIMIT_NAME];
    struct writer w = writer_of(key, sizeof key - 1);
    if (s->path->max_readers > 0 && count_own(s) >= s->path->max_readers) {
        admission_count(&s->gateway->admission, ADMISSION_READERS, clock_now_us());
        return RTSP_NOT_ENOUGH_BANDWIDTH;
    }
    writer_format(&w, "\n%llu", (unsigned long long)s->gateway->next_variant_id++);
    key[w.len] = '\0';
    int status = make(variant, s, key, INPUT_STORED);
    if (status == RTSP_OK)
        stream_remember_transport(*variant, true); /* nothing is lost, and there is no silence to
                                                      judge UDP by */
    return status;
}

int stream_ask_carried(struct stream **variant, struct stream *s, const char *protocol)
{
    char key[LIMIT_NAME + RTSP_PROTOCOL];
    struct writer w = writer_of(key, sizeof key - 1);
    struct stream *found;
    writer_format(&w, "%s\n%s", s->path->name, protocol);
    key[w.len] = '\0';
    HASH_FIND_STR(s->gateway->streams, key, found);
    if (found) {
        *variant = found;
        return RTSP_OK;
    }
    int status = make(variant, s, key, INPUT_OPAQUE);
    if (status == RTSP_OK)
        span_copy((*variant)->protocol, sizeof(*variant)->protocol, span_text(protocol));
    return status;
}

bool stream_is_own(const struct stream *s)
{
    return s->form == INPUT_STORED;
}

const char *stream_protocol(const struct stream *s)
{
    return s->protocol;
}

/* Controls. */

int stream_ask_control(struct stream *s, struct stream_control *control, enum rtsp_method method,
                       const struct rtsp_client_wish *wish)
{
    int result = -EBUSY;
    if (s->source && s->source->kind->control && !s->control && s->is_live)
        result = s->source->kind->control(s->source, method, wish);
    if (result < 0)
        return result == -E2BIG ? RTSP_BAD_REQUEST : RTSP_UNAVAILABLE;
    s->control = control;
    control->stream = s;
    control->from = tape_end(packet_switch_tape(s->sw));
    return RTSP_OK;
}

void stream_control_cancel(struct stream_control *control)
{
    if (control->stream)
        control->stream->control = NULL;
    control->stream = NULL;
}

void stream_controlled(struct stream *s, const struct source_answer *answer)
{
    struct stream_control *control = s->control;
    if (!control)
        return;
    stream_control_cancel(control);
    control->done(control->owner, answer);
}

void stream_answer_control(struct stream *s, int status)
{
    struct source_answer answer = {.status = status};
    stream_controlled(s, &answer);
}
