#include "switch/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/udp.h"

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

struct bench {
    uv_loop_t loop;
    struct udp_inbox *inbox;
    struct udp_pair *pair;
    struct tape *tape;
    struct output *output;
    struct runs runs;
};

static int set_up(void **state)
{
    static const struct udp_pair_ops ops = {on_datagram, on_drained};
    struct bench *b = calloc(1, sizeof *b);
    struct udp_target target = {0};
    struct address any;

    uv_loop_init(&b->loop);
    address_parse(&any, "127.0.0.1:0");
    address_parse(&target.to, "127.0.0.1:9");
    udp_inbox_new(&b->inbox);
    udp_pair_new(&b->pair, &b->loop, &any, false, b->inbox, &ops, NULL);
    tape_new(&b->tape, 16 << 20);
    output_udp_new(&b->output, udp_pair_socket(b->pair, false), udp_pair_socket(b->pair, true),
                   1000 * 1000);
    output_udp_add(b->output, 0, &target, &target);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    output_free(b->output);
    tape_free(b->tape);
    udp_pair_close(b->pair);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    udp_inbox_free(b->inbox);
    assert_int_equal(uv_loop_close(&b->loop), 0);
    free(b);
    return 0;
}

static void append(struct bench *b, int count, int64_t now_us)
{
    static const uint8_t bytes[1200];
    for (int i = 0; i < count; i++)
        tape_append(b->tape, 0, false, span_of(bytes, sizeof bytes), now_us);
    runs_forget(&b->runs);
}

/* A viewer that joined when its stream's rate was not known, paced at 1 Mbit/s while 19 flow: it
 * reaches the live end all the same, and not in one burst. */
static void the_catch_up_is_faster_than_the_stream(void **state)
{
    struct bench *b = *state;
    struct output *o = b->output;
    int64_t now_us = CLOCK_SECOND_US;
    int ticks = 0;

    append(b, 500, now_us);
    tape_mark_key(b->tape, 0);
    cursor_start(&o->cursor, b->tape, JOIN_KEY_FRAME, now_us);
    o->ops->send(o, b->tape, &b->runs, now_us);
    assert_in_range(o->packets, 1, 60);
    for (; o->cursor.next < tape_end(b->tape) && ticks < 2500; ticks++, now_us += 4000) {
        append(b, 8, now_us);
        o->ops->send(o, b->tape, &b->runs, now_us);
    }
    assert_in_range(ticks, 20, 500);
    assert_int_equal(o->cursor.skipped, 0);
    assert_int_equal(o->packets, tape_end(b->tape));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_catch_up_is_faster_than_the_stream, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
