#include "rtsp/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client_bench.h"

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
    assert_true(bench_has_sent(b, "OPTIONS rtsp://h/live/ ")); /* at once */
    bench_answer(b, "200 OK", "", "");
    keep_alive(b, "OPTIONS rtsp://h/live/ ");
    bench_answer(b, "454 Session Not Found", "", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

/* must: S8 */
static void a_keep_alive_is_never_late(void **state)
{
    static const char two[] = "Session: 42;timeout=2\r\nTransport: RTP/AVP;server_port=6000\r\n";
    struct bench *b = *state;
    bench_describe(b, "Content-Base: rtsp://h/live/\r\n", bench_sdp);
    bench_answer(b, "200 OK", two, "");
    bench_answer(b, "200 OK", two, "");
    b->now_us += S / 2; /* the answer to PLAY takes its time */
    bench_answer(b, "200 OK", "", "");
    assert_int_equal(rtsp_client_deadline_us(b->client), S);
}

/* must: S8 */
static void methods_are_tried_in_turn(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "Public: SET_PARAMETER, GET_PARAMETER\r\n");
    bench_answer(b, "200 OK", "", "");
    keep_alive(b, "GET_PARAMETER ");
    bench_answer(b, "405 Method Not Allowed", "", "");
    assert_true(bench_has_sent(b, "SET_PARAMETER "));
    bench_answer(b, "501 Not Implemented", "", "");
    assert_true(bench_has_sent(b, "OPTIONS "));
    bench_answer(b, "551 Option not supported", "", "");
    keep_alive(b, "GET_PARAMETER "); /* once more, half a timeout later: no storm */
    bench_answer(b, "200 OK", "", "");
    assert_false(b->has_failed);
}

/* must: S7 */
static void the_session_may_come_late_and_oddly_spaced(void **state)
{
    struct bench *b = *state;
    bench_describe(b, "", bench_sdp);
    bench_answer(b, "200 OK", "Transport: RTP/AVP;unicast;server_port=6000-6001\r\n", "");
    assert_true(bench_has_sent(b, "SETUP ") && !bench_has_sent(b, "Session:"));
    bench_answer(b, "200 OK",
                 "Session:  4-2_x ; Timeout = 8 ;x\r\nTransport: RTP/AVP;server_port=6002\r\n", "");
    assert_true(bench_has_sent(b, "PLAY ") && bench_has_sent(b, "Session: 4-2_x\r\n"));
    bench_answer(b, "200 OK", "", "");
    assert_int_equal(rtsp_client_deadline_us(b->client), 4 * S);
}

static void the_answer_to_play_may_set_the_timeout(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "Session: 42;timeout=4\r\n", "");
    assert_int_equal(rtsp_client_deadline_us(b->client), 2 * S);
}

static void an_answer_without_timeout_takes_none_back(void **state)
{
    struct bench *b = *state;
    bench_bring_to_play(b, "");
    bench_answer(b, "200 OK", "Session: 42\r\n", "");
    assert_int_equal(rtsp_client_deadline_us(b->client), 10 * S);
}

static void an_origin_may_do_without_a_session(void **state)
{
    struct bench *b = *state;
    bench_describe(b, "", bench_sdp);
    for (int i = 0; i < 2; i++)
        bench_answer(b, "200 OK", "Transport: RTP/AVP;unicast;server_port=6000-6001\r\n", "");
    bench_answer(b, "200 OK", "", "");
    assert_true(b->is_playing && rtsp_client_deadline_us(b->client) == 30 * S);
}

