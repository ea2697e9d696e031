#include "server_bench.h"

static void on_send(void *owner, struct span bytes)
{
    struct bench *b = owner;
    assert_true(b->sent_len + bytes.len < sizeof b->sent);
    memcpy(b->sent + b->sent_len, bytes.ptr, bytes.len);
    b->sent_len += bytes.len;
    b->sent[b->sent_len] = '\0';
}

void bench_describe(struct bench *b)
{
    rtsp_server_described(b->server, 200, span_text("v=0\r\n"), 784111777 * S);
}

static void on_describe(void *owner, const char *name)
{
    struct bench *b = owner;
    if (strcmp(name, "none") == 0)
        rtsp_server_described(b->server, 404, span_text(""), 0);
    else if (!b->is_late)
        bench_describe(b);
}

static void on_setup(void *owner, struct rtsp_session *session, const char *name, int track,
                     const struct rtsp_offer *offer)
{
    struct bench *b = owner;
    bool is_multicast = offer->has_multicast && b->has_groups;
    (void)name;
    assert_true(offer->has_unicast || offer->has_multicast);
    if (!is_multicast && !offer->has_unicast) {
        rtsp_server_set_up(b->server, 461, NULL);
        return;
    }
    rtsp_session_bind(session, b);
    b->asked = session;
    b->wanted = is_multicast ? offer->multicast : offer->unicast;
    span_copy(b->wanted.group, sizeof b->wanted.group, span_text("239.255.0.7"));
    span_copy(b->wanted.source, sizeof b->wanted.source, span_text("192.0.2.9"));
    b->wanted.group_port[0] = 5004;
    b->wanted.group_port[1] = 5005;
    b->wanted.ttl = 3;
    b->wanted.server_port[0] = 6000;
    b->wanted.server_port[1] = 6001;
    b->track = track;
    rtsp_server_set_up(b->server, 200, &b->wanted);
}

static void on_play(void *owner, struct rtsp_session *session, const struct rtsp_play *play)
{
    static const struct rtsp_first firsts[] = {
        {.track = 0, .is_known = true, .seq = 65535, .rtptime = 7}, {.track = 1}};
    struct bench *b = owner;
    assert_ptr_equal(rtsp_session_owner(session), b);
    b->play_range = play->range.len;
    rtsp_server_played(b->server, 200, &(struct rtsp_played){.firsts = firsts, .count = 2});
}

static void on_pause(void *owner, struct rtsp_session *session)
{
    struct bench *b = owner;
    (void)session;
    b->pauses++;
    rtsp_server_paused(b->server, 200);
}

static void on_release(void *owner, struct rtsp_session *session, unsigned track)
{
    struct bench *b = owner;
    assert_ptr_equal(rtsp_session_owner(session), b);
    b->released |= 1u << track;
}

static void on_announce(void *owner, struct rtsp_session *session, const char *name)
{
    struct bench *b = owner;
    assert_true(rtsp_session_is_publisher(session));
    assert_true(rtsp_session_description(session).len > 0);
    rtsp_session_bind(session, b);
    b->asked = session;
    rtsp_server_announced(b->server, strcmp(name, "pulled") == 0  ? 405
                                     : strcmp(name, "taken") == 0 ? 503
                                                                  : 200);
}

static void on_record(void *owner, struct rtsp_session *session)
{
    struct bench *b = owner;
    assert_ptr_equal(rtsp_session_owner(session), b);
    b->records++;
    rtsp_server_recorded(b->server, 200);
}

static void on_unpublish(void *session_owner, enum rtsp_end why)
{
    struct bench *b = session_owner;
    b->unpublished++;
    b->why = why;
}

static void on_teardown(void *session_owner, enum rtsp_end why)
{
    struct bench *b = session_owner;
    b->teardowns++;
    b->why = why;
}

static void on_frame(void *owner, struct rtsp_session *session, uint8_t channel, struct span packet)
{
    struct bench *b = owner;
    assert_ptr_equal(session, b->asked);
    (void)packet;
    assert_true(channel < 4);
    b->frames++;
}

static void on_close(void *owner)
{
    ((struct bench *)owner)->is_closed = true;
}

