#include "client_bench.h"

#include <stdio.h>
#include <string.h>

static void on_send(void *owner, struct span bytes)
{
    struct bench *b = owner;
    assert_int_equal(span_copy(b->sent, sizeof b->sent, bytes), 0);
    b->sent_count++;
    if (!span_has_prefix(bytes, "RTSP/"))
        assert_int_equal(sscanf(strstr(b->sent, "CSeq: "), "CSeq: %u", &b->cseq), 1);
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
    b->transport = *transport;
    b->set_up++;
    return b->set_up_result;
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct bench *b = owner;
    b->is_playing = true;
    memcpy(b->infos, infos, count * sizeof *infos);
}

static void on_ready(void *owner)
{
    ((struct bench *)owner)->is_ready = true;
}

static void on_controlled(void *owner, enum rtsp_method method, const struct rtsp_message *answer,
                          const struct rtp_info *infos, size_t count)
{
    struct bench *b = owner;
    b->controlled++;
    b->controlled_status = answer->status;
    b->controlled_method = method;
    memcpy(b->infos, infos, count * sizeof *infos);
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    (void)channel;
    (void)packet;
    ((struct bench *)owner)->frames++;
}

static int on_announced(void *owner, const struct sdp *sdp, struct span text)
{
    struct bench *b = owner;
    assert_true(sdp->track_count > 0 && text.len > 0);
    b->announced++;
    return b->announced_result;
}

static void on_moved(void *owner, struct span url)
{
    struct bench *b = owner;
    assert_false(b->has_moved || b->has_failed);
    b->has_moved = true;
    assert_int_equal(span_copy(b->moved_to, sizeof b->moved_to, url), 0);
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct bench *b = owner;
    assert_false(b->has_failed || b->has_moved);
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
    .ready = on_ready,
    .controlled = on_controlled,
    .frame = on_frame,
    .announced = on_announced,
    .moved = on_moved,
    .failed = on_failed,
};

static int start(void **state, bool is_stored)
{
    struct rtsp_client_settings settings = {.url = "rtsp://h/live",
                                            .user = "u",
                                            .password = "p",
                                            .user_agent = "weir",
                                            .answer_timeout_us = 10 * S,
                                            .via = "RTSP/1.0 weir-x",
                                            .is_stored = is_stored};
    struct bench *b = calloc(1, sizeof *b);
    settings.oddities = &b->oddities;
    assert_int_equal(rtsp_client_new(&b->client, &settings, &ops, b), 0);
    rtsp_client_start(b->client, 0);
    *state = b;
    return 0;
}

int bench_set_up(void **state)
{
    return start(state, false);
}

int bench_set_up_stored(void **state)
{
    return start(state, true);
}

int bench_tear_down(void **state)
{
    struct bench *b = *state;
    rtsp_client_free(b->client);
    free(b);
    return 0;
}

void bench_say(struct bench *b, const char *text)
{
    rtsp_client_consume(b->client, span_text(text), b->now_us);
}

void bench_answer(struct bench *b, const char *status, const char *headers, const char *body)
{
    char text[4096];
    snprintf(text, sizeof text, "RTSP/1.0 %s\r\nCSeq: %u\r\n%sContent-Length: %zu\r\n\r\n%s",
             status, b->cseq, headers, strlen(body), body);
    bench_say(b, text);
}

const char bench_sdp[] = "v=0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=control:trackID=1\r\n"
                         "m=audio 0 RTP/AVP 0\r\na=control:rtsp://h/live/a\r\n";
const char bench_transport[] = "Session: 42;timeout=20\r\nTransport: RTP/AVP;unicast;"
                               "client_port=5000-5001;server_port=6000-6001\r\n";

bool bench_has_sent(const struct bench *b, const char *text)
{
    return strstr(b->sent, text) != NULL;
}

void bench_ask(struct bench *b, const char *method, const char *headers, const char *body)
{
    char text[8192];
    snprintf(text, sizeof text, "%s * RTSP/1.0\r\nCSeq: 77\r\n%sContent-Length: %zu\r\n\r\n%s",
             method, headers, strlen(body), body);
    bench_say(b, text);
}

void bench_describe(struct bench *b, const char *headers, const char *body)
{
    bench_answer(b, "200 OK", "", "");
    assert_true(bench_has_sent(b, "DESCRIBE "));
    bench_answer(b, "200 OK", headers, body);
}

void bench_bring_to_play(struct bench *b, const char *public)
{
    assert_true(bench_has_sent(b, "OPTIONS rtsp://h/live RTSP/1.0\r\n"));
    bench_answer(b, "200 OK", public, "");
    assert_true(bench_has_sent(b, "DESCRIBE rtsp://h/live ") &&
                bench_has_sent(b, "Accept: application/sdp"));
    bench_answer(b, "200 OK", "Content-Base: rtsp://h/live/\r\n", bench_sdp);
    assert_true(b->is_described && bench_has_sent(b, "SETUP rtsp://h/live/trackID=1 "));
    assert_true(bench_has_sent(b, "client_port=5000-5001"));
    bench_answer(b, "200 OK", bench_transport, "");
    assert_true(bench_has_sent(b, "SETUP rtsp://h/live/a ") &&
                bench_has_sent(b, "Session: 42\r\n"));
    bench_answer(b, "200 OK", bench_transport, "");
    assert_true(b->set_up == 2 && bench_has_sent(b, "PLAY rtsp://h/live/ "));
    assert_true(bench_has_sent(b, "Range: npt=0.000-"));
}
