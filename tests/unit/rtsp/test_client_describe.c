#include <stdio.h>
#include <string.h>

#include "client_bench.h"

static void setup_goes_to(struct bench *b, const char *headers, const char *body, const char *url)
{
    char request[512];
    bench_describe(b, headers, body);
    snprintf(request, sizeof request, "SETUP %s RTSP/1.0\r\n", url);
    if (!bench_has_sent(b, request))
        fail_msg("%s is not in %s", request, b->sent);
}

static const char one[] = "v=0\r\nm=video 0 RTP/AVP 96\r\na=control:t\r\n";

/* must: L4 */
static void controls_are_resolved(void **state)
{
    static const char *const rows[][3] = {
        {"", one, "rtsp://h/live/t"},
        {"Content-Base: rtsp://h/b\r\n", one, "rtsp://h/b/t"},
        {"Content-Base: rtsp://h/b/\r\nContent-Location: rtsp://h/l/\r\n", one, "rtsp://h/b/t"},
        {"Content-Base:   rtsp://u:p@h:554/b/  \r\n", one, "rtsp://h/b/t"},
        {"content-base: /b/\r\n", one, "rtsp://h/b/t"},
        {"Content-Base: \r\nContent-Location: rtsp://h/l\r\n", one, "rtsp://h/l/t"},
        {"Content-Base: nonsense\r\nContent-Location: /l\r\n", one, "rtsp://h/l/t"},
        {"Content-Base: http://h/b/\r\n", one, "rtsp://h/live/t"},
        {"", "m=video 0 RTP/AVP 96\r\na=control:*\r\n", "rtsp://h/live"},
        {"", "m=video 0 RTP/AVP 96\r\na=control:\r\n", "rtsp://h/live"},
        {"", "m=video 0 RTP/AVP 96\r\n", "rtsp://h/live"},
        {"", "m=video 0 RTP/AVP 96\na=control:/x/y\n", "rtsp://h/x/y"},
        {"", "m=video 0 RTP/AVP 96\ra=control:rtsp://other:99/x?y=1\r", "rtsp://other:99/x?y=1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        setup_goes_to(fresh, rows[i][0], rows[i][1], rows[i][2]);
        bench_tear_down(&fresh);
    }
    (void)state;
}

/* must: D1 D2 D5 */
static void odd_descriptions_are_understood(void **state)
{
    static const char *const rows[] = {
        "a=control:t\na=rtpmap:96 H264/90000\nv=0\nm=video 0 RTP/AVP 96\na=control:t\nc=IN \n",
        "m=video 0 RTP/AVP 96\r\nc=IN IP4\r\na=rtpmap:96 H264/0\r\na=control:t\r\n",
        "v=0\r\nx=what\r\nm=video 49170/2 RTP/AVP 96 97\r\nb=X-YZ:a\r\na=control:t\r\na\r\n=\r\n",
        "m=application 0 RTP/AVP 107\r\na=control:t\r\n",
        "m=video 0 TCP/X 1\r\na=control:no\r\nm=audio 0 RTP/AVP 0\r\na=control:t\r\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        setup_goes_to(fresh, "", rows[i], "rtsp://h/live/t");
        bench_tear_down(&fresh);
    }
    (void)state;
}

static void many_tracks(char *text, size_t cap, unsigned count)
{
    struct writer w = writer_of(text, cap - 1);
    for (unsigned i = 0; i < count; i++)
        writer_format(&w, "m=audio 0 RTP/AVP 0\r\na=control:t%u\r\n", i);
    text[w.len] = '\0';
}

/* must: D1 */
static void thirty_two_tracks_and_no_more(void **state)
{
    struct bench *b = *state;
    char text[3000];
    many_tracks(text, sizeof text, 32);
    setup_goes_to(b, "", text, "rtsp://h/live/t0");
    for (unsigned i = 0; i < 32; i++)
        bench_answer(b, "200 OK", bench_transport, "");
    assert_true(b->set_up == 32 && bench_has_sent(b, "PLAY "));

    void *fresh;
    bench_set_up(&fresh);
    b = fresh;
    many_tracks(text, sizeof text, 33);
    bench_describe(b, "", text);
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_TRACKS);
    bench_tear_down(&fresh);
}

/* must: D5 */
static void what_describes_no_media_is_told(void **state)
{
    static const char *const rows[] = {
        "", "v=0\r\n", "v=0\r\nm=video 0 TCP/X 1\r\n", "m=video\r\n", "<html></html>", "m="};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        bench_describe(b, "Content-Type: text/html\r\n", rows[i]);
        assert_true(b->has_failed && b->failure == RTSP_CLIENT_NO_MEDIA);
        bench_tear_down(&fresh);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(controls_are_resolved),
        BENCH_TEST(odd_descriptions_are_understood),
        BENCH_TEST(thirty_two_tracks_and_no_more),
        BENCH_TEST(what_describes_no_media_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