static void a_session_that_cannot_be_named_is_broken(void **state)
{
    struct bench *b = *state;
    bench_describe(b, "", bench_sdp);
    bench_answer(b, "200 OK", "Session: a b\r\nTransport: RTP/AVP;server_port=6000\r\n", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
}

/* must: S2 */
static void an_answer_to_something_else_is_not_taken(void **state)
{
    struct bench *b = *state;
    bench_say(b, "RTSP/1.0 404 Not Found\r\nCSeq: 99\r\n\r\n");
    bench_say(b, "RTSP/1.0 200 OK\r\nCSeq: one\r\n\r\n");
    assert_true(!b->has_failed && b->oddities == 2);
    assert_true(bench_has_sent(b, "OPTIONS ") && b->sent_count == 1);
    bench_say(b, "RTSP/1.0 200 OK\r\n\r\n"); /* without one it can only be ours */
    assert_true(bench_has_sent(b, "DESCRIBE "));
}

static void an_answer_may_say_that_it_takes_longer(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 5; i++) {
        b->now_us += 9 * S;
        bench_answer(b, "100 Continue", "", "");
        rtsp_client_tick(b->client, b->now_us);
        assert_false(b->has_failed);
    }
    b->now_us += 9 * S;
    bench_answer(b, "100 Continue", "", ""); /* it is enough */
    b->now_us += S;
    rtsp_client_tick(b->client, b->now_us);
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_TIMED_OUT);
}

/* What is answered to SETUP, and what the owner says to it. */
static void transports_are_told_apart(void **state)
{
    static const struct {
        const char *transport;
        int result;
        bool has_failed;
        enum rtsp_client_failure failure;
    } rows[] = {
        {"Transport: RTP/AVP;unicast;client_port=5000-5001\r\n", 0, false, 0},
        {"Transport: RTP/AVP;unicast;server_port=6000-6001;ssrc=!?\r\n", 0, false, 0},
        {"Transport: RTP/AVP;multicast;destination=239.1.1.1;port=5000\r\n", -EPROTONOSUPPORT, true,
         RTSP_CLIENT_TRANSPORT},
        {"Transport: RTP/AVP;multicast;destination=224.0.0.1;port=5000\r\n", -EADDRNOTAVAIL, true,
         RTSP_CLIENT_GROUP},
        {"Transport: RTP/AVP;multicast;destination=239.1.1.1;port=5000;ttl=4\r\n", 0, false, 0},
        {"Transport: RTP/AVP;unicast;server_port=0-0\r\n", 0, true, RTSP_CLIENT_TRANSPORT},
        {"", 0, true, RTSP_CLIENT_TRANSPORT},
        {"Transport: RTP/AVP;server_port=1\r\nTransport: RTP/AVP;server_port=2\r\n", 0, true,
         RTSP_CLIENT_BROKEN},
        {"Transport: RTP/AVP;unicast;server_port=6000\r\n", -ENOMEM, true, RTSP_CLIENT_SHORT},
        {"Transport: RTP/AVP;unicast;server_port=6000\r\n", -EIO, true, RTSP_CLIENT_BROKEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        char headers[256];
        bench_set_up(&fresh);
        struct bench *b = fresh;
        b->set_up_result = rows[i].result;
        bench_describe(b, "", bench_sdp);
        snprintf(headers, sizeof headers, "Session: 42\r\n%s", rows[i].transport);
        bench_answer(b, "200 OK", headers, "");
        assert_int_equal(b->has_failed, rows[i].has_failed);
        assert_true(!b->has_failed || b->failure == rows[i].failure);
        bench_tear_down(&fresh);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(it_keeps_the_session_alive),
        BENCH_TEST(a_keep_alive_is_never_late),
        BENCH_TEST(methods_are_tried_in_turn),
        BENCH_TEST(the_session_may_come_late_and_oddly_spaced),
        BENCH_TEST(the_answer_to_play_may_set_the_timeout),
        BENCH_TEST(an_answer_without_timeout_takes_none_back),
        BENCH_TEST(an_origin_may_do_without_a_session),
        BENCH_TEST(a_session_that_cannot_be_named_is_broken),
        BENCH_TEST(an_answer_to_something_else_is_not_taken),
        BENCH_TEST(an_answer_may_say_that_it_takes_longer),
        BENCH_TEST(transports_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
