#include "rtsp/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#define S CLOCK_SECOND_US

/* An owner that answers at once, or when it is told to. */
struct bench {
    struct rtsp_server *server;
    struct rtsp_server_settings settings;
    struct rtsp_server_counts counts;
    char sent[8192];
    size_t sent_len;
    char session[64];
    int64_t now_us;
    bool is_late, is_closed;
    int teardowns, pauses, frames;
    struct rtsp_delivery wanted;
    int track;
};

static void on_send(void *owner, struct span bytes)
{
    struct bench *b = owner;
    assert_true(b->sent_len + bytes.len < sizeof b->sent);
    memcpy(b->sent + b->sent_len, bytes.ptr, bytes.len);
    b->sent_len += bytes.len;
    b->sent[b->sent_len] = '\0';
}

static void answer_describe(struct bench *b)
{
    rtsp_server_described(b->server, 200, span_text("v=0\r\n"));
}

static void on_describe(void *owner, const char *name)
{
    struct bench *b = owner;
    if (strcmp(name, "none") == 0)
        rtsp_server_described(b->server, 404, span_text(""));
    else if (!b->is_late)
        answer_describe(b);
}

static void on_setup(void *owner, const char *name, int track, const struct rtsp_delivery *wanted)
{
    struct bench *b = owner;
    (void)name;
    b->wanted = *wanted;
    b->wanted.server_port[0] = 6000;
    b->wanted.server_port[1] = 6001;
    b->track = track;
    rtsp_server_set_up(b->server, 200, &b->wanted);
}

static void on_play(void *owner)
{
    static const struct rtsp_first firsts[] = {
        {.track = 0, .is_known = true, .seq = 65535, .rtptime = 7}, {.track = 1}};
    struct bench *b = owner;
    rtsp_server_played(b->server, 200, firsts, 2);
}

static void on_pause(void *owner)
{
    ((struct bench *)owner)->pauses++;
}

static void on_teardown(void *owner)
{
    ((struct bench *)owner)->teardowns++;
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    struct bench *b = owner;
    (void)packet;
    assert_true(channel < 4);
    b->frames++;
}

static void on_close(void *owner)
{
    ((struct bench *)owner)->is_closed = true;
}

static const struct rtsp_server_ops ops = {
    .send = on_send,
    .describe = on_describe,
    .setup = on_setup,
    .play = on_play,
    .pause = on_pause,
    .teardown = on_teardown,
    .frame = on_frame,
    .close = on_close,
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->settings = (struct rtsp_server_settings){60, true, true};
    rtsp_server_new(&b->server, &b->settings, &ops, b, &b->counts, 0);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    rtsp_server_free(b->server);
    free(b);
    return 0;
}

/* Sends bytes as they are; what was answered is in b->sent. */
static size_t feed(struct bench *b, const char *text, size_t len)
{
    b->sent_len = 0;
    b->sent[0] = '\0';
    return rtsp_server_consume(b->server, span_of(text, len), b->now_us);
}

/* Sends a request, with the session's id for every "SESSION"; returns the status of the answer. */
static int ask(struct bench *b, const char *method, const char *url, const char *headers)
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
    assert_int_equal(feed(b, text, (size_t)len), len);
    sscanf(b->sent, "RTSP/1.0 %d", &status);
    const char *session = strstr(b->sent, "Session: ");
    if (session)
        sscanf(session, "Session: %63[^;\r\n]", b->session);
    return status;
}

static const char url[] = "rtsp://h/cam";
static const char track0[] = "rtsp://h/cam/trackID=0";
static const char track1[] = "rtsp://h/cam/trackID=1";
static const char tcp[] = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
static const char udp[] = "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n";
static const char own[] = "Session: SESSION\r\n";

static void bring_to(struct bench *b, int state, const char *transport)
{
    if (state >= 1)
        assert_int_equal(ask(b, "SETUP", track0, transport), 200);
    if (state >= 2)
        assert_int_equal(ask(b, "PLAY", url, own), 200);
}

