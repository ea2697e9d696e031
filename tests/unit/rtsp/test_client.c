#include "rtsp/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#define S CLOCK_SECOND_US

struct bench {
    struct rtsp_client *client;
    char sent[4096]; /* the last request */
    int64_t now_us;
    bool is_described, is_playing, has_failed;
    enum rtsp_client_failure failure;
    int status;
    unsigned set_up, frames;
    struct rtp_info infos[LIMIT_TRACKS];
};

static void on_send(void *owner, struct span bytes)
{
    struct bench *b = owner;
    assert_int_equal(span_copy(b->sent, sizeof b->sent, bytes), 0);
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    (void)sdp;
    (void)text;
    ((struct bench *)owner)->is_described = true;
    return 0;
}

static int on_offer(void *owner, unsigned track, struct transport *transport)
{
    (void)owner;
    transport->has_client_port = true;
    transport->client_port[0] = (uint16_t)(5000 + 2 * track);
    transport->client_port[1] = (uint16_t)(5001 + 2 * track);
    return 0;
}

static int on_set_up(void *owner, unsigned track, const struct transport *transport)
{
    struct bench *b = owner;
    (void)track;
    assert_true(transport->has_server_port);
    b->set_up++;
    return 0;
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct bench *b = owner;
    b->is_playing = true;
    memcpy(b->infos, infos, count * sizeof *infos);
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    (void)channel;
    (void)packet;
    ((struct bench *)owner)->frames++;
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct bench *b = owner;
    assert_false(b->has_failed);
    b->has_failed = true;
    b->failure = failure;
    b->status = status;
}

static const struct rtsp_client_ops ops = {
    .send = on_send,
    .described = on_described,
    .offer = on_offer,
    .set_up = on_set_up,
    .playing = on_playing,
    .frame = on_frame,
    .failed = on_failed,
};

static int set_up(void **state)
{
    struct rtsp_client_settings settings = {"rtsp://h/live", "u", "p", "weir", 10 * S};
    struct bench *b = calloc(1, sizeof *b);
    assert_int_equal(rtsp_client_new(&b->client, &settings, &ops, b), 0);
    rtsp_client_start(b->client, 0);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    rtsp_client_free(b->client);
    free(b);
    return 0;
}

static void say(struct bench *b, const char *text)
{
    rtsp_client_consume(b->client, span_text(text), b->now_us);
}

/* Answers the last request. */
static void answer(struct bench *b, const char *status, const char *headers, const char *body)
{
    char text[4096];
    unsigned cseq = 0;
    assert_int_equal(sscanf(strstr(b->sent, "CSeq: "), "CSeq: %u", &cseq), 1);
    snprintf(text, sizeof text, "RTSP/1.0 %s\r\nCSeq: %u\r\n%sContent-Length: %zu\r\n\r\n%s",
             status, cseq, headers, strlen(body), body);
    say(b, text);
}

static const char sdp[] = "v=0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=control:trackID=1\r\n"
                          "m=audio 0 RTP/AVP 0\r\na=control:rtsp://h/live/a\r\n";
static const char transport[] = "Session: 42;timeout=20\r\nTransport: RTP/AVP;unicast;"
                                "client_port=5000-5001;server_port=6000-6001\r\n";

static bool has_sent(const struct bench *b, const char *text)
{
    return strstr(b->sent, text) != NULL;
}

static void bring_to_play(struct bench *b, const char *public)
{
    assert_true(has_sent(b, "OPTIONS rtsp://h/live RTSP/1.0\r\n"));
    answer(b, "200 OK", public, "");
    assert_true(has_sent(b, "DESCRIBE rtsp://h/live ") && has_sent(b, "Accept: application/sdp"));
    answer(b, "200 OK", "Content-Base: rtsp://h/live/\r\n", sdp);
    assert_true(b->is_described && has_sent(b, "SETUP rtsp://h/live/trackID=1 "));
    assert_true(has_sent(b, "client_port=5000-5001"));
    answer(b, "200 OK", transport, "");
    assert_true(has_sent(b, "SETUP rtsp://h/live/a ") && has_sent(b, "Session: 42\r\n"));
    answer(b, "200 OK", transport, "");
    assert_true(b->set_up == 2 && has_sent(b, "PLAY rtsp://h/live/ "));
    assert_true(has_sent(b, "Range: npt=0.000-"));
}

