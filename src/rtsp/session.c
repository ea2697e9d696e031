#include "rtsp/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/random.h"
#include "rtsp/server_internal.h"

int rtsp_sessions_new(struct rtsp_sessions **sessions, const struct rtsp_server_settings *settings,
                      const struct rtsp_server_ops *ops, struct rtsp_server_counts *counts)
{
    struct rtsp_sessions *all = calloc(1, sizeof *all);
    if (!all)
        return -ENOMEM;
    all->settings = settings;
    all->ops = ops;
    all->counts = counts;
    *sessions = all;
    return 0;
}

struct rtsp_sessions *rtsp_sessions_free(struct rtsp_sessions *all)
{
    struct rtsp_session *session, *next;
    if (all)
        HASH_ITER(hh, all->by_id, session, next)
    session_end(session, RTSP_END_OWNER);
    free(all);
    return NULL;
}

/* Interleaved, the connection itself is the sign of life. */
static bool is_expired(const struct rtsp_session *session, int64_t now_us)
{
    int64_t timeout_us = (int64_t)session->all->settings->session_timeout_s * CLOCK_SECOND_US;
    bool is_asked = session->server && session->server->session == session &&
                    rtsp_server_is_waiting(session->server);
    return !session_is_interleaved(session) && !is_asked &&
           now_us >= session->alive_us + timeout_us * 6 / 5;
}

void rtsp_sessions_tick(struct rtsp_sessions *all, int64_t now_us)
{
    struct rtsp_session *session, *next;
    HASH_ITER(hh, all->by_id, session, next)
    {
        if (!is_expired(session, now_us))
            continue;
        all->counts->expired++;
        session_end(session, RTSP_END_TIMEOUT);
    }
}

struct rtsp_session *session_new(struct rtsp_server *s, const char *name)
{
    struct rtsp_session *session = calloc(1, sizeof *session);
    char *copy = strdup(name);
    if (!session || !copy) {
        free(session);
        free(copy);
        return NULL;
    }
    session->all = s->sessions;
    session->name = copy;
    session->alive_us = s->now_us;
    memcpy(session->host, s->host, sizeof session->host);
    session->who = s->who;
    session->server = s;
    DL_APPEND(s->own, session);
    return session;
}

int session_establish(struct rtsp_session *session)
{
    random_token(session->id, SESSION_ID_LEN);
    HASH_ADD_STR(session->all->by_id, id, session);
    if (!session->hh.tbl)
        return -ENOMEM;
    session->state = SERVER_READY;
    return 0;
}

static void leave_server(struct rtsp_session *session)
{
    struct rtsp_server *s = session->server;
    if (!s)
        return;
    if (s->session == session)
        s->session = NULL;
    DL_DELETE(s->own, session);
    session->server = NULL;
}

void session_end(struct rtsp_session *session, enum rtsp_end why)
{
    const struct rtsp_server_ops *ops = session->all->ops;
    void *owner = session->owner;
    leave_server(session);
    if (session->state != SERVER_INIT)
        HASH_DELETE(hh, session->all->by_id, session);
    free(session->name);
    free(session->base);
    free(session->tracks);
    bool is_publisher = session->announcement != NULL;
    announcement_free(session->announcement);
    free(session);
    if (owner && is_publisher)
        ops->unpublish(owner, why);
    else if (owner)
        ops->teardown(owner, why);
}

void session_let_go(struct rtsp_session *session)
{
    if (session->state == SERVER_INIT || session_is_interleaved(session))
        session_end(session, RTSP_END_CONNECTION);
    else
        leave_server(session);
}

/* An id is no credential (RFC 2326 16): it is worth something to him alone who made the session. */
static bool is_his(const struct rtsp_server *s, const struct rtsp_session *session)
{
    return s->who == session->who && (s->who || strcmp(s->host, session->host) == 0);
}

/* Onto another connection. */
static bool may_take(const struct rtsp_session *session)
{
    return !session_is_interleaved(session) &&
           !(session->server && rtsp_server_is_waiting(session->server));
}

struct rtsp_session *session_find(struct rtsp_server *s, const struct rtsp_message *m)
{
    struct session_field field;
    struct rtsp_session *session = NULL;

    if (session_field_parse(&field, rtsp_header_find(m, "Session")) < 0)
        return NULL;
    HASH_FIND(hh, s->sessions->by_id, field.id.ptr, field.id.len, session);
    if (!session || !is_his(s, session))
        return NULL;
    if (session->server == s)
        return session;
    if (!may_take(session))
        return NULL;
    leave_server(session);
    session->server = s;
    DL_APPEND(s->own, session);
    return session;
}

bool server_has_session(const struct rtsp_server *s)
{
    for (const struct rtsp_session *session = s->own; session; session = session->next)
        if (session->state != SERVER_INIT)
            return true;
    return false;
}

bool session_is_interleaved(const struct rtsp_session *session)
{
    return session->track_count > 0 && session->tracks[0].delivery.is_tcp;
}

struct server_track *session_track(const struct rtsp_session *session, int index)
{
    for (size_t i = 0; i < session->track_count; i++)
        if (session->tracks[i].index == index)
            return &session->tracks[i];
    return NULL;
}

struct server_track *session_keep_track(struct rtsp_session *session, int track,
                                        const struct rtsp_delivery *delivery)
{
    int index = track < 0 ? 0 : track;
    struct server_track *t = session_track(session, index);
    if (!t) {
        struct server_track *larger =
            realloc(session->tracks, (session->track_count + 1) * sizeof *larger);
        if (!larger)
            return NULL;
        session->tracks = larger;
        t = &session->tracks[session->track_count++];
    }
    *t = (struct server_track){
        .index = (uint8_t)index, .has_suffix = track >= 0, .delivery = *delivery};
    return t;
}

void session_drop_track(struct rtsp_session *session, int track)
{
    struct server_track *t = session_track(session, track);
    if (t)
        *t = session->tracks[--session->track_count];
}

void rtsp_session_bind(struct rtsp_session *session, void *owner)
{
    session->owner = owner;
}

void *rtsp_session_owner(const struct rtsp_session *session)
{
    return session->owner;
}

bool rtsp_session_is_publisher(const struct rtsp_session *session)
{
    return session->announcement != NULL;
}

struct span rtsp_session_description(const struct rtsp_session *session)
{
    return span_text(session->announcement ? session->announcement->text : NULL);
}

void rtsp_session_allow_seek(struct rtsp_session *session)
{
    session->allows_seek = true;
}

const struct account *rtsp_session_account(const struct rtsp_session *session)
{
    return session->who;
}

void *rtsp_session_connection(const struct rtsp_session *session)
{
    return session->server ? session->server->owner : NULL;
}

void rtsp_session_touch(struct rtsp_session *session, int64_t now_us)
{
    session->alive_us = now_us;
}

void rtsp_session_end(struct rtsp_session *session)
{
    session_end(session, RTSP_END_OWNER);
}
