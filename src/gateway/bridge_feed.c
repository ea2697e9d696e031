/* Bridges whose input is a stream of the gateway: each output is one more reader of its tape, live,
 * with its tracks on ports that follow each other by two. */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "gateway/bridge_internal.h"
#include "gateway/naming.h"
#include "library/weir_internal.h"

static void fail(struct bridge *b, const char *what, int64_t now_us)
{
    char reason[LIMIT_NAME + 160];
    snprintf(reason, sizeof reason, "the path %s: %s", b->settings->path, what);
    bridge_fail(b, &b->opening, reason, now_us);
}

void bridge_feed_close_output(struct bridge_output *o)
{
    if (o->reader.is_entered) {
        stream_send_bye(o->bridge->stream, &o->reader);
        stream_exit(o->bridge->stream, &o->reader);
    }
    o->past = bridge_out_counts(o);
    o->reader.output = NULL;
    o->output = weir_output_free(o->output);
}

static bool has_reader(const struct bridge *b)
{
    for (size_t i = 0; i < b->settings->output_count; i++)
        if (b->outputs[i].reader.is_entered)
            return true;
    return false;
}

/* The stream ends its readers one by one. */
static void on_ended(void *owner)
{
    struct bridge_output *o = owner;
    struct bridge *b = o->bridge;
    bridge_feed_close_output(o);
    if (has_reader(b))
        return;
    b->stream = NULL;
    fail(b, "the stream is over", clock_now_us());
}

static void on_awaited(void *owner, int status)
{
    struct bridge *b = owner;
    int64_t now_us = clock_now_us();
    if (status != RTSP_OK || !stream_is_ready(b->awaited) || b->awaited->supply != SUPPLY_SHARED) {
        fail(b, status == RTSP_OK ? "it is not a live stream of RTP" : "its source gives nothing",
             now_us);
        return;
    }
    b->stream = b->awaited;
    bridge_settle(b, now_us);
    if (has_reader(b)) {
        bridge_succeed(b, &b->opening, b->settings->path);
        return;
    }
    b->stream = NULL; /* nobody would hear of its end */
    fail(b, "no output can be opened", now_us);
}

void bridge_feed_close(struct bridge *b)
{
    stream_wait_cancel(&b->wait);
    for (size_t i = 0; i < b->settings->output_count && b->stream; i++)
        bridge_feed_close_output(&b->outputs[i]);
    b->stream = NULL;
}

void bridge_feed_open(struct bridge *b, int64_t now_us)
{
    struct naming naming = {0};
    span_copy(naming.name, sizeof naming.name, span_text(b->settings->path));
    if (b->wait.stream)
        return;
    if (stream_ask(&b->awaited, bridges_gateway(b->bridges), &naming) != RTSP_OK) {
        fail(b, "there is no such stream now", now_us);
        return;
    }
    b->wait.done = on_awaited;
    b->wait.owner = b;
    if (stream_is_ready(b->awaited))
        on_awaited(b, RTSP_OK);
    else
        stream_await(b->awaited, &b->wait);
}

int bridge_feed_open_output(struct bridge_output *o, struct weir_output *output, int64_t now_us)
{
    struct stream *s = o->bridge->stream;
    char words[] = "the stream comes as a group by that interface, and never goes back there";
    struct writer loop = {.buf = (uint8_t *)words, .len = sizeof words - 1};
    int result = weir_output_open_alone(output, (unsigned)s->sdp->track_count);
    if (result < 0)
        return result;
    o->reader = (struct stream_reader){.ended = on_ended, .owner = o, .output = output->output};
    if (output->place.is_group && output->place.way.interface == stream_group_interface(s))
        return weir_fail(output->loop, output->text, &loop, -ELOOP);
    result = stream_enter(s, &o->reader);
    if (result < 0)
        return weir_fail(output->loop, output->text, NULL, result);
    stream_join_at(s, &o->reader, tape_end(packet_switch_tape(s->sw)), now_us);
    return 0;
}
