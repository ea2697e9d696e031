#include <string.h>

#include "client_bench.h"

/* must: P9 */
static void an_answer_may_lead_elsewhere(void **state)
{
    static const struct {
        const char *status, *headers, *to; /* NULL: nowhere */
        enum rtsp_client_failure failure;
    } rows[] = {
        {"302 Moved Temporarily", "Location: rtsp://u:p@other:8554/a?b=c\r\n",
         "rtsp://other:8554/a?b=c", 0},
        {"301 Moved Permanently", "Location:rtsp://h/x\r\n", "rtsp://h/x", 0},
        {"303 See Other", "Location: /y\r\n", "rtsp://h/y", 0},
        {"305 Use Proxy", "location: rtsps://h/z\r\n", "rtsps://h/z", 0},
        {"307 Temporary Redirect", "Location: rtsp://[2001:db8::1]/\r\n", "rtsp://[2001:db8::1]/",
         0},
        {"302 Found", "", NULL, RTSP_CLIENT_REFUSED},
        {"302 Found", "Location: \r\n", NULL, RTSP_CLIENT_REFUSED},
        {"304 Not Modified", "Location: rtsp://h/x\r\n", NULL, RTSP_CLIENT_REFUSED},
        {"302 Found", "Location: http://h/x\r\n", NULL, RTSP_CLIENT_ASTRAY},
        {"302 Found", "Location: //other/x\r\n", NULL, RTSP_CLIENT_ASTRAY},
        {"302 Found", "Location: rtsp://\r\n", NULL, RTSP_CLIENT_ASTRAY},
        {"302 Found", "Location: rtsp://a b/\r\n", NULL, RTSP_CLIENT_ASTRAY},
        {"302 Found", "Location: /a b\r\n", NULL, RTSP_CLIENT_ASTRAY},
        {"302 Found", "Location: file:///etc/passwd\r\n", NULL, RTSP_CLIENT_ASTRAY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        bench_answer(b, "200 OK", "", "");
        bench_answer(b, rows[i].status, rows[i].headers, "");
        assert_int_equal(b->has_moved, rows[i].to != NULL);
        assert_int_equal(b->has_failed, rows[i].to == NULL);
        assert_true(!rows[i].to || strcmp(b->moved_to, rows[i].to) == 0);
        assert_true(rows[i].to || b->failure == rows[i].failure);
        assert_int_equal(rtsp_client_deadline_us(b->client), INT64_MAX);
        bench_tear_down(&fresh);
    }
    (void)state;
}

/* must: P9 */
static void any_step_may_lead_elsewhere(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "302 Found", "Location: rtsp://h/x\r\n", "");
    assert_string_equal(b->moved_to, "rtsp://h/x");
    rtsp_client_stop(b->client);
    assert_true(bench_has_sent(b, "TEARDOWN ") && bench_has_sent(b, "Session: 42\r\n"));
}

/* must: P9 */
static void the_origin_may_redirect_while_it_plays(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "", "");
    bench_ask(b, "REDIRECT", "Location: rtsp://h/x\r\nRange: clock=19960213T143205Z-\r\n", "");
    assert_true(bench_has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 77\r\n") && b->has_moved);
    assert_string_equal(b->moved_to, "rtsp://h/x");
    unsigned count = b->sent_count;
    bench_ask(b, "OPTIONS", "", ""); /* it is over */
    assert_int_equal(b->sent_count, count);
}

static void a_redirect_to_nowhere_means_the_same_place(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_ask(b, "REDIRECT", "", "");
    assert_true(b->has_moved);
    assert_string_equal(b->moved_to, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(an_answer_may_lead_elsewhere),
        BENCH_TEST(any_step_may_lead_elsewhere),
        BENCH_TEST(the_origin_may_redirect_while_it_plays),
        BENCH_TEST(a_redirect_to_nowhere_means_the_same_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
