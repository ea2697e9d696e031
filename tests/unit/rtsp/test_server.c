#include "rtsp/server.h"

#include "server_bench.h"

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
            bench_set_up(&fresh);
            struct bench *b = fresh;
            bench_bring_to(b, s, BENCH_TCP);
            snprintf(headers, sizeof headers, "%s%s", BENCH_TCP, s > 0 ? BENCH_OWN : "");
            if (s == 0 && strcmp(rows[i].method, "SETUP") != 0)
                snprintf(headers, sizeof headers, "Session: none\r\n");
            const char *where = strcmp(rows[i].method, "SETUP") == 0 ? BENCH_TRACK0 : BENCH_URL;
            assert_int_equal(bench_ask(b, rows[i].method, where, headers), rows[i].status[s]);
            assert_non_null(strstr(b->sent, "CSeq: 9\r\n"));
            if (rows[i].status[s] == 405 || rows[i].status[s] == 455)
                assert_non_null(strstr(b->sent, "Allow: "));
            bench_tear_down(&fresh);
        }
    }
}

static void a_whole_dialogue(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/cam/", "Accept: application/sdp\r\n"), 200);
    assert_non_null(strstr(b->sent, "Content-Base: rtsp://h/cam/\r\n"));
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, BENCH_UDP), 200);
    assert_non_null(strstr(b->sent, ";timeout=60\r\n"));
    assert_non_null(strstr(b->sent, "client_port=5000-5001;server_port=6000-6001"));
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1,
                               "Transport: RTP/AVP;unicast;client_port=5002-5003\r\nSession: "
                               "SESSION;timeout=60\r\n"),
                     200);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, "Range: npt=0.000-\r\nSession: SESSION\r\n"),
                     200);
    assert_non_null(strstr(b->sent, "RTP-Info: url=rtsp://h/cam/trackID=0;seq=65535;rtptime=7,"
                                    "url=rtsp://h/cam/trackID=1\r\n"));
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(b->pauses, 1);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 454);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, BENCH_TCP), 200);
}

static void answers_keep_their_order(void **state)
{
    static const char text[] = "DESCRIBE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n"
                               "OPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\n";
    struct bench *b = *state;
    b->is_late = true;
    size_t taken = bench_feed(b, text, sizeof text - 1);
    assert_int_equal(b->sent_len, 0);
    assert_true(taken < sizeof text - 1 && rtsp_server_is_waiting(b->server));
    bench_describe(b);
    assert_non_null(strstr(b->sent, "CSeq: 1\r\n"));
    bench_feed(b, text + taken, sizeof text - 1 - taken);
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
        {"RTP/AVP;unicast;client_port=1-2;destination=192.0.2.7", 403, ""},
        {"RTP/AVP;unicast;client_port=1-2;destination=192.0.2.1", 200, "client_port=1-2"},
        {"RTP/AVPF/TCP;unicast;interleaved=0-1", 200, "Transport: RTP/AVPF/TCP;unicast"},
        {"x-real-rdt/udp;client_port=6970", 200,
         "Transport: x-real-rdt/udp;client_port=6970-6971;server_port=6000-6001"},
        {"x-real-rdt/udp;client_port=6970,RTP/AVP;unicast;client_port=7000", 200, "RTP/AVP;"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        char header[256];
        bench_set_up(&fresh);
        snprintf(header, sizeof header, "Transport: %s\r\n", rows[i].transport);
        assert_int_equal(bench_ask(fresh, "SETUP", BENCH_TRACK0, header), rows[i].status);
        assert_non_null(strstr(((struct bench *)fresh)->sent, rows[i].answer));
        bench_tear_down(&fresh);
    }
}

/* T3: a channel that is taken is not given twice; one session goes one way. */
static void a_second_track_stays_clear_of_the_first(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BENCH_TCP), 200);
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam/trackID=2", BENCH_UDP), 461);
    bench_feed(b, "$\x03\0\1a$\x09\0\1b", 10);
    assert_int_equal(b->frames, 1);
}

static void what_is_required_and_unknown_is_named(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "OPTIONS", "*", "Require: a, b\r\nProxy-Require: c\r\n"), 551);
    assert_non_null(strstr(b->sent, "Unsupported: a, b, c\r\n"));
    assert_int_equal(bench_ask(b, "OPTIONS", "*", "Timestamp: 1.5\r\n"), 200);
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
        assert_int_equal(bench_ask(b, "DESCRIBE", rows[i].url, ""), rows[i].status);
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam?q=1/trackID=3", BENCH_TCP), 200);
    assert_int_equal(b->track, 3);
}

static void half_a_message_is_waited_for_ten_seconds(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "OPTIONS", "*", ""), 200);
    b->now_us = 5 * S;
    assert_int_equal(bench_feed(b, "$\0\xff\xff", 4), 0);
    rtsp_server_tick(b->server, 14 * S, true);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 15 * S, true);
    assert_true(b->is_closed);
}

static void who_says_nothing_is_sent_away(void **state)
{
    struct bench *b = *state;
    rtsp_server_tick(b->server, 9 * S, false);
    assert_false(b->is_closed);
    assert_int_equal(bench_ask(b, "OPTIONS", "*", ""), 200);
    rtsp_server_tick(b->server, 59 * S, false);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 60 * S, false);
    assert_true(b->is_closed);
    assert_int_equal(b->teardowns, 0);
}

static void who_never_asks_is_sent_away_after_ten_seconds(void **state)
{
    struct bench *b = *state;
    rtsp_server_tick(b->server, 10 * S, false);
    assert_true(b->is_closed);
}

static void what_makes_no_sense_is_answered_and_closed(void **state)
{
    struct bench *b = *state;
    bench_feed(b, "\x16\x03\x01", 3);
    assert_non_null(strstr(b->sent, "RTSP/1.0 400"));
    assert_true(b->is_closed);
    assert_int_equal(b->counts.malformed, 1);
}

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
        TEST(half_a_message_is_waited_for_ten_seconds),
        TEST(who_says_nothing_is_sent_away),
        TEST(who_never_asks_is_sent_away_after_ten_seconds),
        TEST(what_makes_no_sense_is_answered_and_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
