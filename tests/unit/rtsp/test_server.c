#include "rtsp/server.h"

#include "server_bench.h"

enum { INIT, READY, PLAYING, STATES };

/* A state shows in what PAUSE is answered, which changes it. (The header makes it no repetition.)
 */
static int state_of(struct bench *b)
{
    int status = bench_ask(b, "PAUSE", BENCH_URL, "X-Question: 1\r\n" BENCH_OWN);
    return status == 200 ? PLAYING : status == 455 ? READY : INIT;
}

/* In each state a request, the status of its answer, and the state it leads to. */
static const struct {
    const char *method, *url, *headers;
    struct {
        int status, next;
    } in[STATES];
} table[] = {
    {"OPTIONS", BENCH_URL, BENCH_OWN, {{200, INIT}, {200, READY}, {200, PLAYING}}},
    {"DESCRIBE", BENCH_URL, BENCH_OWN, {{200, INIT}, {200, READY}, {200, PLAYING}}},
    {"SETUP", BENCH_TRACK0, BENCH_TCP, {{200, READY}, {200, READY}, {200, PLAYING}}},
    {"SETUP", BENCH_TRACK0, BENCH_TCP BENCH_OWN, {{454, INIT}, {200, READY}, {455, PLAYING}}},
    {"SETUP", BENCH_TRACK1, BENCH_TCP BENCH_OWN, {{454, INIT}, {200, READY}, {455, PLAYING}}},
    {"SETUP", BENCH_TRACK1, BENCH_OWN, {{454, INIT}, {400, READY}, {455, PLAYING}}},
    {"PLAY", BENCH_URL, BENCH_OWN, {{454, INIT}, {200, PLAYING}, {200, PLAYING}}},
    {"PLAY", BENCH_TRACK0, BENCH_OWN, {{454, INIT}, {200, PLAYING}, {200, PLAYING}}},
    {"PLAY", BENCH_TRACK1, BENCH_OWN, {{454, INIT}, {404, READY}, {404, PLAYING}}},
    {"PLAY", BENCH_URL, "Range: npt=9-\r\n" BENCH_OWN, {{454, INIT}, {456, READY}, {456, PLAYING}}},
    {"PLAY", BENCH_URL, "", {{454, INIT}, {454, READY}, {454, PLAYING}}},
    {"PAUSE", BENCH_URL, BENCH_OWN, {{454, INIT}, {455, READY}, {200, READY}}},
    {"PAUSE", BENCH_URL, "", {{454, INIT}, {454, READY}, {454, PLAYING}}},
    {"TEARDOWN", BENCH_URL, BENCH_OWN, {{454, INIT}, {200, INIT}, {200, INIT}}},
    {"TEARDOWN", BENCH_TRACK0, BENCH_OWN, {{454, INIT}, {200, INIT}, {200, INIT}}},
    {"TEARDOWN", BENCH_TRACK1, BENCH_OWN, {{454, INIT}, {404, READY}, {404, PLAYING}}},
    {"TEARDOWN", BENCH_URL, "", {{454, INIT}, {454, READY}, {454, PLAYING}}},
    {"GET_PARAMETER", BENCH_URL, BENCH_OWN, {{454, INIT}, {200, READY}, {200, PLAYING}}},
    {"GET_PARAMETER", BENCH_URL, "", {{200, INIT}, {200, READY}, {200, PLAYING}}},
    {"SET_PARAMETER", BENCH_URL, BENCH_OWN, {{454, INIT}, {200, READY}, {200, PLAYING}}},
    {"SET_PARAMETER", BENCH_URL, "", {{200, INIT}, {200, READY}, {200, PLAYING}}},
    {"ANNOUNCE", BENCH_URL, BENCH_OWN, {{405, INIT}, {405, READY}, {405, PLAYING}}},
    {"RECORD", BENCH_URL, BENCH_OWN, {{405, INIT}, {405, READY}, {405, PLAYING}}},
    {"REDIRECT", BENCH_URL, BENCH_OWN, {{405, INIT}, {405, READY}, {405, PLAYING}}},
    {"FLY", BENCH_URL, BENCH_OWN, {{501, INIT}, {501, READY}, {501, PLAYING}}},
    {"play", BENCH_URL, BENCH_OWN, {{501, INIT}, {501, READY}, {501, PLAYING}}},
};

