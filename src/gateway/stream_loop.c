/* A stream whose packets go by a group on the loopback interface (switch/engine_loop.h). */
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/stream_internal.h"
#include "gateway/stream_timer.h"

static void on_arrived(void *owner, struct output *output)
{
    struct stream *s = owner;
    packet_switch_send_one(s->sw, output, clock_now_us());
    stream_timer_update(s);
}

static const struct engine_loop_ops loop_ops = {.arrived = on_arrived};

enum engine stream_engine(const struct stream *s)
{
    enum engine asked = s->path->engine;
    if (s->form == INPUT_STORED) /* each viewer has his own: there is nothing to multiply */
        return ENGINE_DIRECT;
    return engine_choose(asked == ENGINE_AUTO ? s->gateway->settings->engine : asked);
}

bool stream_loop_status(const struct stream *s, struct group_status *status,
                        char text[ADDRESS_TEXT])
{
    const struct stream_reader *reader;
    if (!s->loop)
        return false;
    *status = (struct group_status){
        .stream = s->path->name,
        .source = stream_shown(s),
        .domain = "",
        .group = address_write(text, engine_loop_group(s->loop)),
        .from = "127.0.0.1",
        .interface = "lo",
        .age_us = clock_now_us() - s->loop_since_us,
    };
    engine_loop_sent(s->loop, &status->packets, &status->bytes);
    DL_FOREACH(s->readers, reader)
    {
        bool is_looping = reader->output && reader->output->is_looping;
        status->viewers += is_looping;
        status->playing += is_looping;
    }
    return true;
}

void stream_write_loop_sdp(const struct stream *s, struct writer *w)
{
    char group[ADDRESS_TEXT];
    if (!s->loop)
        return;
    const struct address *at = engine_loop_group(s->loop);
    struct sdp_origin_line origin = {
        .id = s->id,
        .version = s->sdp_version,
        .host = span_text("127.0.0.1"),
        .group = span_text(address_write_host(group, at)),
        .port = address_port(at),
    };
    sdp_write(w, s->sdp, &origin);
}

void stream_open_loop(struct stream *s, size_t track_count)
{
    struct gateway *g = s->gateway;
    char group[ADDRESS_TEXT];
    if (stream_engine(s) != ENGINE_LOOP)
        return;
    s->loop_since_us = clock_now_us();
    int result =
        engine_loop_new(&s->loop, g->loop, s->sw, track_count, NULL, g->inbox, &loop_ops, s);
    if (result < 0)
        log_event(g->log, LOG_WARN, "loop_failed", "path reason", s->path->name, strerror(-result));
    else
        log_event(g->log, LOG_INFO, "loop_opened", "path group", s->path->name,
                  address_write(group, engine_loop_group(s->loop)));
}

void stream_free_switch(struct stream *s)
{
    s->loop = engine_loop_free(s->loop);
    s->sw = packet_switch_free(s->sw);
}
