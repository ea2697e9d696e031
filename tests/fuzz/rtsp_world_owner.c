/* The owner of the virtual server in a world: its operations, and what each may rely on. */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/server_internal.h"
#include "rtsp_world.h"

/* An operation was called for the request in hand: it is of this method, nothing else is open, and
 * he who makes it is not known to be somebody else. */
static struct world_request *begin(struct world_connection *c, enum rtsp_method method)
{
    struct world_request *r = world_current(c);
    assert(c->world->consuming == c && !c->in_hand && r->method == method);
    assert(!r->is_last && !r->has_no_cseq);
    if (c->world->settings.authenticator)
        assert(!r->is_wrong);
    c->in_hand = r;
    c->about = NULL;
    return r;
}

static void finish(struct world_connection *c, struct rtsp_session *session)
{
    struct world_session *kept = session ? rtsp_session_owner(session) : NULL;
    if (c->is_late)
        return;
    world_answer(c);
    if (c->is_ending && kept && kept->session)
        world_end_session(kept);
}

static void on_describe(void *owner, const char *name)
{
    assert(name[0]);
    begin(owner, RTSP_DESCRIBE);
    finish(owner, NULL);
}

static struct world_session *bind(struct world_connection *c, const struct world_request *r,
                                  struct rtsp_session *session)
{
    struct world *w = c->world;
    if (w->session_count == WORLD_SESSIONS)
        return NULL;
    struct world_session *kept = &w->sessions[w->session_count++];
    *kept = (struct world_session){
        .world = w,
        .session = session,
        .host = c->host,
        .user = w->settings.authenticator ? r->user : NOBODY,
        .is_publisher = r->method == RTSP_ANNOUNCE,
        .life_us = w->now_us,
        .proof_us = INT64_MIN,
    };
    const struct account *who = rtsp_session_account(session);
    assert(who == (kept->user == NOBODY ? NULL : &w->accounts[kept->user]));
    rtsp_session_bind(session, kept);
    return kept;
}

static int on_name(void *owner, char name[LIMIT_NAME], const struct rtsp_target *target)
{
    (void)owner;
    if (target->has_host && span_is_text(target->url.host, "elsewhere"))
        return RTSP_FORBIDDEN;
    return rtsp_server_name(name, target->url.path);
}

/* A session that an operation is called for: of this connection, and his. */
static struct world_session *check_session(struct world_connection *c,
                                           const struct world_request *r,
                                           const struct rtsp_session *session)
{
    struct world_session *kept = rtsp_session_owner(session);
    assert(kept && kept->world == c->world && kept->session == session);
    assert(rtsp_session_connection(session) == c);
    if (r)
        assert(world_is_his(c, r, kept));
    if (r && r == c->in_hand)
        c->about = kept;
    return kept;
}

/* A session goes one way. */
static void check_offer(const struct rtsp_session *session, int track,
                        const struct rtsp_offer *offer)
{
    assert(!offer->has_multicast || !rtsp_session_is_publisher(session));
    for (size_t i = 0; i < session->track_count; i++) {
        const struct rtsp_delivery *d = &session->tracks[i].delivery;
        if (session->tracks[i].index != (track < 0 ? 0 : track))
            assert(d->is_multicast ? !offer->has_unicast : !offer->has_multicast);
    }
}

static void on_setup(void *owner, struct rtsp_session *session, const char *name, int track,
                     const struct rtsp_offer *offer)
{
    struct world_connection *c = owner;
    struct world_request *r = begin(c, RTSP_SETUP);
    assert(name[0] && track >= -1 && track <= LIMIT_TRACKS);
    assert(rtsp_server_session(c->server) == session);
    assert(offer->has_unicast || offer->has_multicast);
    check_offer(session, track, offer);
    bool is_multicast = !offer->has_unicast || !c->world->settings.allows_publishing;
    c->wanted = offer->has_multicast && is_multicast ? offer->multicast : offer->unicast;
    if (!rtsp_session_owner(session) && (c->status == 461 || !bind(c, r, session))) {
        rtsp_server_set_up(c->server, RTSP_UNSUPPORTED_TRANSPORT, NULL);
        return;
    }
    assert(!check_session(c, r, session)->is_publisher || track >= 0);
    finish(c, session);
}

static void on_announce(void *owner, struct rtsp_session *session, const char *name)
{
    struct world_connection *c = owner;
    struct world_request *r = begin(c, RTSP_ANNOUNCE);
    assert(name[0] && !rtsp_session_owner(session) && rtsp_session_is_publisher(session));
    assert(rtsp_session_description(session).len > 0 && c->world->settings.allows_publishing);
    if (c->status == 461 || !bind(c, r, session)) {
        rtsp_server_announced(c->server, RTSP_METHOD_NOT_ALLOWED);
        return;
    }
    check_session(c, r, session);
    finish(c, session);
}

static void on_record(void *owner, struct rtsp_session *session)
{
    struct world_connection *c = owner;
    assert(check_session(c, begin(c, RTSP_RECORD), session)->is_publisher);
    finish(c, session);
}

