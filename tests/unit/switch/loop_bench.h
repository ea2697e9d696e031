/* A switch with a loop, and two clients that note what they get. */
#ifndef WEIR_TESTS_LOOP_BENCH_H
#define WEIR_TESTS_LOOP_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/udp.h"
#include "net/udp_bind.h"
#include "switch/engine.h"
#include "switch/engine_loop.h"

enum {
    TRACKS = 2,
    KINDS = 2 * TRACKS, /* RTP and RTCP of each */
    PACKETS_MOST = 4000,
};

/* Where a viewer receives: it notes the numbers of its packets, kind by kind. */
struct client {
    struct output *output;
    int fds[KINDS];
    uint32_t got[KINDS][PACKETS_MOST];
    size_t count[KINDS];
};

struct bench {
    uv_loop_t uv;
    struct udp_inbox *inbox;
    struct udp_pair *pair; /* where packets leave for viewers */
    struct packet_switch *sw;
    struct engine_loop *loop;
    struct client clients[2];
    uint32_t sent[KINDS][PACKETS_MOST];
    size_t count[KINDS];
    uint32_t numbers;
    int64_t now_us;
};

static void on_datagram(void *owner, bool is_rtcp, struct span data, const struct address *from)
{
    (void)owner;
    (void)is_rtcp;
    (void)data;
    (void)from;
}

static void on_drained(void *owner)
{
    (void)owner;
}

static void on_arrived(void *owner, struct output *output)
{
    struct bench *b = owner;
    packet_switch_send_one(b->sw, output, b->now_us);
}

static const struct engine_loop_ops loop_ops = {.arrived = on_arrived};

static struct udp_target target_of(int fd)
{
    struct udp_target target = {0};
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&bound, &len), 0);
    target.to = address_of((struct sockaddr *)&bound, len);
    return target;
}

static void open_client(struct bench *b, struct client *c, uint64_t pace_bps)
{
    struct engine_place place = {.rtp = udp_pair_socket(b->pair, false),
                                 .rtcp = udp_pair_socket(b->pair, true),
                                 .pace_bps = pace_bps,
                                 .loop = b->loop};
    assert_int_equal(engine_output_new(&c->output, ENGINE_LOOP, &place), 0);
    for (unsigned track = 0; track < TRACKS; track++) {
        struct udp_target targets[2];
        for (unsigned i = 0; i < 2; i++) {
            struct address local;
            address_parse(&local, "127.0.0.1:0");
            c->fds[2 * track + i] = udp_bind(&local, false);
            targets[i] = target_of(c->fds[2 * track + i]);
        }
        assert_int_equal(output_udp_add(c->output, track, &targets[0], &targets[1]), 0);
    }
}

static int set_up(void **state)
{
    static const struct udp_pair_ops ops = {on_datagram, on_drained};
    static const struct input_track tracks[TRACKS] = {{.clock_rate = 1, .form = INPUT_OPAQUE},
                                                      {.clock_rate = 1, .form = INPUT_OPAQUE}};
    struct bench *b = calloc(1, sizeof *b);
    struct address any;

    b->now_us = CLOCK_SECOND_US;
    uv_loop_init(&b->uv);
    address_parse(&any, "127.0.0.1:0");
    udp_inbox_new(&b->inbox);
    udp_pair_new(&b->pair, &b->uv, &any, false, b->inbox, &ops, NULL);
    packet_switch_new(&b->sw, tracks, TRACKS, 16 << 20);
    assert_int_equal(engine_loop_new(&b->loop, &b->uv, b->sw, TRACKS, NULL, b->inbox, &loop_ops, b),
                     0);
    open_client(b, &b->clients[0], 8 * 1000 * 1000);
    open_client(b, &b->clients[1], 0);
    *state = b;
    return 0;
}

static void leave(struct bench *b, struct client *c)
{
    if (c->output->prev)
        packet_switch_leave(b->sw, c->output);
    c->output->prev = NULL;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < 2; i++) {
        leave(b, &b->clients[i]);
        output_free(b->clients[i].output);
        for (size_t k = 0; k < KINDS; k++)
            close(b->clients[i].fds[k]);
    }
    engine_loop_free(b->loop);
    packet_switch_free(b->sw);
    udp_pair_close(b->pair);
    uv_run(&b->uv, UV_RUN_DEFAULT);
    udp_inbox_free(b->inbox);
    assert_int_equal(uv_loop_close(&b->uv), 0);
    free(b);
    return 0;
}

/* Packets of both tracks, one RTCP in twenty, of various sizes; sent when all are on the tape. */
static void stream(struct bench *b, int count)
{
    uint8_t bytes[1400] = {0};
    for (int i = 0; i < count; i++) {
        uint32_t number = b->numbers++;
        size_t kind = number % 20 == 19 ? number / 20 % 2 * 2 + 1 : number % 5 == 4 ? 2 : 0;
        size_t len = number % 7 == 0 ? 60 : 1400;
        memcpy(bytes, &number, sizeof number);
        packet_switch_receive(b->sw, (unsigned)kind / 2, kind % 2, span_of(bytes, len), false,
                              b->now_us);
        b->sent[kind][b->count[kind]++] = number;
    }
    packet_switch_send(b->sw, b->now_us);
}

static void take(struct client *c)
{
    uint8_t bytes[2048];
    for (size_t k = 0; k < KINDS; k++)
        while (recv(c->fds[k], bytes, sizeof bytes, MSG_DONTWAIT) >= (ssize_t)sizeof(uint32_t))
            memcpy(&c->got[k][c->count[k]++], bytes, sizeof(uint32_t));
}

/* What lies in the sockets is looked at, and time goes on. */
static void turn(struct bench *b, int64_t passed_us)
{
    uv_run(&b->uv, UV_RUN_NOWAIT);
    b->now_us += passed_us;
    if (packet_switch_deadline_us(b->sw) <= b->now_us)
        packet_switch_tick(b->sw, b->now_us);
    take(&b->clients[0]);
    take(&b->clients[1]);
}

/* From packet `from` on the client has got everything once, and in order. */
static void check(const struct bench *b, const struct client *c, uint32_t from)
{
    for (size_t k = 0; k < KINDS; k++) {
        size_t first = 0;
        while (first < b->count[k] && b->sent[k][first] < from)
            first++;
        assert_int_equal(c->count[k], b->count[k] - first);
        assert_memory_equal(c->got[k], b->sent[k] + first, c->count[k] * sizeof c->got[k][0]);
    }
}

#endif
