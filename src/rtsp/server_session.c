/* The virtual server's session: PLAY, PAUSE, TEARDOWN. */
#include <string.h>

#include "rtsp/server_internal.h"

/* Live media starts now, and its beginning is now. 0, or the status to refuse with. */
static int check_live_range(struct span text)
{
    struct range_field range;
    if (!text.ptr)
        return 0;
    if (range_field_parse(&range, text) < 0)
        return RTSP_BAD_REQUEST;
    /* RFC 2326 12.29, 11.3.7: NPT must be understood; there is no past to seek in. */
    if (range.kind == RANGE_OTHER)
        return RTSP_NOT_IMPLEMENTED;
    if (range.kind == RANGE_NPT_OTHER)
        return RTSP_HEADER_NOT_VALID;
    return 0;
}

void server_play(struct rtsp_server *s, const struct rtsp_message *m)
{
    struct rtsp_play play = {
        .range = rtsp_header_find(m, "Range"),
        .scale = rtsp_header_find(m, "Scale"),
        .speed = rtsp_header_find(m, "Speed"),
    };
    if (s->session->announcement) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    int status = s->session->allows_seek ? 0 : check_live_range(play.range);
    if (status != 0) {
        server_reply(s, status);
        return;
    }
    s->has_scale = play.scale.ptr != NULL;
    s->has_speed = play.speed.ptr != NULL;
    s->waits_for = RTSP_PLAY;
    s->ops->play(s->owner, s->session, &play);
}

/* RFC 2326 12.33: the URL as it was used in SETUP. */
static void write_rtp_info(struct rtsp_server *s, struct writer *w, const struct rtsp_first *firsts,
                           size_t count)
{
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        char url[LIMIT_URL + 32];
        struct writer u = writer_of(url, sizeof url);
        const struct server_track *t = session_track(s->session, (int)firsts[i].track);
        if (!t)
            continue;
        const char *base = s->session->base;
        writer_text(&u, base);
        if (t->has_suffix)
            writer_format(&u, "/trackID=%u%s", firsts[i].track, base + strlen(base) + 1);
        struct rtp_info info = {
            .url = writer_written(&u),
            .has_seq = firsts[i].is_known,
            .has_rtptime = firsts[i].is_known,
            .seq = firsts[i].seq,
            .rtptime = firsts[i].rtptime,
        };
        writer_text(w, is_first ? "RTP-Info: " : ",");
        rtp_info_write(w, &info);
        is_first = false;
    }
    if (!is_first)
        writer_text(w, "\r\n");
}

static void write_header(struct writer *w, const char *name, struct span value)
{
    if (value.len > 0)
        rtsp_write_header(w, name, "%.*s", SPAN_ARG(value));
}

void rtsp_server_played(struct rtsp_server *s, int status, const struct rtsp_played *played)
{
    char bytes[LIMIT_RTSP_HEAD];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (status == RTSP_OK && !s->session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status != RTSP_OK) {
        server_reply(s, status);
        return;
    }
    s->session->state = SERVER_PLAYING;
    server_start_reply(s, &w, RTSP_OK);
    rtsp_write_header(&w, "Session", "%s", s->session->id);
    if (s->session->allows_seek) {
        write_header(&w, "Range", played->range);
        write_header(&w, "Scale", played->scale);
        write_header(&w, "Speed", played->speed);
    } else { /* RFC 2326 12.34, 12.35: what holds, whatever was asked for */
        rtsp_write_header(&w, "Range", "npt=now-");
        write_header(&w, "Scale", span_text(s->has_scale ? "1" : ""));
        write_header(&w, "Speed", span_text(s->has_speed ? "1" : ""));
    }
    struct writer before = w;
    write_header(&w, "RTP-Info", played->rtp_info);
    write_rtp_info(s, &w, played->firsts, played->count);
    if (w.is_full)
        w = before; /* many tracks under a long URL: the reply goes without it */
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_OK);
}

void server_pause(struct rtsp_server *s)
{
    if (s->session->state <= SERVER_READY) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    s->waits_for = RTSP_PAUSE;
    s->ops->pause(s->owner, s->session);
}

void rtsp_server_paused(struct rtsp_server *s, int status)
{
    if (status == RTSP_OK && !s->session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status == RTSP_OK)
        s->session->state = SERVER_READY;
    server_reply(s, status);
}

void server_teardown(struct rtsp_server *s)
{
    if (s->track < 0) {
        session_end(s->session, RTSP_END_TEARDOWN);
    } else { /* RFC 2326 10.7: one stream of several */
        s->ops->release(s->owner, s->session, (unsigned)s->track);
        session_drop_track(s->session, s->track);
    }
    server_reply(s, RTSP_OK);
}
