/* PLAY, PAUSE and TEARDOWN in detail. */
#include "server_bench.h"

static int play(struct bench *b, const char *headers)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s", headers, BENCH_OWN);
    return bench_ask(b, "PLAY", BENCH_URL, text);
}

/* must: L2 */
static void live_starts_now(void **state)
{
    static const struct {
        const char *range;
        int status;
    } rows[] = {
        {"npt=now-", 200},
        {"npt=0-", 200},
        {"npt=0.000-", 200},
        {"npt=0:00:00-", 200},
        {"npt=0-10", 200},
        {"npt=now-;time=19970123T143720Z", 200},
        {"npt=10-", 456},
        {"npt=0:00:10-20", 456},
        {"npt=-10", 456},
        {"npt=", 400},
        {"npt=-", 400},
        {"npt=a-b", 400},
        {"clock=19961108T142300Z-", 501},
        {"smpte=10:07:00-", 501},
        {"smpte-30-drop=10:07:00-", 501},
        {"bytes=0-499", 501},
    };
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char header[128];
        snprintf(header, sizeof header, "Range: %s\r\n", rows[i].range);
        assert_int_equal(play(b, header), rows[i].status);
        assert_true(rows[i].status != 200 || strstr(b->sent, "\r\nRange: npt=now-\r\n"));
    }
    assert_int_equal(play(b, ""), 200);
    assert_non_null(strstr(b->sent, "\r\nRange: npt=now-\r\n"));
}

/* must: L3 */
static void the_scale_that_holds_is_answered(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    assert_int_equal(play(b, "Scale: 2.0\r\n"), 200);
    assert_non_null(strstr(b->sent, "\r\nScale: 1\r\n"));
    assert_null(strstr(b->sent, "Speed"));
    assert_int_equal(play(b, "Speed: 4\r\nScale: -1\r\n"), 200);
    assert_non_null(strstr(b->sent, "\r\nScale: 1\r\n"));
    assert_non_null(strstr(b->sent, "\r\nSpeed: 1\r\n"));
    assert_int_equal(play(b, ""), 200);
    assert_null(strstr(b->sent, "Scale"));
}

/* must: L1 */
static void what_is_not_set_up_is_not_in_rtp_info(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h:554/cam/?a=1/trackID=1", BENCH_TCP), 200);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://h:554/cam/?a=1", BENCH_OWN), 200);
    assert_non_null(strstr(b->sent, "\r\nRTP-Info: url=rtsp://h:554/cam/?a=1/trackID=1\r\n"));
}

static void set_up_two(struct bench *b)
{
    bench_bring_to(b, 1, BENCH_TCP);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BENCH_TCP BENCH_OWN), 200);
}

/* must: S9 */
/* RFC 2326 11.3.11: the streams of a session are played and paused together. */
static void one_of_several_is_not_played_alone(void **state)
{
    struct bench *b = *state;
    set_up_two(b);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_TRACK1, BENCH_OWN), 460);
    assert_int_equal(play(b, ""), 200);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_TRACK0, BENCH_OWN), 460);
    assert_int_equal(bench_ask(b, "PAUSE", "rtsp://h/other", BENCH_OWN), 404);
    assert_int_equal(bench_ask(b, "PAUSE", "*", BENCH_OWN), 200);
    assert_int_equal(b->pauses, 1);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://other:8554/cam/", BENCH_OWN), 200);
}

/* must: S7 */
static void teardown_of_one_stream_frees_that_alone(void **state)
{
    struct bench *b = *state;
    set_up_two(b);
    assert_int_equal(play(b, ""), 200);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_TRACK0, BENCH_OWN), 200);
    assert_non_null(strstr(b->sent, "\r\nSession: "));
    assert_int_equal(b->released, 1);
    assert_int_equal(b->teardowns, 0);
    assert_int_equal(play(b, ""), 200);
    assert_null(strstr(b->sent, "trackID=0"));
    assert_non_null(strstr(b->sent, "trackID=1"));
    bench_feed(b, "$\1\0\1a$\3\0\1b", 10); /* its channels are nobody's now */
    assert_int_equal(b->frames, 1);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_TRACK0, BENCH_OWN), 404);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_TRACK1, BENCH_OWN), 200);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(play(b, ""), 454);
}

/* must: S7 T3 */
static void a_freed_stream_can_be_set_up_again(void **state)
{
    struct bench *b = *state;
    set_up_two(b);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_TRACK0, BENCH_OWN), 200);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, BENCH_TCP BENCH_OWN), 200);
    assert_non_null(strstr(b->sent, "interleaved=0-1"));
    assert_int_equal(play(b, ""), 200);
    assert_non_null(strstr(b->sent, "trackID=0"));
}

/* must: S1 V9 */
static void an_id_is_long(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    assert_int_equal(strlen(b->session), 22);
    assert_int_equal(strspn(b->session, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789_-"),
                     22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(live_starts_now),
        TEST(the_scale_that_holds_is_answered),
        TEST(what_is_not_set_up_is_not_in_rtp_info),
        TEST(one_of_several_is_not_played_alone),
        TEST(teardown_of_one_stream_frees_that_alone),
        TEST(a_freed_stream_can_be_set_up_again),
        TEST(an_id_is_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
