/* The session with the origin: SETUP of each track, PLAY, and keeping it alive. */
#include <errno.h>

#include "base/clock.h"
#include "rtsp/client_internal.h"

static const int64_t keep_alive_most_us = 30 * CLOCK_SECOND_US;

void client_set_up_next(struct rtsp_client *c)
{
    while (c->track_next < c->track_count && !c->tracks[c->track_next].url)
        c->track_next++;
    if (c->track_next < c->track_count) {
        c->step = STEP_SETUP;
        client_send(c, RTSP_SETUP, c->tracks[c->track_next].url);
        return;
    }
    if (c->is_stored) {
        client_be_ready(c);
        return;
    }
    c->step = STEP_PLAY;
    client_send(c, RTSP_PLAY, c->base_url);
}

/* Some cameras leave it out of an answer, and name it in a later one. An answer without a timeout
 * does not take back what another one said: the shortest counts. */
static int take_session(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct session_field field;
    struct span text = rtsp_header_find(m, "Session");
    int result = text.ptr ? session_field_parse(&field, text) : -ENOENT;
    if (result < 0)
        return result == -ENOENT ? 0 : result;
    if (field.timeout_s < c->session_timeout_s || !span_is_text(field.id, c->session))
        c->session_timeout_s = field.timeout_s;
    return span_copy(c->session, sizeof c->session, field.id);
}

void client_on_set_up(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct transport transport;
    struct span text = rtsp_header_find(m, "Transport");
    int result = transport_parse_next(&transport, &text) < 0 ? -EPROTONOSUPPORT : 0;

    if (take_session(c, m) < 0)
        result = -EBADMSG;
    if (result == 0)
        result = c->ops->set_up(c->owner, (unsigned)c->track_next, &transport);
    if (result < 0) {
        client_fail(c,
                    result == -EPROTONOSUPPORT ? RTSP_CLIENT_TRANSPORT
                    : result == -EADDRNOTAVAIL ? RTSP_CLIENT_GROUP
                    : result == -ENOMEM        ? RTSP_CLIENT_SHORT
                                               : RTSP_CLIENT_BROKEN,
                    0);
        return;
    }
    c->tracks[c->track_next++].is_set_up = true;
    client_set_up_next(c);
}

/* Which track an RTP-Info entry is about: its URL may be relative, or end with a slash. */
static bool is_url_of(const char *track_url, struct span url)
{
    struct span own = span_text(track_url);
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    while (own.len > 0 && own.ptr[own.len - 1] == '/')
        own.len--;
    return url.len > 0 && url.len <= own.len &&
           span_is_equal(span_skip(own, own.len - url.len), url) &&
           (url.len == own.len || own.ptr[own.len - url.len - 1] == '/' || url.ptr[0] == '/');
}

/* Counted from when the last request went out: about then the origin's own timer was set anew. */
void client_schedule_keep_alive(struct rtsp_client *c)
{
    int64_t half_us = (int64_t)c->session_timeout_s * CLOCK_SECOND_US / 2;
    c->keep_alive_us = c->sent_us + (half_us < keep_alive_most_us ? half_us : keep_alive_most_us);
}

void client_take_infos(const struct rtsp_client *c, struct rtp_info infos[LIMIT_TRACKS],
                       const struct rtsp_message *m)
{
    struct rtp_info info;
    struct span text = rtsp_header_find(m, "RTP-Info");
    int result;

    while ((result = rtp_info_parse_next(&info, &text)) != -ENOENT)
        for (size_t i = 0; result == 0 && i < c->track_count; i++)
            if (c->tracks[i].is_set_up && is_url_of(c->tracks[i].url, info.url))
                infos[i] = info;
}

void client_on_playing(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct rtp_info infos[LIMIT_TRACKS] = {0};

    if (take_session(c, m) < 0) {
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    client_take_infos(c, infos, m);
    c->step = STEP_PLAYING;
    client_schedule_keep_alive(c);
    c->ops->playing(c->owner, infos, c->track_count);
}

void client_choose_keep_alive(struct rtsp_client *c, struct span public)
{
    c->has_set_parameter = method_list_has(public, RTSP_SET_PARAMETER);
    if (method_list_has(public, RTSP_GET_PARAMETER))
        c->keep_alive = RTSP_GET_PARAMETER;
    else
        c->keep_alive = c->has_set_parameter ? RTSP_SET_PARAMETER : RTSP_OPTIONS;
}

/* Public may promise too much: 405, 451, 501 and others have been seen. */
static enum rtsp_method next_keep_alive(const struct rtsp_client *c)
{
    if (c->keep_alive == RTSP_GET_PARAMETER && c->has_set_parameter)
        return RTSP_SET_PARAMETER;
    return c->keep_alive == RTSP_OPTIONS ? RTSP_GET_PARAMETER : RTSP_OPTIONS;
}

void client_on_kept_alive(struct rtsp_client *c, int status)
{
    static const unsigned method_count = 3;
    if (status == RTSP_SESSION_NOT_FOUND) {
        client_fail(c, RTSP_CLIENT_ENDED, status);
        return;
    }
    if (status < 400) {
        c->keep_alive_tries = 0;
    } else {
        c->keep_alive = next_keep_alive(c);
        if (++c->keep_alive_tries < method_count) {
            client_send(c, c->keep_alive, c->base_url);
            return;
        }
        c->keep_alive_tries = 0; /* the origin takes none of them: its media says that it lives */
    }
    client_schedule_keep_alive(c);
}
