/* Stored content: PLAY and PAUSE go on to the origin, and its answers come back. */
#include "base/clock.h"
#include "gateway/dialogue_internal.h"
#include "gateway/viewer.h"
#include "wire/rtsp_message.h"

/* An origin's status as our client hears it: a redirect or nonsense is nothing he could use. */
static int status_for_client(int status)
{
    if (status >= 200 && status < 300)
        return RTSP_OK;
    return status >= 400 && status < 600 ? status : RTSP_BAD_GATEWAY;
}

static size_t take_firsts(struct rtsp_first firsts[LIMIT_TRACKS], const struct viewer *v,
                          const struct source_answer *answer)
{
    size_t count = 0;
    for (unsigned track = 0; track < answer->count; track++) {
        const struct rtp_info *info = &answer->infos[track];
        if (viewer_has_track(v, track))
            firsts[count++] = (struct rtsp_first){
                .track = track,
                .is_known = info->has_seq && info->has_rtptime,
                .seq = info->seq,
                .rtptime = info->rtptime,
            };
    }
    return count;
}

/* Media may have come before this answer: it is on the tape, from where the question was asked. */
static void on_played(void *owner, const struct source_answer *answer)
{
    struct dialogue *d = owner;
    struct rtsp_session *session = rtsp_server_session(d->server);
    struct rtsp_first firsts[LIMIT_TRACKS];
    struct rtsp_played played = {
        .firsts = firsts,
        .range = answer->range,
        .scale = answer->scale,
        .speed = answer->speed,
    };
    int status = status_for_client(answer->status);
    int64_t now_us = clock_now_us();

    if (status != RTSP_OK || !session) {
        rtsp_server_played(d->server, status, &played);
    } else {
        struct viewer *v = rtsp_session_owner(session);
        played.count = take_firsts(firsts, v, answer);
        rtsp_server_played(d->server, RTSP_OK, &played);
        viewer_play_at(v, d->control.from, now_us);
        viewer_send(v, now_us);
    }
    dialogue_go_on_soon(d);
}

static void on_paused(void *owner, const struct source_answer *answer)
{
    struct dialogue *d = owner;
    struct rtsp_session *session = rtsp_server_session(d->server);
    int status = status_for_client(answer->status);
    if (status == RTSP_OK && session)
        viewer_pause(rtsp_session_owner(session));
    rtsp_server_paused(d->server, status);
    dialogue_go_on_soon(d);
}

void dialogue_play_stored(struct dialogue *d, struct viewer *v, const struct rtsp_play *play)
{
    struct rtsp_client_wish wish = {play->range, play->scale, play->speed};
    d->control.done = on_played;
    d->control.owner = d;
    int status = stream_ask_control(viewer_stream(v), &d->control, RTSP_PLAY, &wish);
    if (status != RTSP_OK)
        rtsp_server_played(d->server, status, NULL);
}

void dialogue_pause_stored(struct dialogue *d, struct viewer *v)
{
    d->control.done = on_paused;
    d->control.owner = d;
    int status = stream_ask_control(viewer_stream(v), &d->control, RTSP_PAUSE, NULL);
    if (status != RTSP_OK)
        rtsp_server_paused(d->server, status);
}
