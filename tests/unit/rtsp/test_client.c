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

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(it_plays),
        BENCH_TEST(refusals_are_told),
        BENCH_TEST(silence_is_told),
        BENCH_TEST(nonsense_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