static enum rtsp_verdict on_may(void *owner, const struct account *who, enum rtsp_action action,
                                const char *name)
{
    struct bench *b = owner;
    if (!b->settings.authenticator || strncmp(name, "open", 4) == 0)
        return RTSP_MAY;
    if (!who)
        return RTSP_MAY_IF_KNOWN;
    if (action == RTSP_PUBLISH && strcmp(name, "mine") == 0)
        return who == &b->alice ? RTSP_MAY : RTSP_MAY_NOT;
    return action == RTSP_READ && strncmp(name, "secret", 6) != 0 ? RTSP_MAY : RTSP_MAY_NOT;
}

static const struct account *on_account(void *owner, struct span user)
{
    struct bench *b = owner;
    return span_is_text(user, "alice") ? &b->alice : span_is_text(user, "bob") ? &b->bob : NULL;
}

static bool on_may_try(void *owner, struct span user)
{
    (void)user;
    return !((struct bench *)owner)->is_slowed;
}

static int64_t on_wrong(void *owner, struct span user)
{
    (void)user;
    return ((struct bench *)owner)->hold_us;
}

const struct rtsp_server_ops bench_ops = {
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

int bench_set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->settings = (struct rtsp_server_settings){60, true, true, true, false};
    rtsp_sessions_new(&b->sessions, &b->settings, &bench_ops, &b->counts);
    rtsp_server_new(&b->server, b->sessions, b, "192.0.2.1", 0);
    *state = b;
    return 0;
}

int bench_tear_down(void **state)
{
    struct bench *b = *state;
    rtsp_server_free(b->server);
    rtsp_sessions_free(b->sessions);
    authenticator_free(b->settings.authenticator);
    free(b);
    return 0;
}

void bench_want_users(struct bench *b)
{
    struct authenticator_settings settings = {true, true, true};
    assert_int_equal(authenticator_new(&b->settings.authenticator, &settings), 0);
    account_init(&b->alice, span_text("alice"), span_text("secret"));
    account_init(&b->bob, span_text("bob"), span_text("secret"));
}

size_t bench_feed(struct bench *b, const char *text, size_t len)
{
    b->sent_len = 0;
    b->sent[0] = '\0';
    return rtsp_server_consume(b->server, span_of(text, len), b->now_us);
}

int bench_ask(struct bench *b, const char *method, const char *url, const char *headers)
{
    char text[2048];
    int status = 0;
    int len = snprintf(text, sizeof text, "%s %s RTSP/1.0\r\nCSeq: 9\r\n", method, url);
    const char *named = strstr(headers, "SESSION");
    if (named)
        len += snprintf(text + len, sizeof text - (size_t)len, "%.*s%s%s", (int)(named - headers),
                        headers, b->session, named + 7);
    else
        len += snprintf(text + len, sizeof text - (size_t)len, "%s", headers);
    len += snprintf(text + len, sizeof text - (size_t)len, "\r\n");
    assert_int_equal(bench_feed(b, text, (size_t)len), len);
    sscanf(b->sent, "RTSP/1.0 %d", &status);
    const char *session = strstr(b->sent, "Session: ");
    if (session)
        sscanf(session, "Session: %63[^;\r\n]", b->session);
    return status;
}

void bench_bring_to(struct bench *b, int state, const char *transport)
{
    if (state >= 1)
        assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, transport), 200);
    if (state >= 2)
        assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
}

int bench_set_up_publishing(void **state)
{
    bench_set_up(state);
    ((struct bench *)*state)->settings.allows_publishing = true;
    return 0;
}

int bench_announce(struct bench *b, const char *url, const char *headers, const char *sdp)
{
    char text[4096];
    int status = 0;
    int len = snprintf(text, sizeof text,
                       "ANNOUNCE %s RTSP/1.0\r\nCSeq: 9\r\n%sContent-Length: %zu\r\n\r\n%s", url,
                       headers, strlen(sdp), sdp);
    assert_int_equal(bench_feed(b, text, (size_t)len), len);
    sscanf(b->sent, "RTSP/1.0 %d", &status);
    return status;
}
