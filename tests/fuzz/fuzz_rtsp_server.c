/* Whole dialogues with the virtual server. The input is a script: a byte that says how (a chunk of
 * bytes, time that passes, the owner's answer now), a length, and the bytes, among which 1 stands
 * for the id of the session that was told last. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/reader.h"
#include "rtsp/authenticator.h"
#include "rtsp/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { START_US = 1 };
enum question { NONE, DESCRIBE, SETUP, PLAY, PAUSE, ANNOUNCE, RECORD };

struct owner {
    struct rtsp_server *server;
    enum question open;
    bool answers_later, refuses, is_closed;
    struct account account;
    int sessions, publishers; /* bound and not ended */
    struct rtsp_delivery wanted;
    char session[64];
};

static void answer(struct owner *o)
{
    static const struct rtsp_first firsts[] = {{.track = 0, .is_known = true, .seq = 65535},
                                               {.track = 1}};
    enum question open = o->open;
    int status = o->refuses ? 404 : 200;
    o->open = NONE;
    if (open == DESCRIBE)
        rtsp_server_described(o->server, status, span_text("v=0\r\nm=audio 0 RTP/AVP 0\r\n"), 0);
    if (open == SETUP)
        rtsp_server_set_up(o->server, status, &o->wanted);
    if (open == PLAY)
        rtsp_server_played(o->server, status, &(struct rtsp_played){.firsts = firsts, .count = 2});
    if (open == PAUSE)
        rtsp_server_paused(o->server, status);
    if (open == ANNOUNCE)
        rtsp_server_announced(o->server, o->refuses ? 405 : 200);
    if (open == RECORD)
        rtsp_server_recorded(o->server, status);
}

static void ask(struct owner *o, enum question question)
{
    assert(o->open == NONE && !o->is_closed);
    o->open = question;
    if (!o->answers_later)
        answer(o);
}

static void on_send(void *owner, struct span bytes)
{
    struct owner *o = owner;
    const uint8_t *told = memmem(bytes.ptr, bytes.len, "Session: ", 9);
    assert(!o->is_closed && bytes.len > 0);
    if (!told)
        return;
    struct span rest = span_skip(bytes, (size_t)(told + 9 - bytes.ptr));
    struct span line = span_cut(&rest, '\r');
    span_copy(o->session, sizeof o->session, span_cut(&line, ';'));
}

static void on_describe(void *owner, const char *name)
{
    assert(name[0]);
    ask(owner, DESCRIBE);
}

static void on_setup(void *owner, struct rtsp_session *session, const char *name, int track,
                     const struct rtsp_offer *offer)
{
    struct owner *o = owner;
    assert(name[0] && track >= -1 && track <= LIMIT_TRACKS);
    assert(!rtsp_session_is_publisher(session) || (track >= 0 && track < LIMIT_TRACKS));
    assert(offer->has_unicast || offer->has_multicast);
    o->wanted = offer->has_multicast ? offer->multicast : offer->unicast;
    if (rtsp_session_is_publisher(session))
        assert(rtsp_session_owner(session) == o);
    else
        o->sessions += rtsp_session_owner(session) == NULL;
    rtsp_session_bind(session, o);
    ask(o, SETUP);
}

static void on_play(void *owner, struct rtsp_session *session, const struct rtsp_play *play)
{
    struct owner *o = owner;
    assert(o->sessions > 0 && rtsp_session_owner(session) == o);
    (void)play;
    ask(o, PLAY);
}

static void on_announce(void *owner, struct rtsp_session *session, const char *name)
{
    struct owner *o = owner;
    assert(name[0] && rtsp_session_description(session).len > 0);
    o->publishers++;
    rtsp_session_bind(session, o);
    ask(o, ANNOUNCE);
}

static void on_record(void *owner, struct rtsp_session *session)
{
    assert(rtsp_session_owner(session) == owner && rtsp_session_is_publisher(session));
    ask(owner, RECORD);
}

static void on_unpublish(void *owner, enum rtsp_end why)
{
    struct owner *o = owner;
    (void)why;
    assert(o->publishers > 0);
    o->publishers--;
}

static void on_pause(void *owner, struct rtsp_session *session)
{
    struct owner *o = owner;
    assert(o->sessions + o->publishers > 0 && rtsp_session_owner(session) == o);
    ask(o, PAUSE);
}

static void on_release(void *owner, struct rtsp_session *session, unsigned track)
{
    struct owner *o = owner;
    assert(o->sessions > 0 && rtsp_session_owner(session) == o && track <= LIMIT_TRACKS);
}