static void it_plays(void **state)
{
    struct bench *b = *state;
    bring_to_play(b, "Public: OPTIONS, PLAY\r\n");
    rtsp_client_consume(b->client, span_of("$\0\0\1x", 5), 0); /* media before the answer */
    assert_int_equal(b->frames, 1);
    answer(b, "200 OK", "RTP-Info: url=trackID=1/;seq=5;rtptime=6,url=rtsp://h/live/a;seq=7\r\n",
           "");
    assert_true(b->is_playing && rtsp_client_is_playing(b->client));
    assert_true(b->infos[0].has_rtptime && b->infos[0].seq == 5);
    assert_true(b->infos[1].seq == 7 && !b->infos[1].has_rtptime);
    rtsp_client_stop(b->client);
    assert_true(has_sent(b, "TEARDOWN rtsp://h/live/ ") && has_sent(b, "Session: 42"));
}

static void keep_alive(struct bench *b, const char *expected)
{
    assert_int_equal(rtsp_client_deadline_us(b->client), b->now_us + 10 * S);
    b->now_us += 10 * S;
    rtsp_client_tick(b->client, b->now_us);
    assert_true(has_sent(b, expected));
}

/* S8: at half of the session's timeout, by GET_PARAMETER where Public lists it. */
static void it_keeps_the_session_alive(void **state)
{
    struct bench *b = *state;
    bring_to_play(b, "Public: OPTIONS, GET_PARAMETER\r\n");
    answer(b, "200 OK", "", "");
    keep_alive(b, "GET_PARAMETER rtsp://h/live/ ");
    answer(b, "451 Parameter Not Understood", "", "");
    keep_alive(b, "OPTIONS rtsp://h/live/ ");
    answer(b, "454 Session Not Found", "", "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

static void it_answers_a_challenge_once(void **state)
{
    static const char both[] = "WWW-Authenticate: Basic realm=\"r\"\r\n"
                               "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";
    struct bench *b = *state;
    answer(b, "200 OK", "", "");
    answer(b, "401 Unauthorized", both, "");
    assert_true(has_sent(b, "DESCRIBE ") && has_sent(b, "Authorization: Digest username=\"u\""));
    answer(b, "401 Unauthorized",
           "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true\r\n", "");
    assert_true(has_sent(b, "nonce=\"m\""));
    answer(b, "401 Unauthorized", both, "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_REFUSED);
    assert_int_equal(b->status, 401);
}

static void refusals_are_told(void **state)
{
    struct bench *b = *state;
    answer(b, "501 Not Implemented", "", ""); /* of OPTIONS: nobody minds */
    answer(b, "404 Not Found", "", "");
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
        set_up(&fresh);
        struct bench *b = fresh;
        say(b, rows[i]);
        assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
        tear_down(&fresh);
    }
}

static void a_description_without_media_is_broken(void **state)
{
    struct bench *b = *state;
    answer(b, "200 OK", "", "");
    answer(b, "200 OK", "", "v=0\r\nm=video 0 TCP/X 1\r\n");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_BROKEN);
}

static void answers_to_nothing_are_passed_over(void **state)
{
    struct bench *b = *state;
    say(b, "RTSP/1.0 404 Not Found\r\nCSeq: 99\r\n\r\n");
    say(b, "RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n");
    assert_false(b->has_failed);
    assert_true(has_sent(b, "OPTIONS "));
}

static void the_origin_may_ask_and_end(void **state)
{
    struct bench *b = *state;
    say(b, "SET_PARAMETER * RTSP/1.0\r\nCSeq: 5\r\n\r\n");
    assert_true(has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 5\r\n"));
    say(b, "FLY * RTSP/1.0\r\nCSeq: 6\r\n\r\n");
    assert_true(has_sent(b, "RTSP/1.0 501 "));
    say(b, "TEARDOWN * RTSP/1.0\r\nCSeq: 7\r\n\r\n");
    assert_true(has_sent(b, "RTSP/1.0 200 OK\r\nCSeq: 7\r\n"));
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_ENDED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_plays),
        TEST(it_keeps_the_session_alive),
        TEST(it_answers_a_challenge_once),
        TEST(refusals_are_told),
        TEST(silence_is_told),
        TEST(nonsense_is_told),
        TEST(a_description_without_media_is_broken),
        TEST(answers_to_nothing_are_passed_over),
        TEST(the_origin_may_ask_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
