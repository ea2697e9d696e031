#include "rtsp_world.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/server_internal.h"

bool world_begin(struct world *w, bool has_users, bool has_publishers)
{
    static const struct authenticator_settings users = {true, true, true};
    *w = (struct world){.settings = {60, true, true, true, has_publishers},
                        .now_us = CLOCK_SECOND_US};
    for (int i = 0; i < WORLD_CONNECTIONS; i++)
        w->connections[i].world = w;
    account_init(&w->accounts[ALICE], span_text("alice"), span_text("secret"));
    account_init(&w->accounts[BOB], span_text("bob"), span_text("secret"));
    if (has_users && authenticator_new(&w->settings.authenticator, &users) < 0)
        return false;
    if (rtsp_sessions_new(&w->all, &w->settings, &world_ops, &w->counts) == 0)
        return true;
    authenticator_free(w->settings.authenticator);
    return false;
}

void world_end(struct world *w)
{
    for (int i = 0; i < WORLD_CONNECTIONS; i++)
        if (w->connections[i].server)
            world_close(&w->connections[i]);
    world_check(w);
    w->is_ending = true;
    rtsp_sessions_free(w->all);
    authenticator_free(w->settings.authenticator);
    for (int i = 0; i < w->session_count; i++)
        assert(!w->sessions[i].session);
}

bool world_is_his(const struct world_connection *c, const struct world_request *r,
                  const struct world_session *session)
{
    bool is_asked_for = c->world->settings.authenticator && !r->is_free;
    enum world_user user = is_asked_for ? r->user : NOBODY;
    return user == session->user && (user != NOBODY || c->host == session->host);
}

static const struct world_connection *connection_of(const struct world *w,
                                                    const struct rtsp_session *session)
{
    for (int i = 0; i < WORLD_CONNECTIONS; i++)
        if (w->connections[i].server && w->connections[i].server == session->server)
            return &w->connections[i];
    return NULL;
}

static void check_session(const struct world *w, const struct world_session *kept)
{
    const struct rtsp_session *session = kept->session;
    const struct world_connection *c = connection_of(w, session);

    assert(session->owner == kept && (c != NULL) == (session->server != NULL));
    assert((session->state == SERVER_INIT) == (session->track_count == 0));
    assert(kept->is_publisher == (session->announcement != NULL));
    if (session->state == SERVER_INIT) /* announced, or its first SETUP waits for an answer */
        assert(c && (kept->is_publisher || (c->in_hand && c->server->session == session)));
    if (session_is_interleaved(session))
        assert(c && c == kept->carrier);
    else
        assert(session->alive_us <= kept->life_us);
    /* It goes to nobody else's connection. */
    if (c && kept->user == NOBODY)
        assert(c->host == kept->host);
    else if (c)
        assert(c->has_proven & 1u << kept->user);
}

void world_check(const struct world *w)
{
    unsigned found = 0, open = 0;
    for (int i = 0; i < w->session_count; i++) {
        const struct world_session *kept = &w->sessions[i];
        if (!kept->session)
            continue;
        check_session(w, kept);
        found += kept->session->state != SERVER_INIT;
    }
    assert(found == HASH_COUNT(w->all->by_id));
    for (int i = 0; i < WORLD_CONNECTIONS; i++) {
        const struct world_connection *c = &w->connections[i];
        if (!c->server)
            continue;
        bool is_asked = rtsp_server_is_waiting(c->server);
        assert(!c->in_hand || is_asked); /* what waits without a question is a held refusal */
        assert(!is_asked || c->asked_count > 0);
        if (c->in_hand && c->about && c->about->session)
            assert(rtsp_server_session(c->server) == c->about->session &&
                   connection_of(w, c->about->session) == c);
        open += is_asked;
    }
    assert(w->counts.requests == w->answers + w->dropped + open);
}

void world_open(struct world_connection *c, const char *host)
{
    struct world *w = c->world;
    assert(!c->server);
    memset(c, 0, sizeof *c);
    c->world = w;
    c->host = host;
    c->status = RTSP_OK;
    c->progress_us = w->now_us;
    if (rtsp_server_new(&c->server, w->all, c, host, w->now_us) < 0)
        c->server = NULL;
}

void world_close(struct world_connection *c)
{
    struct world *w = c->world;
    w->dropped += rtsp_server_is_waiting(c->server);
    w->closing = c;
    rtsp_server_free(c->server);
    w->closing = NULL;
    c->server = NULL;
    c->in_hand = NULL;
    c->is_closed = false;
}

