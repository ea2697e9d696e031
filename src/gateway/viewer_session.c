/* The viewer's side of the dialogue: what the virtual server asks, answered from the catalog. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/viewer_internal.h"
#include "wire/rtsp_message.h"

enum {
    /* A newcomer over UDP catches up so many times faster than the stream flows: fast enough to be
     * live soon, slow enough for a player's socket buffer. */
    CATCH_UP_TIMES = 4,
    CATCH_UP_LEAST_BPS = 8 * 1000 * 1000,
};

static void doom(struct viewer *v, const char *reason)
{
    if (!v->doom)
        v->doom = reason;
}

static void on_send(void *owner, struct span bytes)
{
    struct viewer *v = owner;
    if (connection_write(v->connection, bytes) < 0)
        doom(v, "takes no answers");
}

static void on_close(void *owner)
{
    doom(owner, "dialogue over");
}

/* Asks for a stream, and goes on when it is ready or has failed: maybe at once. */
static void ask(struct viewer *v, const char *name, enum viewer_question question)
{
    struct stream *stream = stream_find(v->gateway, name);
    int status = stream ? RTSP_OK : RTSP_NOT_FOUND;

    if (stream && !stream_is_ready(stream)) {
        v->question = question;
        v->awaited = stream;
        stream_await(stream, &v->wait);
    } else if (question == QUESTION_DESCRIBE) {
        viewer_describe(v, stream, status);
    } else {
        viewer_set_up(v, stream, status);
    }
}

static void on_describe(void *owner, const char *name)
{
    ask(owner, name, QUESTION_DESCRIBE);
}

void viewer_describe(struct viewer *v, struct stream *stream, int status)
{
    char *text = status == RTSP_OK ? malloc(LIMIT_RTSP_BODY) : NULL;
    struct writer w = writer_of(text, text ? LIMIT_RTSP_BODY : 0);

    if (text)
        stream_write_sdp(stream, &w, connection_local(v->connection));
    if (status == RTSP_OK && (!text || writer_result(&w) < 0))
        status = RTSP_INTERNAL_ERROR;
    rtsp_server_described(v->server, status, writer_written(&w));
    free(text);
}

static void on_setup(void *owner, const char *name, int track, const struct rtsp_delivery *wanted)
{
    struct viewer *v = owner;
    v->wanted_track = track;
    v->wanted = *wanted;
    if (v->stream && strcmp(v->stream->path->name, name) != 0) {
        rtsp_server_set_up(v->server, RTSP_AGGREGATE_NOT_ALLOWED, NULL);
        return;
    }
    ask(v, name, QUESTION_SETUP);
}

static void on_stream_ended(void *owner)
{
    struct viewer *v = owner;
    viewer_log(v, LOG_INFO, "viewer_closed", "stream over");
    viewer_leave(v);
    doom(v, "stream over"); /* it may be on the stack: the next tick closes the connection */
}

/* The session's output, of the kind of its first SETUP. 0 or -errno. */
static int make_output(struct viewer *v, struct stream *stream)
{
    int64_t now_us = clock_now_us();
    uint64_t pace_bps = packet_switch_in_bps(stream->sw, now_us) * CATCH_UP_TIMES;
    if (pace_bps < CATCH_UP_LEAST_BPS)
        pace_bps = CATCH_UP_LEAST_BPS;
    v->is_tcp = v->wanted.is_tcp;
    if (v->is_tcp)
        return output_tcp_new(&v->reader.output, v->connection, (unsigned)stream->sdp->track_count);
    return output_udp_new(&v->reader.output, v->gateway->media, pace_bps);
}

static int enter(struct viewer *v, struct stream *stream)
{
    v->reader.ended = on_stream_ended;
    v->reader.owner = v;
    int result = stream_enter(stream, &v->reader);
    if (result < 0)
        return result;
    result = make_output(v, stream);
    if (result < 0) {
        stream_exit(stream, &v->reader);
        return result;
    }
    v->stream = stream;
    v->since_us = clock_now_us();
    return 0;
}