static void on_teardown(void *owner, enum rtsp_end why)
{
    struct owner *o = owner;
    (void)why;
    assert(o->sessions > 0);
    o->sessions--;
}

static void on_frame(void *owner, struct rtsp_session *session, uint8_t channel, struct span packet)
{
    struct owner *o = owner;
    (void)channel;
    assert(rtsp_session_owner(session) == o && packet.len <= 65535);
}

static void on_close(void *owner)
{
    struct owner *o = owner;
    assert(!o->is_closed);
    o->is_closed = true;
}

/* Streams with an 'x' in their name are not for everybody. */
static enum rtsp_verdict on_may(void *owner, const struct account *who, enum rtsp_action action,
                                const char *name)
{
    (void)owner;
    if (!strchr(name, 'x'))
        return RTSP_MAY;
    return !who ? RTSP_MAY_IF_KNOWN : action == RTSP_READ ? RTSP_MAY : RTSP_MAY_NOT;
}

static const struct account *on_account(void *owner, struct span user)
{
    struct owner *o = owner;
    assert(user.len > 0);
    return span_is_text(user, o->account.user) ? &o->account : NULL;
}

static bool on_may_try(void *owner, struct span user)
{
    (void)owner;
    return !span_is_text(user, "slow");
}

static int64_t on_wrong(void *owner, struct span user)
{
    assert(!((struct owner *)owner)->is_closed);
    return span_is_text(user, "u") ? CLOCK_SECOND_US : 0;
}

static const struct rtsp_server_ops ops = {
    .send = on_send,
    .describe = on_describe,
    .setup = on_setup,
    .play = on_play,
    .pause = on_pause,
    .release = on_release,
    .announce = on_announce,
    .record = on_record,
    .teardown = on_teardown,
    .unpublish = on_unpublish,
    .frame = on_frame,
    .close = on_close,
    .may = on_may,
    .account = on_account,
    .may_try = on_may_try,
    .wrong = on_wrong,
};

static void append(struct buffer *inbox, struct span bytes, const char *session)
{
    while (bytes.len > 0) {
        size_t id = span_find(bytes, 1);
        buffer_append(inbox, span_of(bytes.ptr, id));
        if (id < bytes.len)
            buffer_append(inbox, span_text(session));
        bytes = span_skip(bytes, id + 1);
    }
}

static void consume(struct owner *o, struct buffer *inbox, int64_t now_us)
{
    struct span s = buffer_span(inbox);
    size_t taken = rtsp_server_consume(o->server, s, now_us);
    assert(taken <= s.len);
    assert(o->open == NONE || rtsp_server_is_waiting(o->server)); /* a refusal may wait, too */
    buffer_consume(inbox, taken);
}

static void play_script(struct owner *o, struct rtsp_sessions *sessions, struct buffer *inbox,
                        struct span script)
{
    struct reader r = reader_of(script);
    int64_t now_us = START_US;

    while (r.rest.len > 0 && !o->is_closed) {
        uint8_t how = reader_u8(&r);
        size_t len = reader_u8(&r);
        o->answers_later = how & 1;
        o->refuses = how & 2;
        now_us += (how >> 4) * 4 * CLOCK_SECOND_US;
        append(inbox, reader_bytes(&r, len < r.rest.len ? len : r.rest.len), o->session);
        consume(o, inbox, now_us);
        if (how & 4 && o->open != NONE) {
            answer(o);
            consume(o, inbox, now_us);
        }
        if (how & 8 && !o->is_closed)
            rtsp_server_tick(o->server, now_us, inbox->len > 0);
        if (how & 8 && o->open == NONE)
            rtsp_sessions_tick(sessions, now_us);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtsp_server_settings settings = {60, true, true, true, true};
    struct rtsp_server_counts counts = {0};
    struct rtsp_sessions *sessions = NULL;
    struct owner o = {0};
    struct buffer inbox;
    struct authenticator_settings users = {true, true, true};

    buffer_init(&inbox, LIMIT_INBOX);
    account_init(&o.account, span_text("u"), span_text("p"));
    if (authenticator_new(&settings.authenticator, &users) == 0 &&
        rtsp_sessions_new(&sessions, &settings, &ops, &counts) == 0 &&
        rtsp_server_new(&o.server, sessions, &o, "192.0.2.1", START_US) == 0)
        play_script(&o, sessions, &inbox, span_of(data, size));
    rtsp_server_free(o.server);
    rtsp_sessions_free(sessions);
    authenticator_free(settings.authenticator);
    assert(o.sessions == 0 && o.publishers == 0);
    buffer_done(&inbox);
    return 0;
}
