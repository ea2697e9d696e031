/* A virtual client on a bench: the test plays the origin, and invents the time. */
#ifndef WEIR_TEST_CLIENT_BENCH_H
#define WEIR_TEST_CLIENT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rtsp/client.h"

#define S CLOCK_SECOND_US

struct bench {
    struct rtsp_client *client;
    char sent[4096]; /* the last message */
    unsigned sent_count;
    unsigned cseq; /* of the last request */
    int64_t now_us;
    bool is_described, is_playing, has_failed;
    enum rtsp_client_failure failure;
    int status;
    unsigned set_up, frames;
    int set_up_result; /* what the owner says to SETUP's answer */
    struct transport transport;
    struct rtp_info infos[LIMIT_TRACKS];
    unsigned announced;
    int announced_result; /* what the owner says to ANNOUNCE */
    bool has_moved;
    char moved_to[LIMIT_URL + 1];
    uint64_t oddities;
    bool is_ready; /* stored content */
    unsigned controlled;
    int controlled_status;
    enum rtsp_method controlled_method;
};

/* A client of rtsp://h/live with credentials, whose OPTIONS has been sent. */
int bench_set_up(void **state);
/* The same of stored content. */
int bench_set_up_stored(void **state);
int bench_tear_down(void **state);
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

/* Bytes from the origin. */
void bench_say(struct bench *b, const char *text);
/* Answers the last request. `headers` are whole lines. */
void bench_answer(struct bench *b, const char *status, const char *headers, const char *body);
/* A request of the origin; `headers` are whole lines. */
void bench_ask(struct bench *b, const char *method, const char *headers, const char *body);
bool bench_has_sent(const struct bench *b, const char *text);

/* Two tracks; the Session and Transport an origin answers. */
extern const char bench_sdp[];
extern const char bench_transport[];
/* The answer to OPTIONS, and DESCRIBE's. */
void bench_describe(struct bench *b, const char *headers, const char *body);
/* Through OPTIONS, DESCRIBE and both SETUPs: PLAY waits for its answer. */
void bench_bring_to_play(struct bench *b, const char *public);

#endif
