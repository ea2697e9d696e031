/* How a viewer comes to be: its stream, its output, its tracks. */
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/viewer_internal.h"
#include "wire/rtsp_message.h"

/* The session's output, of the kind of its first SETUP. 0 or -errno. */
static int make_output(struct viewer *v, const struct viewer_place *place)
{
    struct stream *stream = place->stream;
    struct engine_place way = {
        .rtp = udp_pair_socket(v->gateway->media, false),
        .rtcp = udp_pair_socket(v->gateway->media, true),
        .pace_bps = stream_pace_bps(stream, clock_now_us()),
        .loop = stream->loop,
    };
    if (v->is_multicast)
        return group_enter(&v->member, stream, place->domain, address_is_ipv6(&v->peer));
    if (v->is_tcp)
        return output_tcp_new(&v->reader.output, place->connection,
                              (unsigned)stream->sdp->track_count);
    return engine_output_new(&v->reader.output, stream_engine(stream), &way);
}

/* Its place among all viewers, its output, its place on the stream. 0 or -errno: then it has none.
 */
static int enter(struct viewer *v, const struct viewer_place *place)
{
    struct admission *admission = &v->gateway->admission;
    if (admission_enter(&v->guest, admission, ADMISSION_SESSION, &v->peer, v->since_us) !=
        ADMISSION_GRANTED)
        return -EMLINK;
    int result = make_output(v, place);
    if (result == 0)
        result = stream_enter(place->stream, &v->reader);
    if (result < 0) {
        v->reader.output = output_free(v->reader.output);
        group_exit(&v->member);
        admission_leave(admission, ADMISSION_SESSION, v->guest);
    }
    return result;
}

/* 0 or -errno: then there is no viewer. */
static int make(struct viewer **viewer, const struct viewer_place *place,
                const struct rtsp_delivery *wanted)
{
    struct viewer *v = calloc(1, sizeof *v);
    if (!v)
        return -ENOMEM;
    v->gateway = place->stream->gateway;
    v->since_us = clock_now_us();
    v->peer = *connection_peer(place->connection);
    v->local = *connection_local(place->connection);
    v->is_tcp = wanted->is_tcp;
    v->is_multicast = wanted->is_multicast;
    v->member.viewer = v;
    v->member.host = v->peer;
    viewer_report_init(&v->report, v->since_us);
    v->is_tunnelled = place->is_tunnelled;
    v->reader.kind = v->is_multicast ? READER_MEMBER : READER_VIEWER;
    v->reader.ended = viewer_on_stream_ended;
    v->reader.owner = v;
    int result = enter(v, place);
    if (result < 0) {
        free(v);
        return result;
    }
    v->stream = place->stream;
    v->id = v->gateway->next_viewer_id++;
    v->siblings = v->is_tcp ? place->viewers : NULL;
    DL_APPEND(v->gateway->viewers, v);
    if (v->siblings)
        DL_APPEND2(*v->siblings, v, prev_of, next_of);
    *viewer = v;
    return 0;
}

/* The only track is set up anew and goes another way than before: the output with it. The reader
 * has not joined, or has paused. 0 or -errno. */
static int change_way(struct viewer *v, const struct viewer_place *place, bool is_tcp)
{
    struct output *old = v->reader.output;
    v->is_tcp = is_tcp;
    v->is_tunnelled = place->is_tunnelled;
    v->peer = *connection_peer(place->connection);
    v->local = *connection_local(place->connection);
    int result = make_output(v, place);
    if (result < 0) {
        v->is_tcp = !is_tcp;
        return result;
    }
    output_free(old);
    viewer_port_remove_all(v);
    if (v->siblings)
        DL_DELETE2(*v->siblings, v, prev_of, next_of);
    v->siblings = is_tcp ? place->viewers : NULL;
    if (v->siblings)
        DL_APPEND2(*v->siblings, v, prev_of, next_of);
    return 0;
}

/* Media goes to where the control connection comes from, and nowhere else. */
static int add_udp_track(struct viewer *v, unsigned track, struct rtsp_delivery *wanted)
{
    struct udp_target rtp = {.to = v->peer, .from = v->local};
    struct udp_target rtcp = rtp;
    uint16_t port = udp_pair_port(v->gateway->media);

    address_set_port(&rtp.to, wanted->client_port[0]);
    address_set_port(&rtcp.to, wanted->client_port[1]);
    wanted->server_port[0] = port;
    wanted->server_port[1] = (uint16_t)(port + 1);
    int result = output_udp_add(v->reader.output, track, &rtp, &rtcp);
    return result < 0 ? result : viewer_port_add(v, track, &rtcp.to);
}

/* Without a group there is no multicast, whatever the reason: the log has it. */
static int status_of(int result, bool is_multicast)
{
    switch (result) {
    case -EUSERS:
    case -EDQUOT:
        return RTSP_NOT_ENOUGH_BANDWIDTH;
    case -EMLINK:
        return RTSP_UNAVAILABLE;
    default:
        return is_multicast && result != -ENOMEM ? RTSP_UNSUPPORTED_TRANSPORT : RTSP_INTERNAL_ERROR;
    }
}

/* RTSP_OK, or why the track cannot be had. */
static int check_track(const struct viewer *v, const struct viewer_place *place)
{
    size_t tracks = place->stream->sdp->track_count;
    if (v && v->stream != place->stream) /* it ended, and another of its name has begun */
        return RTSP_SESSION_NOT_FOUND;
    if (place->track < 0 && tracks > 1)
        return RTSP_AGGREGATE_NOT_ALLOWED;
    return place->track >= (int)tracks ? RTSP_NOT_FOUND : RTSP_OK;
}

/* A user has as many viewers as he may. */
static bool has_his_sessions(struct gateway *g, const struct account *who)
{
    uint32_t most = users_max_sessions(&g->settings->users, who), count = 0;
    for (const struct viewer *v = g->viewers; v && most > 0; v = v->next)
        count += rtsp_session_account(v->session) == who;
    if (most == 0 || count < most)
        return false;
    admission_count(&g->admission, ADMISSION_USER, clock_now_us());
    return true;
}

int viewer_set_up(struct rtsp_session *session, const struct viewer_place *place,
                  struct rtsp_delivery *wanted)
{
    struct viewer *v = rtsp_session_owner(session);
    unsigned track = place->track < 0 ? 0 : (unsigned)place->track;
    int status = check_track(v, place), result = 0;

    if (status != RTSP_OK)
        return status;
    if (!v) {
        result = has_his_sessions(place->stream->gateway, rtsp_session_account(session))
                     ? -EUSERS
                     : make(&v, place, wanted);
        if (result < 0)
            return status_of(result, wanted->is_multicast);
        v->session = session;
        rtsp_session_bind(session, v);
        if (stream_is_own(place->stream))
            rtsp_session_allow_seek(session);
    }
    if (v->is_tcp != wanted->is_tcp)
        result = change_way(v, place, wanted->is_tcp);
    if (result < 0)
        return status_of(result, wanted->is_multicast);
    if (v->is_multicast)
        result = group_add_track(&v->member, track, wanted);
    else if (v->is_tcp)
        output_tcp_add(v->reader.output, track, wanted->channel[0], wanted->channel[1]);
    else
        result = add_udp_track(v, track, wanted);
    if (result < 0)
        return status_of(result, wanted->is_multicast);
    wanted->has_ssrc = input_ssrc(packet_switch_input(place->stream->sw), track, &wanted->ssrc);
    return RTSP_OK;
}
