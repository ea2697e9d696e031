#include "rtsp/client.h"

#include <string.h>

#include "client_bench.h"

/* must: P3 S2 */
static void it_plays(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "Public: OPTIONS, PLAY\r\n");
    rtsp_client_consume(b->client, span_of("$\0\0\1x", 5), 0); /* media before the answer */
    assert_int_equal(b->frames, 1);
    bench_answer(b, "200 OK",
                 "RTP-Info: url=trackID=1/;seq=5;rtptime=6,url=rtsp://h/live/a;seq=7\r\n", "");
    assert_true(b->is_playing && rtsp_client_is_playing(b->client));
    assert_true(b->infos[0].has_rtptime && b->infos[0].seq == 5);
    assert_true(b->infos[1].seq == 7 && !b->infos[1].has_rtptime);
    rtsp_client_stop(b->client);
    assert_true(bench_has_sent(b, "Via: RTSP/1.0 weir-x\r\n"));
    assert_true(bench_has_sent(b, "TEARDOWN rtsp://h/live/ ") && bench_has_sent(b, "Session: 42"));
}

static void keep_alive(struct bench *b, const char *expected)
{
    assert_int_equal(rtsp_client_deadline_us(b->client), b->now_us + 10 * S);
    b->now_us += 10 * S;
    rtsp_client_tick(b->client, b->now_us);
    assert_true(bench_has_sent(b, expected));
}

/* must: S8 */
/* At half of the session's timeout, by GET_PARAMETER where Public lists it. */
static void it_keeps_the_session_alive(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "Public: OPTIONS, GET_PARAMETER\r\n");
    bench_answer(b, "200 OK", "", "");
    keep_alive(b, "GET_PARAMETER rtsp://h/live/ ");
    bench_answer(b, "451 Parameter Not Understood", "", "");
    keep_alive(b, "OPTIONS rtsp://h/live/ ");
    bench_answer(b, "454 Session Not Found", "", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

static void it_answers_a_challenge_once(void **state)
{
    static const char both[] = "WWW-Authenticate: Basic realm=\"r\"\r\n"
                               "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";
    struct bench *b = *state;
    bench_answer(b, "200 OK", "", "");
    bench_answer(b, "401 Unauthorized", both, "");
    assert_true(bench_has_sent(b, "DESCRIBE ") &&
                bench_has_sent(b, "Authorization: Digest username=\"u\""));
    bench_answer(b, "401 Unauthorized",
                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true\r\n", "");
    assert_true(bench_has_sent(b, "nonce=\"m\""));
    bench_answer(b, "401 Unauthorized", both, "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_REFUSED);
    assert_int_equal(b->status, 401);
}

static void refusals_are_told(void **state)
{
    struct bench *b = *state;
    bench_answer(b, "501 Not Implemented", "", ""); /* of OPTIONS: nobody minds */
    bench_answer(b, "404 Not Found", "", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_REFUSED);
    assert_int_equal(b->status, 404);
    assert_int_equal(rtsp_client_deadline_us(b->client), INT64_MAX);
}

static void silence_is_told(void **state)
{
    struct bench *b = *state;
    rtsp_client_tick(b->client, 10 * S - 1);
    assert_false(b->has_failed);
    rtsp_client_tick(b->client, 10 * S);
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_TIMED_OUT);
}

static void nonsense_is_told(void **state)
{
    static const char *const rows[] = {"\x01", "RTSP/1.0 abc OK\r\nCSeq: 1\r\n\r\n",
                                       "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        bench_say(b, rows[i]);
        assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
        bench_tear_down(&fresh);
    }
}

static void a_description_without_media_is_broken(void **state)
{
    struct bench *b = *state;
    bench_answer(b, "200 OK", "", "");
    bench_answer(b, "200 OK", "", "v=0\r\nm=video 0 TCP/X 1\r\n");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
}

static void answers_to_nothing_are_passed_over(void **state)
{
    struct bench *b = *state;
    bench_say(b, "RTSP/1.0 404 Not Found\r\nCSeq: 99\r\n\r\n");
    bench_say(b, "RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n");
    assert_false(b->has_failed);
    assert_true(bench_has_sent(b, "OPTIONS "));
}

static void the_origin_may_ask_and_end(void **state)
{
    struct bench *b = *state;
    bench_say(b, "SET_PARAMETER * RTSP/1.0\r\nCSeq: 5\r\n\r\n");
    assert_true(bench_has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 5\r\n"));
    bench_say(b, "FLY * RTSP/1.0\r\nCSeq: 6\r\n\r\n");
    assert_true(bench_has_sent(b, "RTSP/1.0 501 "));
    bench_say(b, "TEARDOWN * RTSP/1.0\r\nCSeq: 7\r\n\r\n");
    assert_true(bench_has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 7\r\n"));
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(it_plays),
        BENCH_TEST(it_keeps_the_session_alive),
        BENCH_TEST(it_answers_a_challenge_once),
        BENCH_TEST(refusals_are_told),
        BENCH_TEST(silence_is_told),
        BENCH_TEST(nonsense_is_told),
        BENCH_TEST(a_description_without_media_is_broken),
        BENCH_TEST(answers_to_nothing_are_passed_over),
        BENCH_TEST(the_origin_may_ask_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
