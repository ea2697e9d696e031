#include "server_bench.h"

#define RECORDED "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;mode=record\r\n"

/* must: D1 D5 */
static void what_is_announced_is_checked(void **state)
{
    static const struct {
        const char *headers, *sdp;
        int status;
    } rows[] = {
        {BENCH_SDP_TYPE, "", 400},
        {BENCH_SDP_TYPE, "v=0\r\n", 400},
        {BENCH_SDP_TYPE, "\x01\x02\xff", 400},
        {BENCH_SDP_TYPE, "m=video", 400},
        {"", BENCH_SDP, 415},
        {"Content-Type: text/plain\r\n", BENCH_SDP, 415},
        {"Content-Type: Application/SDP; charset=utf-8\r\n", BENCH_SDP, 200},
        {BENCH_SDP_TYPE "Session: none\r\n", BENCH_SDP, 454},
    };
    struct bench *b = *state;
    char many[2048];
    int len = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(bench_announce(b, BENCH_URL, rows[i].headers, rows[i].sdp),
                         rows[i].status);
    for (int i = 0; i <= LIMIT_TRACKS; i++)
        len += snprintf(many + len, sizeof many - (size_t)len, "m=audio 0 RTP/AVP 0\r\n");
    assert_int_equal(bench_announce(b, BENCH_URL, BENCH_SDP_TYPE, many), 413);
    assert_int_equal(bench_announce(b, "rtsp://h/", BENCH_SDP_TYPE, BENCH_SDP), 404);
    assert_int_equal(bench_announce(b, "rtsp://h/pulled", BENCH_SDP_TYPE, BENCH_SDP), 405);
    assert_non_null(strstr(b->sent, "Allow: OPTIONS, DESCRIBE, SETUP, PLAY"));
    assert_int_equal(bench_announce(b, "rtsp://h/taken", BENCH_SDP_TYPE, BENCH_SDP), 503);
    assert_int_equal(b->unpublished, 3);
}

/* What clients make of the announced URL and a=control. must: L4 */
static void tracks_are_found_by_their_controls(void **state)
{
    static const struct {
        const char *url, *session, *control[2], *setup;
        int track;
    } rows[] = {
        {"rtsp://h/a", "", {"streamid=0", "streamid=1"}, "rtsp://h/a/streamid=1", 1},
        {"rtsp://h/a/", "", {"streamid=0", "streamid=1"}, "rtsp://h/a/streamid=0", 0},
        {"rtsp://h/a?k=v", "", {"streamid=0", "streamid=1"}, "rtsp://h/a?k=v/streamid=1", 1},
        {"rtsp://h/a?k=v", "", {"stream=1", "stream=0"}, "rtsp://h/a/stream=0?k=v", 1},
        {"rtsp://h/a", "*", {"trackID=7", "trackID=3"}, "rtsp://h/a/trackID=3", 1},
        {"rtsp://h/a", "", {"rtsp://h:8554/a/x", "rtsp://h:8554/a/y"}, "rtsp://g/a/y", 1},
        {"rtsp://h/a", "rtsp://h/a/live/", {"x", "y"}, "rtsp://h/a/live/y", 1},
        {"rtsp://h/a", "", {"/a/x", "/a/y"}, "rtsp://h/a/y", 1},
        {"rtsp://h/a", "", {"", ""}, "rtsp://h/a", 0},
        {"rtsp://h/a", "", {"x", "y"}, "rtsp://h/a/z", -1},
        {"rtsp://h/a", "", {"x", "y"}, "rtsp://h/a/x/x", -1},
        {"rtsp://h/a?k=v", "", {"x", "y"}, "rtsp://h/a/x?k=w", -1},
        {"rtsp://h/a", "", {"x", "y"}, "rtsp://h/a", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        char sdp[512];
        bench_set_up_publishing(&fresh);
        struct bench *b = fresh;
        snprintf(sdp, sizeof sdp,
                 "a=control:%s\nm=video 0 RTP/AVP 96\na=control:%s\n"
                 "m=audio 0 RTP/AVP 0\na=control:%s\n",
                 rows[i].session, rows[i].control[0], rows[i].control[1]);
        assert_int_equal(bench_announce(b, rows[i].url, BENCH_SDP_TYPE, sdp), 200);
        int status = bench_ask(b, "SETUP", rows[i].setup, RECORDED);
        assert_int_equal(status, rows[i].track < 0 ? 461 : 200);
        if (rows[i].track >= 0)
            assert_int_equal(b->track, rows[i].track);
        bench_tear_down(&fresh);
    }
}

static void tracks_without_controls_come_one_after_the_other(void **state)
{
    struct bench *b = *state;
    assert_int_equal(
        bench_announce(b, BENCH_URL, BENCH_SDP_TYPE, "m=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 0\n"),
        200);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_URL, RECORDED), 200);
    assert_int_equal(b->track, 0);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_URL, RECORDED BENCH_OWN), 200);
    assert_int_equal(b->track, 1);
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam/none", RECORDED BENCH_OWN), 404);
}

/* Some send the NUL of their string, or one after each line. */
static void a_nul_ends_a_line(void **state)
{
    static const char text[] = "ANNOUNCE rtsp://h/cam RTSP/1.0\r\nCSeq: 9\r\n" BENCH_SDP_TYPE
                               "Content-Length: 26\r\n\r\n\0v=0\0m=video 0 RTP/AVP 96\n";
    struct bench *b = *state;
    assert_int_equal(bench_feed(b, text, sizeof text - 1), sizeof text - 1);
    assert_non_null(strstr(b->sent, "RTSP/1.0 200"));
    struct span description = rtsp_session_description(b->asked);
    assert_int_equal(description.len, 26);
    assert_non_null(strstr((const char *)description.ptr, "m=video"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISH_TEST(what_is_announced_is_checked),
        PUBLISH_TEST(a_nul_ends_a_line),
        PUBLISH_TEST(tracks_are_found_by_their_controls),
        PUBLISH_TEST(tracks_without_controls_come_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