/* What the requests that are to come may do to the life of a session. */
static void note_life(struct world_connection *c)
{
    struct world *w = c->world;
    for (int i = 0; i < w->session_count; i++) {
        struct world_session *kept = &w->sessions[i];
        for (size_t j = 0; kept->session && j < c->asked_count; j++) {
            const struct world_request *r = &w->requests[c->asked[j]];
            bool is_meant = r->session == i || (r->method == RTSP_SETUP && !r->names_session);
            if (is_meant && world_is_his(c, r, kept))
                kept->life_us = w->now_us;
        }
    }
}

void world_consume(struct world_connection *c)
{
    size_t shown = c->len - c->withheld;
    bool was_closed = c->is_closed;
    if (!c->server)
        return;
    note_life(c);
    c->world->consuming = c;
    size_t taken = rtsp_server_consume(c->server, span_of(c->inbox, shown), c->world->now_us);
    c->world->consuming = NULL;
    assert(taken <= shown && (!was_closed || taken == shown));
    if (taken > 0)
        c->progress_us = c->world->now_us;
    c->len -= taken;
    memmove(c->inbox, c->inbox + taken, c->len);
}

void world_tick(struct world_connection *c)
{
    int64_t now_us = c->world->now_us;
    if (!c->server || c->is_closed)
        return;
    size_t open = c->asked_count;
    rtsp_server_tick(c->server, now_us, c->len > c->withheld);
    if (c->asked_count < open) /* a refusal that was held back */
        world_consume(c);
    else if (c->is_closed) /* not without a reason */
        assert(now_us >= c->progress_us + 10 * CLOCK_SECOND_US ||
               (!server_has_session(c->server) &&
                now_us >= c->server->request_us + 10 * CLOCK_SECOND_US));
    else /* and not behind the time for long */
        assert(rtsp_server_deadline_us(c->server) > now_us);
}

void world_expire(struct world *w)
{
    int64_t least_us = w->now_us - (int64_t)w->settings.session_timeout_s * CLOCK_SECOND_US * 6 / 5;
    w->is_expiring = true;
    rtsp_sessions_tick(w->all, w->now_us);
    w->is_expiring = false;
    for (int i = 0; i < w->session_count; i++) {
        const struct rtsp_session *session = w->sessions[i].session;
        if (session && session->state != SERVER_INIT && !session_is_interleaved(session) &&
            !(session->server && rtsp_server_is_waiting(session->server)))
            assert(session->alive_us > least_us);
    }
}

/* A session was set up, or not: what the owner learns of it. */
static void set_up(struct world_connection *c)
{
    struct world *w = c->world;
    struct rtsp_session *session = rtsp_server_session(c->server);
    struct world_session *kept = session ? rtsp_session_owner(session) : NULL;

    if (kept)
        kept->life_us = w->now_us;
    w->is_ending = true;
    rtsp_server_set_up(c->server, c->status, &c->wanted);
    w->is_ending = false;
    if (!kept || !kept->session || session->state == SERVER_INIT)
        return;
    span_copy(kept->id, sizeof kept->id, span_text(session->id));
    kept->is_udp = !session_is_interleaved(session);
    kept->carrier = kept->is_udp ? NULL : c;
}

static void announced(struct world_connection *c)
{
    c->world->is_ending = true;
    rtsp_server_announced(c->server, c->status);
    c->world->is_ending = false;
}

void world_answer(struct world_connection *c)
{
    static const char sdp[] = "v=0\r\nm=audio 0 RTP/AVP 0\r\n";
    static const struct rtsp_first firsts[] = {{.track = 0, .is_known = true, .seq = 65535},
                                               {.track = 1}};
    const struct rtsp_played played = {.firsts = firsts, .count = 2, .range = span_text("npt=7-")};
    const struct world_request *r = c->in_hand;

    if (!r)
        return;
    if (c->status >= 400)
        rtsp_server_retry_after(c->server, 7);
    if (r->method == RTSP_DESCRIBE)
        rtsp_server_described(c->server, c->status, span_text(sdp), 0);
    else if (r->method == RTSP_SETUP)
        set_up(c);
    else if (r->method == RTSP_PLAY)
        rtsp_server_played(c->server, c->status, &played);
    else if (r->method == RTSP_ANNOUNCE)
        announced(c);
    else if (r->method == RTSP_RECORD)
        rtsp_server_recorded(c->server, c->status);
    else
        rtsp_server_paused(c->server, c->status);
    assert(!c->in_hand);
}

void world_end_session(struct world_session *kept)
{
    kept->world->is_ending = true;
    rtsp_session_end(kept->session);
    kept->world->is_ending = false;
    assert(!kept->session);
}
