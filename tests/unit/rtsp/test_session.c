#include "rtsp/session.h"

#include "server_bench.h"

/* must: S5 */
static void sessions_end_in_silence(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    rtsp_session_touch(b->asked, 50 * S); /* a receiver report came */
    rtsp_sessions_tick(b->sessions, 121 * S);
    assert_int_equal(b->teardowns, 0);
    rtsp_sessions_tick(b->sessions, 122 * S);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(b->why, RTSP_END_TIMEOUT);
    assert_int_equal(b->counts.expired, 1);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 454);
}

/* must: S5 */
static void any_request_keeps_a_session(void **state)
{
    static const char *const methods[] = {"OPTIONS", "DESCRIBE", "GET_PARAMETER", "SET_PARAMETER",
                                          "PLAY"};
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        b->now_us += 71 * S;
        assert_int_equal(bench_ask(b, methods[i], BENCH_URL, BENCH_OWN), 200);
        rtsp_sessions_tick(b->sessions, b->now_us + 71 * S);
        assert_int_equal(b->teardowns, 0);
    }
}

static void an_interleaved_session_lives_with_its_connection(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_TCP);
    rtsp_sessions_tick(b->sessions, 1000 * S);
    assert_int_equal(b->teardowns, 0);
    assert_int_equal(rtsp_server_deadline_us(b->server), INT64_MAX);
    b->server = rtsp_server_free(b->server);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(b->why, RTSP_END_CONNECTION);
}

static void reconnect(struct bench *b, const char *host)
{
    rtsp_server_free(b->server);
    rtsp_server_new(&b->server, b->sessions, b, host, b->now_us);
}

/* must: S6 V9 */
static void a_udp_session_outlives_its_connection_for_the_same_client(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    reconnect(b, "192.0.2.9");
    assert_int_equal(b->teardowns, 0);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 454);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 454);
    reconnect(b, "192.0.2.1");
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(b->teardowns, 1);
}

/* must: S6 */
static void a_session_moves_to_another_connection_of_its_client(void **state)
{
    struct bench *b = *state;
    struct rtsp_server *first = b->server;
    bench_bring_to(b, 2, BENCH_UDP);
    rtsp_server_new(&b->server, b->sessions, b, "192.0.2.1", 0);
    assert_int_equal(bench_ask(b, "GET_PARAMETER", BENCH_URL, BENCH_OWN), 200);
    assert_ptr_equal(rtsp_session_connection(b->asked), b);
    rtsp_server_free(first);
    assert_int_equal(b->teardowns, 0);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
}

/* must: S6 */
static void an_interleaved_session_cannot_be_named_from_elsewhere(void **state)
{
    struct bench *b = *state;
    struct rtsp_server *first = b->server;
    bench_bring_to(b, 2, BENCH_TCP);
    rtsp_server_new(&b->server, b->sessions, b, "192.0.2.1", 0);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 454);
    assert_int_equal(b->teardowns, 0);
    rtsp_server_free(first);
}

static void one_connection_may_have_several_sessions(void **state)
{
    struct bench *b = *state;
    char one[64];
    bench_bring_to(b, 2, BENCH_TCP);
    snprintf(one, sizeof one, "%s", b->session);
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/other/trackID=0", BENCH_TCP), 200);
    assert_string_not_equal(one, b->session);
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(bench_ask(b, "TEARDOWN", "rtsp://h/other", BENCH_OWN), 200);
    snprintf(b->session, sizeof b->session, "%s", one);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
}

static void what_can_be_positioned_is_the_owners_matter(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    rtsp_session_allow_seek(b->asked);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, "Session: SESSION\r\nRange: smpte=1:00-\r\n"),
                     200);
    assert_int_equal(b->play_range, strlen("smpte=1:00-"));
    assert_null(strstr(b->sent, "npt=now-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sessions_end_in_silence),
        TEST(any_request_keeps_a_session),
        TEST(an_interleaved_session_lives_with_its_connection),
        TEST(a_udp_session_outlives_its_connection_for_the_same_client),
        TEST(a_session_moves_to_another_connection_of_its_client),
        TEST(an_interleaved_session_cannot_be_named_from_elsewhere),
        TEST(what_can_be_positioned_is_the_owners_matter),
        TEST(one_connection_may_have_several_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
