#include "server_bench.h"

#define SECOND   "rtsp://h/cam/streamid=1"
#define FIRST    "rtsp://h/cam/streamid=0"
#define RECORDED "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;mode=record\r\n"

/* printf alice:secret | base64 */
#define ALICE "Authorization: Basic YWxpY2U6c2VjcmV0\r\n"
#define BOB   "Authorization: Basic Ym9iOnNlY3JldA==\r\n"

/* 0: announced, 1: ready, 2: recording. */
static void bring_to(struct bench *b, int where)
{
    assert_int_equal(bench_announce(b, BENCH_URL, BENCH_SDP_TYPE, BENCH_SDP), 200);
    if (where >= 1)
        assert_int_equal(bench_ask(b, "SETUP", FIRST, RECORDED), 200);
    if (where >= 2)
        assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, BENCH_OWN), 200);
}

/* must: S9 F7 */
static void each_method_in_each_state_of_a_publisher(void **state)
{
    static const struct {
        const char *method;
        int status[3];
    } rows[] = {
        {"OPTIONS", {200, 200, 200}},       {"DESCRIBE", {200, 200, 200}},
        {"SETUP", {200, 200, 455}},         {"PLAY", {454, 455, 455}},
        {"PAUSE", {454, 455, 200}},         {"TEARDOWN", {454, 200, 200}},
        {"GET_PARAMETER", {454, 200, 200}}, {"SET_PARAMETER", {454, 200, 200}},
        {"ANNOUNCE", {454, 455, 455}},      {"RECORD", {454, 200, 200}},
        {"REDIRECT", {405, 405, 405}},      {"FLY", {501, 501, 501}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int where = 0; where < 3; where++) {
            void *fresh;
            bench_set_up_publishing(&fresh);
            struct bench *b = fresh;
            bring_to(b, where);
            bool is_setup = strcmp(rows[i].method, "SETUP") == 0;
            const char *named = where > 0  ? RECORDED BENCH_OWN
                                : is_setup ? RECORDED
                                           : "Session: none\r\n";
            assert_int_equal(bench_ask(b, rows[i].method, is_setup ? FIRST : BENCH_URL, named),
                             rows[i].status[where]);
            if (rows[i].status[where] == 405 || rows[i].status[where] == 455)
                assert_non_null(strstr(b->sent, "Allow: "));
            bench_tear_down(&fresh);
        }
    }
}

/* must: S9 */
static void a_viewer_records_nothing(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_TCP);
    assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, BENCH_OWN), 455);
    assert_non_null(strstr(b->sent, "Allow: OPTIONS, DESCRIBE, PLAY,"));
    assert_int_equal(b->records, 0);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
}

/* must: F7 T6 */
static void where_nothing_is_published_nobody_is_asked(void **state)
{
    struct bench *b = *state;
    b->settings.allows_publishing = false;
    assert_int_equal(bench_announce(b, BENCH_URL, BENCH_SDP_TYPE, BENCH_SDP), 405);
    assert_null(b->asked);
    assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, ""), 405);
    assert_null(strstr(b->sent, "RECORD"));
    assert_int_equal(bench_ask(b, "OPTIONS", "*", ""), 200);
    assert_null(strstr(b->sent, "ANNOUNCE"));
    b->settings.allows_publishing = true;
    assert_int_equal(bench_ask(b, "OPTIONS", "*", ""), 200);
    assert_non_null(strstr(b->sent, "ANNOUNCE, SETUP, PLAY, RECORD"));
    assert_int_equal(bench_ask(b, "SETUP", FIRST, RECORDED), 461);
}

static void a_connection_has_one_announcement_that_waits(void **state)
{
    struct bench *b = *state;
    bring_to(b, 0);
    bring_to(b, 0);
    assert_int_equal(b->unpublished, 1);
    assert_int_equal(bench_ask(b, "SETUP", FIRST, RECORDED), 200);
    assert_int_equal(bench_announce(b, "rtsp://h/other", BENCH_SDP_TYPE, BENCH_SDP), 200);
    assert_int_equal(b->unpublished, 1);
    assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, BENCH_OWN), 200);
    b->server = rtsp_server_free(b->server);
    assert_int_equal(b->unpublished, 3);
    assert_int_equal(b->why, RTSP_END_CONNECTION);
    assert_int_equal(b->teardowns, 0);
}

/* The ways to say it, or not to. must: T2 */
static void a_publisher_is_known_by_his_announcement(void **state)
{
    static const char *const transports[] = {
        "Transport: RTP/AVP;unicast;client_port=5000-5001;mode=record\r\n",
        "Transport: RTP/AVP/UDP;unicast;client_port=5000-5001;mode=\"RECORD\"\r\n",
        "Transport: RTP/AVP;unicast;client_port=5000;mode=receive\r\n",
        "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++) {
        void *fresh;
        bench_set_up_publishing(&fresh);
        struct bench *b = fresh;
        bring_to(b, 0);
        assert_int_equal(bench_ask(b, "SETUP", FIRST, transports[i]), 200);
        assert_non_null(strstr(b->sent, ";server_port=6000-6001;mode=RECORD\r\n"));
        assert_true(rtsp_session_is_publisher(b->asked));
        bench_tear_down(&fresh);
    }
}

