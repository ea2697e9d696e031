#include <errno.h>
#include <string.h>

#include "client_bench.h"

/* must: F7 P1 */
static void its_requests_are_answered(void **state)
{
    static const struct {
        const char *method, *headers, *body, *answer, *also;
    } rows[] = {
        {"OPTIONS", "", "", "RTSP/1.0 200 OK\r\nCSeq: 77\r\n", "Public: OPTIONS, "},
        {"GET_PARAMETER", "", "", "RTSP/1.0 200 ", ""},
        {"GET_PARAMETER", "", "packets\r\n", "RTSP/1.0 451 ", ""},
        {"SET_PARAMETER", "", "", "RTSP/1.0 200 ", ""},
        {"SET_PARAMETER", "", "a: b\r\n", "RTSP/1.0 451 ", ""},
        {"FLY", "", "", "RTSP/1.0 501 Not Implemented\r\nCSeq: 77\r\n", ""},
        {"PLAY", "", "", "RTSP/1.0 405 ", "Allow: OPTIONS, "},
        {"SETUP", "", "", "RTSP/1.0 405 ", "Allow: OPTIONS, "},
        {"OPTIONS", "Require: a, b\r\n", "", "RTSP/1.0 551 ", "Unsupported: a, b\r\n"},
        {"OPTIONS", "Session: other\r\n", "", "RTSP/1.0 454 ", ""},
        {"TEARDOWN", "Session: other\r\n", "", "RTSP/1.0 454 ", ""},
        {"ANNOUNCE", "", "m=video 0 RTP/AVP 96\r\n", "RTSP/1.0 455 ", "Allow: "},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bench_ask(b, rows[i].method, rows[i].headers, rows[i].body);
        if (!bench_has_sent(b, rows[i].answer) || !bench_has_sent(b, rows[i].also))
            fail_msg("%s is answered %s", rows[i].method, b->sent);
    }
    bench_say(b, "OPTIONS * RTSP/2.0\r\nCSeq: 5\r\n\r\n");
    assert_true(bench_has_sent(b, "RTSP/1.0 505 "));
    bench_say(b, "OPTIONS * RTSP/1.0\r\n\r\n");
    assert_true(bench_has_sent(b, "RTSP/1.0 400 ") && !bench_has_sent(b, "CSeq"));
    assert_int_equal(b->oddities, 11);
    bench_answer(b, "200 OK", "", ""); /* to OPTIONS: the dialogue goes on */
    assert_true(bench_has_sent(b, "DESCRIBE ") && !b->has_failed);
}

static void it_may_end(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "", "");
    bench_ask(b, "TEARDOWN", "Session: 42;timeout=60\r\n", "");
    assert_true(bench_has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 77\r\n"));
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

/* must: D3 */
static void a_new_description_is_taken_or_begun_anew(void **state)
{
    static const char media[] = "m=video 0 RTP/AVP 96\r\n";
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "", "");
    bench_ask(b, "ANNOUNCE", "Content-Type: application/sdp\r\n", media);
    assert_true(b->announced == 1 && bench_has_sent(b, "RTSP/1.0 200 "));
    bench_ask(b, "ANNOUNCE", "", media);
    assert_true(b->announced == 2 && bench_has_sent(b, "RTSP/1.0 200 "));
    bench_ask(b, "ANNOUNCE", "Content-Type: text/plain\r\n", media);
    assert_true(b->announced == 2 && bench_has_sent(b, "RTSP/1.0 415 "));
    bench_ask(b, "ANNOUNCE", "", "nonsense");
    assert_true(b->announced == 2 && bench_has_sent(b, "RTSP/1.0 400 "));
    b->announced_result = -EBADMSG;
    bench_ask(b, "ANNOUNCE", "", media);
    assert_true(bench_has_sent(b, "RTSP/1.0 400 ") && !b->has_moved);
    b->announced_result = -ESTALE;
    bench_ask(b, "ANNOUNCE", "", media);
    assert_true(bench_has_sent(b, "RTSP/1.0 200 ") && b->has_moved);
    assert_string_equal(b->moved_to, "");
}

static void a_web_server_is_no_origin(void **state)
{
    struct bench *b = *state;
    bench_say(b, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN && b->sent_count == 1);
}

/* must: A4 */
static void what_nobody_asked_for_has_a_bound(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "", "");
    for (int i = 0; i < 1000; i++) {
        b->now_us += S / 100;
        bench_ask(b, "OPTIONS", "", "");
        assert_false(b->has_failed);
    }
    b->now_us += S;
    for (int i = 0; i < 100; i++)
        bench_say(b, i % 2 ? "OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n"
                           : "RTSP/1.0 200 OK\r\nCSeq: 9999\r\n\r\n");
    assert_false(b->has_failed);
    bench_ask(b, "OPTIONS", "", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(its_requests_are_answered),
        BENCH_TEST(it_may_end),
        BENCH_TEST(a_new_description_is_taken_or_begun_anew),
        BENCH_TEST(a_web_server_is_no_origin),
        BENCH_TEST(what_nobody_asked_for_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
