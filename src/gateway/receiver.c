#include "gateway/receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/receiver_internal.h"
#include "gateway/stream.h"
#include "switch/media_place.h"
#include "wire/rtsp_message.h"

enum { TICK_MS = 1000 };

/* A sender that says nothing for so long makes way for another. Shorter than any timeout of a
 * viewer, longer than the pause of a sender that lives. */
static const int64_t silent_us = CLOCK_SECOND_US;

void receiver_give_up(struct receiver *r, int status, const struct writer *complaint)
{
    char reason[RECEIVER_REASON];
    struct span said = writer_written(complaint);
    said.len = said.len < sizeof reason ? said.len : sizeof reason - 1;
    span_copy(reason, sizeof reason, said);
    if (r->stream)
        stream_source_failed(r->stream, SOURCE_REFUSED, status, reason);
}

/* Listening. */

static void log_place(const struct receiver *r, const struct media_in_place *place)
{
    char address[ADDRESS_TEXT], source[ADDRESS_TEXT] = "", interface[12] = "";
    struct writer w = writer_of(interface, sizeof interface - 1);
    if (place->rtp.interface > 0)
        writer_format(&w, "%u", place->rtp.interface);
    if (place->rtp.source_count > 0)
        address_write_host(source, &place->rtp.sources[0]);
    log_event(r->gateway->log, LOG_INFO, "source_awaited", "path address from interface",
              r->path->name, address_write(address, &place->rtp.local), source[0] ? source : NULL,
              interface[0] ? interface : NULL);
}

static int open_track(struct receiver *r, unsigned track, struct writer *complaint)
{
    const struct receiver_track *t = &r->plan->tracks[track];
    struct media_in_place place = {.rtcp_port = t->rtcp_port, .reports = t->reports, .ttl = t->ttl};
    int result = media_place_input(&place.rtp, &t->url, complaint);
    if (result < 0)
        return result;
    memcpy(place.rtp.excluded, t->excluded, sizeof t->excluded);
    place.rtp.excluded_count = t->excluded_count;
    r->interfaces[track] = place.rtp.interface;
    result = media_in_open_at(&r->media, track, &place);
    if (result < 0)
        media_place_explain(complaint, &t->url, result);
    else
        log_place(r, &place);
    return result;
}

static int open_all(struct receiver *r, struct writer *complaint)
{
    int result = receiver_plan_read(&r->plan, span_text(r->path->source), complaint);
    for (unsigned i = 0; result == 0 && i < r->plan->track_count; i++)
        if (r->plan->tracks[i].is_sent)
            result = open_track(r, i, complaint);
    return result;
}

/* An interface that has vanished and come back has another index; what was joined by the old one
 * does not come back with it. */
static void look_at_interfaces(struct receiver *r)
{
    char said[MEDIA_COMPLAINT];
    for (unsigned i = 0; i < r->plan->track_count; i++) {
        struct writer complaint = writer_of(said, sizeof said);
        struct input_udp_place place;
        const struct receiver_track *t = &r->plan->tracks[i];
        if (!t->is_sent || !t->url.is_group || media_place_input(&place, &t->url, &complaint) < 0 ||
            place.interface == r->interfaces[i])
            continue;
        r->interfaces[i] = place.interface;
        media_in_rejoin(&r->media, i, place.interface);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct receiver *r = timer->data;
    int64_t now_us = clock_now_us();

    if (!r->plan) {
        char said[MEDIA_COMPLAINT + LIMIT_URL];
        struct writer complaint = writer_of(said, sizeof said);
        if (open_all(r, &complaint) < 0)
            receiver_give_up(r, RTSP_UNAVAILABLE, &complaint);
        return;
    }
    if (media_in_forget_silent(&r->media, now_us - silent_us))
        mp2t_break(&r->mp2t);
    if (now_us - r->media.heard_us >= silent_us)
        look_at_interfaces(r);
    media_in_tick(&r->media, now_us);
}

/* The source. */

static int start(struct source **source, struct stream *stream)
{
    struct receiver *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    r->base.kind = &receiver_kind;
    r->stream = stream;
    r->gateway = stream_gateway(stream);
    r->path = stream_settings(stream);
    media_in_init(&r->media, r->gateway);
    r->media.stream = stream;
    r->media.take = receiver_take;
    r->media.owner = r;
    mp2t_init(&r->mp2t);
    uv_timer_init(r->gateway->loop, &r->timer);
    r->timer.data = r;
    uv_timer_start(&r->timer, on_timer, 0, TICK_MS);
    *source = &r->base;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct receiver *r = handle->data;
    receiver_plan_free(r->plan);
    free(r);
}

static void stop(struct source *source)
{
    struct receiver *r = (struct receiver *)source;
    media_in_say_goodbye(&r->media);
    media_in_close(&r->media);
    r->stream = r->media.stream = NULL;
    uv_close((uv_handle_t *)&r->timer, on_closed);
}

static const char *transport(const struct source *source)
{
    const struct receiver *r = (const struct receiver *)source;
    if (!r->is_started)
        return "";
    return r->media.is_group ? "multicast" : "udp";
}

static unsigned group_interface(const struct source *source)
{
    const struct receiver *r = (const struct receiver *)source;
    return r->media.group_interface;
}

static void want_key(struct source *source, unsigned track)
{
    struct receiver *r = (struct receiver *)source;
    media_in_want_key(&r->media, track);
    media_in_tick(&r->media, clock_now_us());
}

static void want_packet(struct source *source, unsigned track, uint16_t seq)
{
    struct receiver *r = (struct receiver *)source;
    media_in_want_packet(&r->media, track, seq);
}

const struct source_kind receiver_kind = {
    .start = start,
    .stop = stop,
    .transport = transport,
    .want_key = want_key,
    .want_packet = want_packet,
    .group_interface = group_interface,
};

/* The configuration. */

int receiver_set(struct path_settings *path, struct span source, const char *beside,
                 struct writer *complaint)
{
    int result = receiver_plan_settle(path->source, source, beside, complaint);
    path->kind = &receiver_kind;
    span_copy(path->shown, sizeof path->shown, span_text(path->source));
    return result;
}

int receiver_look(const struct path_settings *path, struct writer *complaint)
{
    struct receiver_plan *plan;
    int result = receiver_plan_read(&plan, span_text(path->source), complaint);
    if (result == 0)
        receiver_plan_free(plan);
    return result;
}
