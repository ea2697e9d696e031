/* What the virtual client asks of the puller. */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"

/* auto: this long without a packet over UDP means that it does not get through. */
static const int64_t udp_silence_us = 3 * CLOCK_SECOND_US;

static void on_send(void *owner, struct span bytes)
{
    struct puller *p = owner;
    puller_write(p, bytes);
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    struct puller *p = owner;
    media_in_start_reports(&p->media, sdp);
    return stream_described(p->stream, text);
}

static int on_offer(void *owner, unsigned track, struct transport *transport)
{
    return puller_offer(owner, track, transport);
}

static int on_set_up(void *owner, unsigned track, const struct transport *transport)
{
    struct puller *p = owner;
    struct transport answer = *transport;
    bool is_named = answer.has_interleaved && p->uses_tcp;
    bool is_asked_for = answer.is_rtp || stream_protocol(p->stream)[0] != '\0';
    /* Some leave /TCP out, or unicast, which would make it multicast (RFC 2326 12.39). */
    answer.is_tcp |= is_named;
    answer.is_multicast &= answer.destination.len > 0 || answer.has_port || answer.has_ttl;
    /* An origin may choose a group though it was asked for unicast. */
    bool may_be_group = !p->uses_tcp && answer.is_rtp && !stream_is_own(p->stream);
    if (!is_asked_for || (answer.is_multicast && !may_be_group) || answer.is_tcp != p->uses_tcp)
        return -EPROTONOSUPPORT;
    for (size_t i = 0; is_named && i < 2; i++) {
        if (p->has_channel[answer.interleaved[i]] && answer.interleaved[0] != answer.interleaved[1])
            return -EBADMSG; /* two tracks on one channel: nobody could tell them apart */
        p->has_channel[answer.interleaved[i]] = true;
    }
    return puller_set_up(p, track, &answer);
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct puller *p = owner;
    int64_t now_us = clock_now_us();
    (void)infos; /* the packets themselves say where they begin */
    (void)count;
    p->is_playing = true;
    p->playing_us = now_us;
    media_in_plan_reports(&p->media, now_us);
    if (p->path->transport == SOURCE_AUTO && !p->uses_tcp && !p->media.has_media)
        p->silence_us = now_us + udp_silence_us;
    stream_source_started(p->stream);
}

static void on_ready(void *owner)
{
    struct puller *p = owner;
    p->is_playing = true;
    media_in_plan_reports(&p->media, clock_now_us());
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
    struct puller *p = owner;
    if (media_in_has_channel(&p->media, channel))
        media_in_frame(&p->media, channel, packet, clock_now_us());
    else
        stream_source_counts(p->stream)->oddities++;
}

/* The tracks stay what they are, or the viewers' sessions could not go on. */
static int on_announced(void *owner, const struct sdp *sdp, struct span text)
{
    struct puller *p = owner;
    return stream_has_media(p->stream, sdp) ? stream_described(p->stream, text) : -ESTALE;
}

static void on_moved(void *owner, struct span url)
{
    puller_move(owner, url);
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct puller *p = owner;
    char reason[64];
    bool is_transport = failure == RTSP_CLIENT_TRANSPORT || failure == RTSP_CLIENT_GROUP ||
                        status == RTSP_UNSUPPORTED_TRANSPORT;

    if (is_transport && puller_switch_transport(p, "the origin does not speak the other"))
        return;
    if (failure != RTSP_CLIENT_REFUSED) {
        bool may_pass = failure == RTSP_CLIENT_TIMED_OUT || failure == RTSP_CLIENT_ENDED ||
                        failure == RTSP_CLIENT_SHORT;
        int answer = failure == RTSP_CLIENT_TIMED_OUT ? RTSP_GATEWAY_TIMEOUT
                     : failure == RTSP_CLIENT_SHORT   ? RTSP_UNAVAILABLE
                                                      : RTSP_BAD_GATEWAY;
        puller_fail(p, may_pass ? SOURCE_FAILED : SOURCE_REFUSED, answer,
                    rtsp_client_failure_name(failure));
        return;
    }
    snprintf(reason, sizeof reason, "origin answered %d %s", status, rtsp_reason(status));
    bool is_theirs = status == RTSP_NOT_FOUND || status == RTSP_FORBIDDEN ||
                     status == RTSP_UNSUPPORTED_TRANSPORT;
    /* 502 comes from a gateway that cannot get it either, or has us in its Via: who waits for it
     * would wait in a circle. */
    bool is_refusal = (status >= 300 && status < 500) || status == RTSP_BAD_GATEWAY;
    puller_fail(p, is_refusal ? SOURCE_REFUSED : SOURCE_FAILED,
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
    .announced = on_announced,
    .moved = on_moved,
    .failed = on_failed,
};
