/* The virtual server's publishers: ANNOUNCE, what their SETUPs name, RECORD (RFC 2326 10.3, 10.11).
 *
 * The announcement is kept with a session that has no id yet; SETUP gives it one. */
#include "rtsp/server_internal.h"

/* Who announces again has changed his mind: a connection has one announcement that was not set
 * up. */
static void forget_announced(struct rtsp_server *s)
{
    for (struct rtsp_session *session = s->own, *next; session; session = next) {
        next = session->next;
        if (session->state == SERVER_INIT)
            session_end(session, RTSP_END_TEARDOWN);
    }
}

void server_announce(struct rtsp_server *s, const struct rtsp_message *m, const char *name)
{
    struct announcement *a;
    if (s->session) { /* a description that changes on the way is an origin's matter (10.3) */
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    int status = announcement_read(&a, m);
    if (status != 0) {
        server_reply(s, status);
        return;
    }
    forget_announced(s);
    s->session = session_new(s, name);
    if (!s->session) {
        announcement_free(a);
        server_reply(s, RTSP_INTERNAL_ERROR);
        return;
    }
    s->session->announcement = a;
    s->waits_for = RTSP_ANNOUNCE;
    s->ops->announce(s->owner, s->session, name);
}

void rtsp_server_announced(struct rtsp_server *s, int status)
{
    if (status == RTSP_OK && !s->session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status != RTSP_OK && s->session)
        session_end(s->session, RTSP_END_OWNER);
    if (status == RTSP_METHOD_NOT_ALLOWED)
        server_reply_allow(s, status);
    else
        server_reply(s, status);
}

void server_find_announced(struct rtsp_server *s, struct span url)
{
    if (s->session && s->session->announcement)
        s->track = session_find_announced(s->session, url);
    for (struct rtsp_session *own = s->own; own && !s->session; own = own->next) {
        bool is_his = own->announcement && own->state <= SERVER_READY && own->who == s->who;
        int track = is_his ? session_find_announced(own, url) : -1;
        if (track < 0)
            continue;
        s->session = own;
        s->track = track;
    }
}

int server_take_announced(struct rtsp_server *s, struct span url)
{
    server_find_announced(s, url);
    if (s->track < 0 || !session_track(s->session, s->track))
        return RTSP_NOT_FOUND;
    s->track = -1;
    return s->session->track_count == 1 ? 0 : RTSP_ONLY_AGGREGATE_ALLOWED;
}

void server_record(struct rtsp_server *s)
{
    if (!s->session->announcement) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    if (s->session->state == SERVER_RECORDING) {
        server_reply(s, RTSP_OK);
        return;
    }
    s->waits_for = RTSP_RECORD;
    s->ops->record(s->owner, s->session);
}

void rtsp_server_recorded(struct rtsp_server *s, int status)
{
    if (status == RTSP_OK && !s->session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status == RTSP_OK)
        s->session->state = SERVER_RECORDING;
    server_reply(s, status);
}