static void on_play(void *owner, struct rtsp_session *session, const struct rtsp_play *play)
{
    struct world_connection *c = owner;
    assert(!check_session(c, begin(c, RTSP_PLAY), session)->is_publisher);
    assert(play->range.len < LIMIT_RTSP_HEAD);
    finish(c, session);
}

static void on_pause(void *owner, struct rtsp_session *session)
{
    struct world_connection *c = owner;
    check_session(c, begin(c, RTSP_PAUSE), session);
    finish(c, session);
}

static void on_release(void *owner, struct rtsp_session *session, unsigned track)
{
    struct world_connection *c = owner;
    const struct world_request *r = world_current(c);
    assert(r->method == RTSP_TEARDOWN && c->world->consuming == c);
    assert(!check_session(c, r, session)->is_publisher);
    assert(session_track(session, (int)track) && session->track_count > 1);
}

static void on_frame(void *owner, struct rtsp_session *session, uint8_t channel, struct span packet)
{
    struct world_connection *c = owner;
    bool has_channel = false;
    assert(c->world->consuming == c && packet.len <= 65535);
    check_session(c, NULL, session);
    for (size_t i = 0; i < session->track_count; i++) {
        const struct rtsp_delivery *d = &session->tracks[i].delivery;
        has_channel |= d->is_tcp && (d->channel[0] == channel || d->channel[1] == channel);
    }
    assert(has_channel);
}

static void on_close(void *owner)
{
    struct world_connection *c = owner;
    assert(c->server && !c->is_closed && !c->in_hand);
    c->is_closed = true;
}

/* The client wished it: he said so, or has announced something else. */
static void check_wish(const struct world *w, const struct world_session *kept)
{
    const struct world_request *r = world_current(w->consuming);
    if (kept->is_publisher && r->method == RTSP_ANNOUNCE) {
        assert(!kept->id[0]);
        return;
    }
    assert(r->method == RTSP_TEARDOWN && r->session == kept - w->sessions);
    assert(world_is_his(w->consuming, r, kept));
}

static void on_end(struct world_session *kept, enum rtsp_end why)
{
    struct world *w = kept->world;

    assert(kept->session); /* not for the second time */
    kept->session = NULL;
    switch (why) {
    case RTSP_END_TEARDOWN:
        check_wish(w, kept);
        break;
    case RTSP_END_TIMEOUT:
        for (int i = 0; i < WORLD_CONNECTIONS; i++) /* none that is waited for */
            assert(!w->connections[i].in_hand || w->connections[i].about != kept);
        assert(w->is_expiring && kept->is_udp);
        assert(kept->proof_us == INT64_MIN || w->now_us >= kept->proof_us + 72 * CLOCK_SECOND_US);
        break;
    case RTSP_END_CONNECTION:
        assert(w->closing && !kept->is_udp);
        break;
    case RTSP_END_OWNER:
        assert(w->is_ending);
        break;
    }
}

static void on_teardown(void *owner, enum rtsp_end why)
{
    assert(!((struct world_session *)owner)->is_publisher);
    on_end(owner, why);
}

static void on_unpublish(void *owner, enum rtsp_end why)
{
    assert(((struct world_session *)owner)->is_publisher);
    on_end(owner, why);
}

/* "open" may be read by everybody, "bob" is for him alone. */
static enum rtsp_verdict on_may(void *owner, const struct account *who, enum rtsp_action action,
                                const char *name)
{
    struct world *w = ((struct world_connection *)owner)->world;
    bool is_bob = who == &w->accounts[BOB];
    if (!w->settings.authenticator || (strncmp(name, "open", 4) == 0 && action == RTSP_READ))
        return RTSP_MAY;
    if (!who)
        return RTSP_MAY_IF_KNOWN;
    return is_bob || strcmp(name, "bob") != 0 ? RTSP_MAY : RTSP_MAY_NOT;
}

static const struct account *on_account(void *owner, struct span user)
{
    struct world *w = ((struct world_connection *)owner)->world;
    for (int i = ALICE; i < WORLD_USERS; i++)
        if (span_is_text(user, w->accounts[i].user))
            return &w->accounts[i];
    return NULL;
}

static bool on_may_try(void *owner, struct span user)
{
    (void)owner;
    return !span_is_text(user, "slow");
}

static int64_t on_wrong(void *owner, struct span user)
{
    struct world_connection *c = owner;
    assert(!c->is_closed && world_current(c)->is_wrong);
    return span_is_text(user, "bob") ? CLOCK_SECOND_US : 0;
}

const struct rtsp_server_ops world_ops = {
    .name = on_name,
    .send = world_hear,
    .describe = on_describe,
    .setup = on_setup,
    .announce = on_announce,
    .record = on_record,
    .play = on_play,
    .pause = on_pause,
    .release = on_release,
    .teardown = on_teardown,
    .unpublish = on_unpublish,
    .frame = on_frame,
    .close = on_close,
    .may = on_may,
    .account = on_account,
    .may_try = on_may_try,
    .wrong = on_wrong,
};