/* RFC 2326 A.2: every method in every state (init, ready, playing). */
static void each_method_in_each_state(void **state)
{
    static const struct {
        const char *method;
        int status[3];
    } rows[] = {
        {"OPTIONS", {200, 200, 200}},       {"DESCRIBE", {200, 200, 200}},
        {"SETUP", {200, 200, 455}},         {"PLAY", {454, 200, 200}},
        {"PAUSE", {454, 455, 200}},         {"TEARDOWN", {454, 200, 200}},
        {"GET_PARAMETER", {454, 200, 200}}, {"SET_PARAMETER", {454, 200, 200}},
        {"ANNOUNCE", {405, 405, 405}},      {"RECORD", {405, 405, 405}},
        {"REDIRECT", {405, 405, 405}},      {"FLY", {501, 501, 501}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int s = 0; s < 3; s++) {
            void *fresh;
            char headers[256];
            set_up(&fresh);
            struct bench *b = fresh;
            bring_to(b, s, tcp);
            snprintf(headers, sizeof headers, "%s%s", tcp, s > 0 ? own : "");
            if (s == 0 && strcmp(rows[i].method, "SETUP") != 0)
                snprintf(headers, sizeof headers, "Session: none\r\n");
            const char *where = strcmp(rows[i].method, "SETUP") == 0 ? track0 : url;
            assert_int_equal(ask(b, rows[i].method, where, headers), rows[i].status[s]);
            assert_non_null(strstr(b->sent, "CSeq: 9\r\n"));
            if (rows[i].status[s] == 405 || rows[i].status[s] == 455)
                assert_non_null(strstr(b->sent, "Allow: "));
            tear_down(&fresh);
        }
    }
}

static void a_whole_dialogue(void **state)
{
    struct bench *b = *state;
    assert_int_equal(ask(b, "DESCRIBE", "rtsp://h/cam/", "Accept: application/sdp\r\n"), 200);
    assert_non_null(strstr(b->sent, "Content-Base: rtsp://h/cam/\r\n"));
    assert_int_equal(ask(b, "SETUP", track0, udp), 200);
    assert_non_null(strstr(b->sent, ";timeout=60\r\n"));
    assert_non_null(strstr(b->sent, "client_port=5000-5001;server_port=6000-6001"));
    assert_int_equal(ask(b, "SETUP", track1,
                         "Transport: RTP/AVP;unicast;client_port=5002-5003\r\nSession: "
                         "SESSION;timeout=60\r\n"),
                     200);
    assert_int_equal(ask(b, "PLAY", url, "Range: npt=0.000-\r\nSession: SESSION\r\n"), 200);
    assert_non_null(strstr(b->sent, "RTP-Info: url=rtsp://h/cam/trackID=0;seq=65535;rtptime=7,"
                                    "url=rtsp://h/cam/trackID=1\r\n"));
    assert_int_equal(ask(b, "PAUSE", url, own), 200);
    assert_int_equal(b->pauses, 1);
    assert_int_equal(ask(b, "PLAY", url, own), 200);
    assert_int_equal(ask(b, "TEARDOWN", url, own), 200);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(ask(b, "PLAY", url, own), 454);
    assert_int_equal(ask(b, "SETUP", track0, tcp), 200);
}

static void answers_keep_their_order(void **state)
{
    static const char text[] = "DESCRIBE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n"
                               "OPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n";
    struct bench *b = *state;
    b->is_late = true;
    size_t taken = feed(b, text, sizeof text - 1);
    assert_int_equal(b->sent_len, 0);
    assert_true(taken < sizeof text - 1 && rtsp_server_is_waiting(b->server));
    answer_describe(b);
    assert_non_null(strstr(b->sent, "CSeq: 1\r\n"));
    feed(b, text + taken, sizeof text - 1 - taken);
    assert_non_null(strstr(b->sent, "CSeq: 2\r\n"));
}

