/* What the virtual client asks of the puller. */
#include <stdio.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"

/* auto: this long without a packet over UDP means that it does not get through. */
static const int64_t udp_silence_us = 3 * CLOCK_SECOND_US;

static void on_send(void *owner, struct span bytes)
{
    struct puller *p = owner;
    connection_write(p->connection, bytes); /* a broken connection is heard of by itself */
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    struct puller *p = owner;
    p->track_count = sdp->track_count;
    puller_start_reports(p, sdp);
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
    puller_plan_reports(p, now_us);
    if (p->path->transport == SOURCE_AUTO && !p->uses_tcp && !p->has_media)
        p->silence_us = now_us + udp_silence_us;
    stream_source_started(p->stream);
}

static void on_ready(void *owner)
{
    struct puller *p = owner;
    p->is_playing = true;
    puller_plan_reports(p, clock_now_us());
    stream_source_started(p->stream);
}

static void on_controlled(void *owner, enum rtsp_method method, const struct rtsp_message *m,
                          const struct rtp_info *infos, size_t count)
{
    struct puller *p = owner;
    struct source_answer answer = {
        .status = m->status,
        .range = rtsp_header_find(m, "Range"),
        .scale = rtsp_header_find(m, "Scale"),
        .speed = rtsp_header_find(m, "Speed"),
        .infos = infos,
        .count = count,
    };
    (void)method;
    stream_controlled(p->stream, &answer);
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
    bool is_theirs = status == RTSP_NOT_FOUND || status == RTSP_FORBIDDEN ||
                     status == RTSP_UNSUPPORTED_TRANSPORT;
    puller_fail(p, status >= 400 && status < 500 ? SOURCE_REFUSED : SOURCE_FAILED,
                is_theirs ? status : RTSP_BAD_GATEWAY, reason);
}

const struct rtsp_client_ops puller_client_ops = {
    .send = on_send,
    .described = on_described,
    .offer = on_offer,
    .set_up = on_set_up,
    .playing = on_playing,
    .ready = on_ready,
    .controlled = on_controlled,
    .frame = on_frame,
    .failed = on_failed,
};