static void one_connection_may_publish_and_watch(void **state)
{
    struct bench *b = *state;
    bring_to(b, 1);
    struct rtsp_session *publisher = b->asked;
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BENCH_TCP), 200);
    assert_ptr_not_equal(b->asked, publisher);
    assert_false(rtsp_session_is_publisher(b->asked));
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
}

/* What of it is meant. must: S7 */
static void a_publisher_goes_as_a_whole(void **state)
{
    struct bench *b = *state;
    bring_to(b, 1);
    assert_int_equal(bench_ask(b, "RECORD", SECOND, BENCH_OWN), 404);
    assert_int_equal(bench_ask(b, "RECORD", "rtsp://h/other", BENCH_OWN), 404);
    assert_int_equal(bench_ask(b, "RECORD", FIRST, BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", "rtsp://h/other", BENCH_OWN), 404);
    assert_int_equal(bench_ask(b, "PAUSE", "*", BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", "rtsp://h/cam/", BENCH_OWN), 200);
    assert_int_equal(b->unpublished, 1);
    bring_to(b, 1);
    assert_int_equal(bench_ask(b, "SETUP", SECOND, RECORDED BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", SECOND, BENCH_OWN), 460);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 200);
}

/* ffmpeg and GStreamer ask for the next transport of theirs. */
static void a_refused_transport_leaves_the_announcement(void **state)
{
    struct bench *b = *state;
    b->settings.allows_udp = false;
    bring_to(b, 0);
    assert_int_equal(bench_ask(b, "SETUP", FIRST, BENCH_UDP), 461);
    assert_int_equal(b->unpublished, 0);
    assert_int_equal(bench_ask(b, "SETUP", FIRST, RECORDED), 200);
    assert_int_equal(bench_ask(b, "SETUP", SECOND, RECORDED BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, BENCH_OWN), 200);
    bench_feed(b, "$\x02\0\1a$\0\0\1b$\x09\0\1b", 15);
    assert_int_equal(b->frames, 2);
}

/* must: S5 S6 */
static void a_publisher_over_udp_outlives_its_connection_until_its_timeout(void **state)
{
    struct bench *b = *state;
    bring_to(b, 0);
    assert_int_equal(bench_ask(b, "SETUP", FIRST, BENCH_UDP), 200);
    assert_int_equal(bench_ask(b, "RECORD", BENCH_URL, BENCH_OWN), 200);
    b->server = rtsp_server_free(b->server);
    assert_int_equal(b->unpublished, 0);
    rtsp_session_touch(b->asked, 50 * S);
    rtsp_sessions_tick(b->sessions, 100 * S);
    assert_int_equal(b->unpublished, 0);
    rtsp_sessions_tick(b->sessions, 123 * S);
    assert_int_equal(b->unpublished, 1);
    assert_int_equal(b->why, RTSP_END_TIMEOUT);
}

static void an_announcement_alone_keeps_no_connection(void **state)
{
    struct bench *b = *state;
    bring_to(b, 0);
    rtsp_server_tick(b->server, 59 * S, false);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 60 * S, false);
    assert_true(b->is_closed);
}

/* must: A2 */
static void every_step_of_publishing_is_for_the_publisher(void **state)
{
    static const char setup[] = "SETUP", track[] = "rtsp://h/mine/streamid=0";
    struct bench *b = *state;
    bench_want_users(b);
    assert_int_equal(bench_announce(b, "rtsp://h/mine", BOB BENCH_SDP_TYPE, BENCH_SDP), 403);
    assert_int_equal(bench_announce(b, "rtsp://h/mine", ALICE BENCH_SDP_TYPE, BENCH_SDP), 200);
    assert_int_equal(bench_ask(b, setup, track, BENCH_UDP), 401);
    assert_int_equal(bench_ask(b, setup, track, BOB BENCH_UDP), 200);
    assert_false(rtsp_session_is_publisher(b->asked)); /* he watches a stream of that name */
    assert_int_equal(bench_ask(b, setup, track, ALICE BENCH_UDP), 200);
    assert_true(rtsp_session_is_publisher(b->asked));
    assert_int_equal(bench_ask(b, "RECORD", "rtsp://h/mine", BENCH_OWN), 401);
    assert_int_equal(bench_ask(b, "RECORD", "rtsp://h/mine", BOB BENCH_OWN), 454);
    assert_int_equal(b->records, 0);
    assert_int_equal(bench_ask(b, "RECORD", "rtsp://h/mine", ALICE BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "PAUSE", "rtsp://h/mine", BOB BENCH_OWN), 454);
    assert_int_equal(bench_ask(b, "TEARDOWN", "rtsp://h/mine", ALICE BENCH_OWN), 200);
    assert_int_equal(b->unpublished, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISH_TEST(each_method_in_each_state_of_a_publisher),
        PUBLISH_TEST(a_viewer_records_nothing),
        PUBLISH_TEST(where_nothing_is_published_nobody_is_asked),
        PUBLISH_TEST(a_connection_has_one_announcement_that_waits),
        PUBLISH_TEST(a_publisher_is_known_by_his_announcement),
        PUBLISH_TEST(one_connection_may_publish_and_watch),
        PUBLISH_TEST(a_publisher_goes_as_a_whole),
        PUBLISH_TEST(a_refused_transport_leaves_the_announcement),
        PUBLISH_TEST(a_publisher_over_udp_outlives_its_connection_until_its_timeout),
        PUBLISH_TEST(an_announcement_alone_keeps_no_connection),
        PUBLISH_TEST(every_step_of_publishing_is_for_the_publisher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
