#include "gateway/viewer.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/dialogue.h"
#include "gateway/stream_internal.h"
#include "gateway/viewer_internal.h"
#include "wire/rtsp_message.h"

static const char *way(const struct viewer *v)
{
    if (v->is_multicast)
        return "multicast";
    if (!v->is_tcp)
        return "udp";
    return v->is_tunnelled ? "http" : "tcp";
}

static void log_viewer(const struct viewer *v, const char *event, const char *reason)
{
    char address[ADDRESS_TEXT];
    log_event(v->gateway->log, LOG_INFO, event, "path address transport reason",
              v->stream ? v->stream->path->name : NULL, address_write(address, &v->peer), way(v),
              reason);
}

const struct output *viewer_output(const struct viewer *v)
{
    return v->member.group ? group_output(v->member.group) : v->reader.output;
}

uint32_t viewer_tracks(const struct viewer *v)
{
    if (v->is_multicast)
        return v->member.tracks;
    return v->reader.output ? v->reader.output->tracks : 0;
}

static void leave(struct viewer *v)
{
    if (v->stream && stream_is_own(v->stream))
        stream_answer_control(v->stream, RTSP_SESSION_NOT_FOUND);
    group_exit(&v->member);
    if (v->stream)
        stream_exit(v->stream, &v->reader);
    v->stream = NULL;
    viewer_port_remove_all(v);
    v->reader.output = output_free(v->reader.output);
}

void viewer_doom(struct viewer *v, const char *reason)
{
    if (!v->doom)
        v->doom = reason;
}

void viewer_on_stream_ended(void *owner)
{
    struct viewer *v = owner;
    leave(v);
    viewer_doom(v, "stream over"); /* it may be on the stack: the next tick ends it */
}

void viewer_on_teardown(void *viewer, enum rtsp_end why)
{
    static const char *const reasons[] = {
        [RTSP_END_TEARDOWN] = "client left",
        [RTSP_END_TIMEOUT] = "no sign of life",
        [RTSP_END_CONNECTION] = "connection closed",
        [RTSP_END_OWNER] = "set-up failed",
    };
    struct viewer *v = viewer;
    if (v->stream && why != RTSP_END_TEARDOWN)
        stream_send_bye(v->stream, &v->reader);
    log_viewer(v, "viewer_left", v->doom ? v->doom : reasons[why]);
    leave(v);
    if (v->siblings)
        DL_DELETE2(*v->siblings, v, prev_of, next_of);
    DL_DELETE(v->gateway->viewers, v);
    admission_leave(&v->gateway->admission, ADMISSION_SESSION, v->guest);
    free(v);
}

/* The connection is closed with it: players understand that sooner than they ask again. */
static void end(struct viewer *v)
{
    struct dialogue *d = rtsp_session_connection(v->session);
    const char *reason = v->doom;
    rtsp_session_end(v->session);
    if (d)
        dialogue_doom(d, reason);
}

static int join(struct viewer *v, int64_t now_us)
{
    if (v->member.group)
        return group_play(&v->member, now_us);
    return v->reader.is_joined ? 0 : stream_join(v->stream, &v->reader, now_us);
}

static bool is_playing(const struct viewer *v)
{
    return v->member.group ? v->member.plays : v->reader.is_joined;
}

int viewer_play(struct viewer *v, struct rtsp_first *firsts, size_t *count, int64_t now_us)
{
    if (!v->stream)
        return RTSP_SESSION_NOT_FOUND;
    if (join(v, now_us) < 0)
        return RTSP_NOT_ENOUGH_BANDWIDTH;
    for (unsigned track = 0; track < v->stream->sdp->track_count; track++) {
        if (!viewer_has_track(v, track))
            continue;
        struct rtsp_first *first = &firsts[(*count)++];
        *first = (struct rtsp_first){.track = track};
        first->is_known = packet_switch_first(v->stream->sw, viewer_output(v), track, &first->seq,
                                              &first->rtptime);
    }
    log_viewer(v, "viewer_playing", NULL);
    return RTSP_OK;
}

void viewer_play_at(struct viewer *v, uint64_t next, int64_t now_us)
{
    if (!v->reader.is_joined)
        stream_join_at(v->stream, &v->reader, next, now_us);
    log_viewer(v, "viewer_playing", NULL);
}

struct stream *viewer_stream(const struct viewer *v)
{
    return v->stream;
}

bool viewer_has_track(const struct viewer *v, unsigned track)
{
    return viewer_tracks(v) >> track & 1;
}

void viewer_pause(struct viewer *v)
{
    if (v->member.group)
        group_pause(&v->member);
    else if (v->stream)
        stream_leave(v->stream, &v->reader);
}

void viewer_release(struct viewer *v, unsigned track)
{
    if (!v->stream)
        return;
    if (v->member.group) {
        group_remove_track(&v->member, track);
        return;
    }
    output_remove(v->reader.output, track);
    viewer_port_remove(v, track);
}

bool viewer_send(struct viewer *v, int64_t now_us)
{
    if (!v->stream)
        return true;
    if (v->member.group) {
        group_send(&v->member, now_us);
        return true;
    }
    stream_send_one(v->stream, &v->reader, now_us);
    return !v->reader.output->is_broken;
}

/* A viewer that takes nothing is closed; the tape has no use for it (and it none for the tape). */
static bool is_stuck(const struct viewer *v, int64_t now_us)
{
    const struct output *o = v->reader.output;
    return v->reader.is_joined && o && o->is_busy &&
           now_us - o->progress_us >= v->gateway->settings->write_timeout_us;
}

void viewer_tick(struct viewer *v, int64_t now_us)
{
    if (is_stuck(v, now_us))
        viewer_doom(v, "takes no media");
    else if (v->reader.output && v->reader.output->is_broken)
        viewer_doom(v, "connection broke");
    if (v->doom)
        end(v);
}

void viewer_end_all(struct gateway *g, const char *reason)
{
    while (g->viewers) {
        viewer_doom(g->viewers, reason);
        end(g->viewers);
    }
}

bool viewer_is_multicast(const struct viewer *v)
{
    return v->is_multicast;
}

void viewer_touch(struct viewer *v, int64_t now_us)
{
    rtsp_session_touch(v->session, now_us);
}

struct viewer *viewer_next(const struct viewer *v)
{
    return v->next;
}

struct viewer *viewer_next_of(const struct viewer *v)
{
    return v->next_of;
}

bool viewer_status(const struct viewer *v, struct viewer_status *status, char text[ADDRESS_TEXT],
                   int64_t now_us)
{
    const struct output *o = viewer_output(v);
    if (!v->stream || !o)
        return false;
    *status = (struct viewer_status){
        .id = v->id,
        .stream = v->stream->path->name,
        .address = address_write(text, &v->peer),
        .transport = way(v),
        .state = is_playing(v) ? "playing" : "ready",
        .engine = v->is_tcp ? "" : engine_names[o->is_looping ? ENGINE_LOOP : ENGINE_DIRECT],
        .age_us = now_us - v->since_us,
        .packets = o->packets,
        .bytes = o->bytes,
        .skipped = o->cursor.skipped,
        .fragmented = o->fragmented,
        .looped = o->looped,
        .unlooped = o->unlooped,
    };
    viewer_report_status(v, status, now_us);
    return true;
}
