/* A bench for the virtual server: an owner that answers at once, or when it is told to. */
#ifndef WEIR_TESTS_SERVER_BENCH_H
#define WEIR_TESTS_SERVER_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rtsp/authenticator.h"
#include "rtsp/server.h"

#define S CLOCK_SECOND_US

struct bench {
    struct rtsp_sessions *sessions;
    struct rtsp_server *server;
    struct rtsp_server_settings settings;
    struct rtsp_server_counts counts;
    char sent[8192];
    size_t sent_len;
    char session[64];
    int64_t now_us;
    bool is_late, is_closed;
    bool has_groups; /* multicast is to be had */
    int teardowns, unpublished, pauses, records, frames;
    size_t play_range; /* bytes of the last PLAY's Range */
    unsigned released; /* bit i: track i */
    enum rtsp_end why;
    struct rtsp_session *asked; /* the session of the last SETUP */
    struct rtsp_delivery wanted;
    int track;
    /* Who may: everybody, until there are users. These may then do everything but what begins with
     * "secret"; what begins with "open" may be read by anybody. */
    struct account alice, bob;
    bool is_slowed;
    int64_t hold_us;
};

extern const struct rtsp_server_ops bench_ops;

int bench_set_up(void **state);
int bench_tear_down(void **state);
/* From now on alice and bob are known; their passwords are "secret". */
void bench_want_users(struct bench *b);
/* Answers the DESCRIBE that is_late has left open. */
void bench_describe(struct bench *b);
/* Sends bytes as they are; what was answered is in b->sent. */
size_t bench_feed(struct bench *b, const char *text, size_t len);
/* Sends a request, with the session's id for every "SESSION"; returns the status of the answer. */
int bench_ask(struct bench *b, const char *method, const char *url, const char *headers);
/* 0: init, 1: ready, 2: playing. */
void bench_bring_to(struct bench *b, int state, const char *transport);

#define BENCH_URL    "rtsp://h/cam"
#define BENCH_TRACK0 "rtsp://h/cam/trackID=0"
#define BENCH_TRACK1 "rtsp://h/cam/trackID=1"
#define BENCH_TCP    "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
#define BENCH_UDP    "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n"
#define BENCH_OWN    "Session: SESSION\r\n"

#define BENCH_SDP_TYPE "Content-Type: application/sdp\r\n"
#define BENCH_SDP                                                                                  \
    "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n"            \
    "m=audio 0 RTP/AVP 0\r\na=control:streamid=1\r\n"

/* With publishing allowed. */
int bench_set_up_publishing(void **state);
int bench_announce(struct bench *b, const char *url, const char *headers, const char *sdp);

#define PUBLISH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_set_up_publishing, bench_tear_down)
#define TEST(f)         cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

#endif
