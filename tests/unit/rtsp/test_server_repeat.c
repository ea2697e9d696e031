#include "server_bench.h"

static void assert_same_answer(struct bench *b, const char *text)
{
    char first[8192];
    bench_feed(b, text, strlen(text));
    assert_non_null(strstr(b->sent, "RTSP/1.0 200 OK"));
    memcpy(first, b->sent, sizeof first);
    bench_feed(b, text, strlen(text));
    assert_string_equal(b->sent, first);
}

static void name_session(struct bench *b, char text[512], const char *method)
{
    snprintf(text, 512, "%s rtsp://h/cam RTSP/1.0\r\nCSeq: 4\r\nSession: %s\r\n\r\n", method,
             b->session);
}

/* must: F6 */
static void what_comes_twice_is_done_once(void **state)
{
    static const char setup[] = "SETUP " BENCH_TRACK0 " RTSP/1.0\r\nCSeq: 3\r\n" BENCH_TCP "\r\n";
    struct bench *b = *state;
    char text[512];

    assert_same_answer(b, setup); /* one session, not two */
    sscanf(strstr(b->sent, "Session: "), "Session: %63[^;]", b->session);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
    name_session(b, text, "PAUSE");
    assert_same_answer(b, text);
    assert_int_equal(b->pauses, 1);
    name_session(b, text, "TEARDOWN");
    assert_same_answer(b, text);
    assert_int_equal(b->teardowns, 1);
    assert_int_equal(b->counts.refused, 0);
}

/* must: F6 */
static void what_is_the_same_twice_may_be_done_twice(void **state)
{
    static const char *const methods[] = {"OPTIONS", "DESCRIBE", "PLAY", "GET_PARAMETER"};
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        char text[512];
        name_session(b, text, methods[i]);
        assert_same_answer(b, text);
    }
}

/* must: F6 */
/* There are clients that never count: only what stands right behind itself is the same request. */
static void a_number_that_stays_is_no_repetition(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
        assert_int_equal(b->pauses, i);
        assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
    }
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
    bench_feed(b, "OPTIONS * RTSP/1.0\r\n\r\n", 22);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 455);
}

static void what_was_refused_may_be_tried_again(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_UDP);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 455);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 455);
    assert_int_equal(b->counts.refused, 2);
}

/* must: F6 S5 */
static void a_request_sent_again_is_a_sign_of_life(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 2, BENCH_UDP);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
    b->now_us = 70 * S;
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(b->pauses, 1);
    rtsp_sessions_tick(b->sessions, 141 * S);
    assert_int_equal(b->teardowns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_twice_is_done_once),
        TEST(what_is_the_same_twice_may_be_done_twice),
        TEST(a_number_that_stays_is_no_repetition),
        TEST(what_was_refused_may_be_tried_again),
        TEST(a_request_sent_again_is_a_sign_of_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