/* Media goes to where the control connection comes from, and nowhere else. */
static int add_udp_track(struct viewer *v, unsigned track)
{
    struct udp_target rtp = {.to = *connection_peer(v->connection),
                             .from = *connection_local(v->connection)};
    struct udp_target rtcp = rtp;
    uint16_t port = udp_pair_port(v->gateway->media);

    address_set_port(&rtp.to, v->wanted.client_port[0]);
    address_set_port(&rtcp.to, v->wanted.client_port[1]);
    v->wanted.server_port[0] = port;
    v->wanted.server_port[1] = (uint16_t)(port + 1);
    int result = output_udp_add(v->reader.output, track, &rtp, &rtcp);
    return result < 0 ? result : viewer_port_add(v, &rtcp.to);
}

static int status_of(int result)
{
    return result == -EUSERS ? RTSP_NOT_ENOUGH_BANDWIDTH : RTSP_INTERNAL_ERROR;
}

void viewer_set_up(struct viewer *v, struct stream *stream, int status)
{
    size_t tracks = stream && status == RTSP_OK ? stream->sdp->track_count : 0;
    int track = v->wanted_track;
    int result = 0;

    if (status == RTSP_OK && track < 0 && tracks > 1)
        status = RTSP_AGGREGATE_NOT_ALLOWED;
    else if (status == RTSP_OK && track >= (int)tracks)
        status = RTSP_NOT_FOUND;
    if (status != RTSP_OK) {
        rtsp_server_set_up(v->server, status, NULL);
        return;
    }
    if (track < 0)
        track = 0;
    if (!v->stream)
        result = enter(v, stream);
    if (result == 0 && v->is_tcp)
        output_tcp_add(v->reader.output, (unsigned)track, v->wanted.channel[0],
                       v->wanted.channel[1]);
    else if (result == 0)
        result = add_udp_track(v, (unsigned)track);
    if (result == 0)
        v->wanted.has_ssrc =
            input_ssrc(packet_switch_input(stream->sw), (unsigned)track, &v->wanted.ssrc);
    rtsp_server_set_up(v->server, result < 0 ? status_of(result) : RTSP_OK, &v->wanted);
    if (result < 0 && v->reader.output && v->reader.output->tracks == 0)
        viewer_leave(v);
}

static void on_play(void *owner)
{
    struct viewer *v = owner;
    struct rtsp_first firsts[LIMIT_TRACKS];
    size_t count = 0;
    int64_t now_us = clock_now_us();

    if (!v->stream) { /* it ended a moment ago, and the connection with it */
        rtsp_server_played(v->server, RTSP_SESSION_NOT_FOUND, NULL, 0);
        return;
    }
    if (!v->reader.is_joined)
        stream_join(v->stream, &v->reader, now_us);
    for (unsigned track = 0; track < v->stream->sdp->track_count; track++) {
        if (!(v->reader.output->tracks >> track & 1))
            continue;
        struct rtsp_first *first = &firsts[count++];
        *first = (struct rtsp_first){.track = track};
        first->is_known = packet_switch_first(v->stream->sw, v->reader.output, track, &first->seq,
                                              &first->rtptime);
    }
    rtsp_server_played(v->server, RTSP_OK, firsts, count);
    viewer_log(v, LOG_INFO, "viewer_playing", NULL);
    stream_send_one(v->stream, &v->reader, now_us);
}

static void on_pause(void *owner)
{
    struct viewer *v = owner;
    if (v->stream)
        stream_leave(v->stream, &v->reader);
}

static void on_teardown(void *owner)
{
    struct viewer *v = owner;
    viewer_log(v, LOG_INFO, "viewer_left", NULL);
    viewer_leave(v);
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    /* Receiver reports end here. The connection itself shows that the client lives. */
    (void)owner;
    (void)channel;
    (void)packet;
}

void viewer_leave(struct viewer *v)
{
    if (!v->stream)
        return;
    stream_exit(v->stream, &v->reader);
    v->stream = NULL;
    viewer_port_remove_all(v);
    v->reader.output = output_free(v->reader.output);
}

const struct rtsp_server_ops viewer_server_ops = {
    .send = on_send,
    .describe = on_describe,
    .setup = on_setup,
    .play = on_play,
    .pause = on_pause,
    .teardown = on_teardown,
    .frame = on_frame,
    .close = on_close,
};