static void transports_are_chosen(void **state)
{
    static const struct {
        const char *transport;
        int status;
        const char *answer;
    } rows[] = {
        {"RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=4-5", 200, "interleaved=4-5"},
        {"RAW/RAW/UDP,RTP/AVP;unicast;client_port=7000", 200, "client_port=7000-7001"},
        {"RTP/AVP/TCP;unicast", 200, "interleaved=0-1"},
        {"RTP/AVP/TCP;unicast;mode=\"RECORD\";interleaved=0-1", 461, ""},
        {"RTP/AVP;unicast", 461, ""},
        {"RTP/AVP;multicast", 461, ""},
        {"RTP/AVP;unicast;client_port=0-1", 400, ""},
        {"RTP/AVP;unicast;client_port=1-2;destination=192.0.2.1", 403, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        char header[256];
        set_up(&fresh);
        snprintf(header, sizeof header, "Transport: %s\r\n", rows[i].transport);
        assert_int_equal(ask(fresh, "SETUP", track0, header), rows[i].status);
        assert_non_null(strstr(((struct bench *)fresh)->sent, rows[i].answer));
        tear_down(&fresh);
    }
}

/* T3: a channel that is taken is not given twice; one session goes one way. */
static void a_second_track_stays_clear_of_the_first(void **state)
{
    struct bench *b = *state;
    bring_to(b, 1, tcp);
    assert_int_equal(ask(b, "SETUP", track1, tcp), 200);
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(ask(b, "SETUP", "rtsp://h/cam/trackID=2", udp), 461);
    feed(b, "$\x03\0\1a$\x09\0\1b", 10);
    assert_int_equal(b->frames, 1);
}

static void what_is_required_and_unknown_is_named(void **state)
{
    struct bench *b = *state;
    assert_int_equal(ask(b, "OPTIONS", "*", "Require: a, b\r\nProxy-Require: c\r\n"), 551);
    assert_non_null(strstr(b->sent, "Unsupported: a, b, c\r\n"));
    assert_int_equal(ask(b, "OPTIONS", "*", "Timestamp: 1.5\r\n"), 200);
    assert_non_null(strstr(b->sent, "Timestamp: 1.5\r\n"));
}

static void names_are_checked(void **state)
{
    static const struct {
        const char *url;
        int status;
    } rows[] = {
        {"rtsp://h/none", 404},
        {"rtsp://h/", 404},
        {"rtsp://h", 404},
        {"rtsp://h/a/../b", 400},
        {"rtsp://h/a%00", 400},
        {"rtsp://h/a%0ab", 400},
        {"rtsp://h/%zz", 400},
        {"x", 400},
        {"/cam", 200},
        {"rtsp://h/a/b?q=1", 200},
        {"rtsp://other/%63am", 200},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ask(b, "DESCRIBE", rows[i].url, ""), rows[i].status);
    assert_int_equal(ask(b, "SETUP", "rtsp://h/cam?q=1/trackID=3", tcp), 200);
    assert_int_equal(b->track, 3);
}

static void sessions_end_in_silence(void **state)
{
    struct bench *b = *state;
    bring_to(b, 2, udp);
    assert_int_equal(rtsp_server_deadline_us(b->server), 72 * S);
    rtsp_server_touch(b->server, 50 * S); /* a receiver report came */
    rtsp_server_tick(b->server, 100 * S, false);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 122 * S, false);
    assert_true(b->is_closed);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(b->counts.expired, 1);
}

static void an_interleaved_session_lives_with_its_connection(void **state)
{
    struct bench *b = *state;
    bring_to(b, 2, tcp);
    assert_int_equal(rtsp_server_deadline_us(b->server), INT64_MAX);
}

static void half_a_message_is_waited_for_ten_seconds(void **state)
{
    struct bench *b = *state;
    b->now_us = 5 * S;
    assert_int_equal(feed(b, "$\0\xff\xff", 4), 0);
    rtsp_server_tick(b->server, 14 * S, true);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 15 * S, true);
    assert_true(b->is_closed);
}

static void who_says_nothing_is_sent_away_after_a_minute(void **state)
{
    struct bench *b = *state;
    rtsp_server_tick(b->server, 59 * S, false);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 60 * S, false);
    assert_true(b->is_closed);
    assert_int_equal(b->teardowns, 0);
}

static void what_makes_no_sense_is_answered_and_closed(void **state)
{
    struct bench *b = *state;
    feed(b, "\x16\x03\x01", 3);
    assert_non_null(strstr(b->sent, "RTSP/1.0 400"));
    assert_true(b->is_closed);
    assert_int_equal(b->counts.malformed, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_method_in_each_state),
        TEST(a_whole_dialogue),
        TEST(answers_keep_their_order),
        TEST(transports_are_chosen),
        TEST(a_second_track_stays_clear_of_the_first),
        TEST(what_is_required_and_unknown_is_named),
        TEST(names_are_checked),
        TEST(sessions_end_in_silence),
        TEST(an_interleaved_session_lives_with_its_connection),
        TEST(half_a_message_is_waited_for_ten_seconds),
        TEST(who_says_nothing_is_sent_away_after_a_minute),
        TEST(what_makes_no_sense_is_answered_and_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
