#include "switch/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

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

/* A viewer that joined when its stream's rate was not known, paced at 1 Mbit/s while 20 flow: it
 * reaches the live end all the same, and not in one burst. */
static void the_catch_up_is_faster_than_the_stream(void **state)
{
    static const struct udp_pair_ops ops = {on_datagram, on_drained};
    static const uint8_t bytes[1200];
    static struct runs runs;
    struct udp_target target = {0};
    struct udp_inbox *inbox;
    struct udp_pair *pair;
    struct output *output;
    struct tape *tape;
    struct address any;
    uv_loop_t loop;
    int64_t now_us = CLOCK_SECOND_US;
    int ticks = 0;

    (void)state;
    uv_loop_init(&loop);
    address_parse(&any, "127.0.0.1:0");
    assert_int_equal(udp_inbox_new(&inbox), 0);
    assert_int_equal(udp_pair_new(&pair, &loop, &any, inbox, &ops, NULL), 0);
    assert_int_equal(tape_new(&tape, 16 << 20), 0);
    tape_mark_key(tape, 0);
    for (int i = 0; i < 500; i++)
        tape_append(tape, 0, false, span_of(bytes, sizeof bytes), now_us);
    address_parse(&target.to, "127.0.0.1:9");
    assert_int_equal(output_udp_new(&output, pair, 1000 * 1000), 0);
    assert_int_equal(output_udp_add(output, 0, &target, &target), 0);
    cursor_start(&output->cursor, tape, JOIN_KEY_FRAME, now_us);
    output->ops->send(output, tape, &runs, now_us);
    assert_in_range(output->packets, 1, 60);
    for (; output->cursor.next < tape_end(tape) && ticks < 2500; ticks++, now_us += 4000) {
        for (int i = 0; i < 8; i++) /* 19 Mbit/s */
            tape_append(tape, 0, false, span_of(bytes, sizeof bytes), now_us);
        runs_forget(&runs);
        output->ops->send(output, tape, &runs, now_us);
    }
    assert_in_range(ticks, 20, 500);
    assert_int_equal(output->cursor.skipped, 0);
    assert_int_equal(output->packets, tape_end(tape));

    output_free(output);
    tape_free(tape);
    udp_pair_close(pair);
    uv_run(&loop, UV_RUN_DEFAULT);
    udp_inbox_free(inbox);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catch_up_is_faster_than_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