static void walk(size_t row, int state)
{
    void *fresh;
    bench_set_up(&fresh);
    struct bench *b = fresh;
    snprintf(b->session, sizeof b->session, "nobody");
    bench_bring_to(b, state, BENCH_TCP);
    char own[64];
    snprintf(own, sizeof own, "%s", b->session);

    assert_int_equal(bench_ask(b, table[row].method, table[row].url, table[row].headers),
                     table[row].in[state].status);
    assert_non_null(strstr(b->sent, "CSeq: 9\r\n"));
    if (table[row].in[state].status == 405 || table[row].in[state].status == 455)
        assert_non_null(strstr(b->sent, "\r\nAllow: "));
    if (state != INIT)
        snprintf(b->session, sizeof b->session, "%s", own);
    assert_int_equal(state_of(b), table[row].in[state].next);
    bench_tear_down(&fresh);
}

/* must: S9 F7 S4 S10 */
/* RFC 2326 A.2, walked whole: what is refused changes nothing. */
static void each_method_in_each_state(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++)
        for (int s = INIT; s < STATES; s++)
            walk(row, s);
}

/* must: F7 */
/* RFC 2326 11.3.6: what is allowed is what will do. */
static void what_is_allowed_is_told(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, READY, BENCH_TCP);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 455);
    assert_null(strstr(b->sent, "PAUSE"));
    assert_non_null(strstr(b->sent, "PLAY, "));
    bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BENCH_TCP BENCH_OWN), 455);
    assert_null(strstr(b->sent, "SETUP"));
    assert_non_null(strstr(b->sent, "PAUSE, "));
}

/* must: S3 L1 L4 L5 T5 */
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

/* must: F1 */
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

/* must: C3 */
static void who_goes_on_with_what_is_forbidden_is_sent_away(void **state)
{
    static const char third[] =
        "Transport: RTP/AVP;unicast;client_port=1-2;destination=192.0.2.7\r\n";
    struct bench *b = *state;
    for (int i = 0; i < 16; i++) {
        assert_false(b->is_closed);
        assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, third), 403);
    }
    assert_true(b->is_closed);
}

/* must: L4 */
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
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam/trackID=2/", BENCH_TCP), 200);
    assert_int_equal(b->track, 2);
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam//", BENCH_TCP), 200);
    assert_int_equal(b->track, -1);
}

/* must: A1 */
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

static void who_had_to_wait_for_an_answer_may_take_his_time(void **state)
{
    static const char text[] = "DESCRIBE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n";
    struct bench *b = *state;
    b->is_late = true;
    bench_feed(b, text, sizeof text - 1);
    rtsp_server_tick(b->server, 70 * S, false);
    assert_false(b->is_closed);
    bench_describe(b);
    rtsp_server_tick(b->server, 129 * S, false);
    assert_false(b->is_closed);
    rtsp_server_tick(b->server, 130 * S, false);
    assert_true(b->is_closed);
}

/* must: A1 */
static void who_never_asks_is_sent_away_after_ten_seconds(void **state)
{
    struct bench *b = *state;
    rtsp_server_tick(b->server, 10 * S, false);
    assert_true(b->is_closed);
}

/* must: F5 */
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
        TEST(what_is_allowed_is_told),
        TEST(a_whole_dialogue),
        TEST(answers_keep_their_order),
        TEST(who_goes_on_with_what_is_forbidden_is_sent_away),
        TEST(names_are_checked),
        TEST(half_a_message_is_waited_for_ten_seconds),
        TEST(who_says_nothing_is_sent_away),
        TEST(who_had_to_wait_for_an_answer_may_take_his_time),
        TEST(who_never_asks_is_sent_away_after_ten_seconds),
        TEST(what_makes_no_sense_is_answered_and_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
