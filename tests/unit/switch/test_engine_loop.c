#include "switch/engine_loop.h"

#include <net/if.h>
#include <sys/resource.h>

#include "loop_bench.h"

static void a_newcomer_misses_nothing_and_gets_nothing_twice(void **state)
{
    struct bench *b = *state;
    struct client *paced = &b->clients[0], *other = &b->clients[1];

    stream(b, 400);
    packet_switch_join_at(b->sw, paced->output, 100, b->now_us);
    for (int i = 0; i < 20; i++) {
        stream(b, 3);
        turn(b, 2000);
    }
    assert_false(paced->output->is_looping);
    packet_switch_join_at(b->sw, other->output, 460, b->now_us);
    assert_int_equal(tape_end(packet_switch_tape(b->sw)), 460);
    for (int i = 0; i < 300; i++) {
        stream(b, i % 7);
        turn(b, 2000);
    }
    turn(b, 0);
    check(b, paced, 100);
    check(b, other, 460);
    assert_true(paced->output->is_looping && other->output->is_looping);
    assert_true(paced->output->looped > 100);
    assert_true(paced->output->unlooped + other->output->unlooped == 0);
    assert_int_equal(paced->output->packets, b->numbers - 100);
    assert_int_equal(paced->output->cursor.next, b->numbers);
}

/* At the live end, in the loop. */
static void enter(struct bench *b, struct client *c)
{
    packet_switch_join_at(b->sw, c->output, tape_end(packet_switch_tape(b->sw)), b->now_us);
    for (int i = 0; i < 3; i++) {
        turn(b, 4000);
        stream(b, 1);
    }
    turn(b, 0);
    assert_true(c->output->is_looping && c->output->looped >= 1);
}

/* The sockets by which the outputs listen to the group. */
static void each_ear(const struct bench *b, void (*visit)(int fd, const struct address *group))
{
    int count = 0;
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_storage bound;
        socklen_t len = sizeof bound;
        if (getsockname(fd, (struct sockaddr *)&bound, &len) < 0)
            continue;
        struct address local = address_of((struct sockaddr *)&bound, len);
        if (!address_is_same_host(&local, engine_loop_group(b->loop)))
            continue;
        visit(fd, &local);
        count++;
    }
    assert_int_equal(count, KINDS);
}

static void shrink(int fd, const struct address *group)
{
    int few = 1; /* the kernel's least is room for a packet or two */
    (void)group;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
}

static void what_a_full_buffer_lost_comes_from_the_tape(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];

    enter(b, c);
    each_ear(b, shrink);
    for (int i = 0; i < 20; i++) {
        stream(b, 50);
        turn(b, 1000);
    }
    for (int i = 0; i < 10; i++)
        turn(b, 20000);
    check(b, c, 0);
    assert_true(c->output->unlooped > 500);
    assert_int_equal(c->output->packets, b->numbers);
}

static void quit(int fd, const struct address *group)
{
    multicast_leave(fd, group, NULL, if_nametoindex("lo"));
}

static void come_back(int fd, const struct address *group)
{
    multicast_join(fd, group, NULL, if_nametoindex("lo"));
}

/* Nothing comes: it is waited for twice, then it is not, until something comes again. */
static void a_loop_that_brings_nothing_is_not_waited_for(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];

    enter(b, c);
    each_ear(b, quit);
    uint64_t packets = c->output->packets;
    stream(b, 10);
    turn(b, 19000);
    turn(b, 1000);
    assert_int_equal(c->output->packets, packets);
    turn(b, 20000);
    assert_int_equal(c->output->packets, packets + 10);
    stream(b, 10);
    assert_int_equal(c->output->packets, packets + 20);
    each_ear(b, come_back);
    stream(b, 10);
    turn(b, 0);
    stream(b, 10);
    assert_int_equal(c->output->packets, packets + 30);
    uint64_t looped = c->output->looped;
    turn(b, 0);
    assert_int_equal(c->output->looped, looped + 10);
    check(b, c, 0);
}

static void say(const struct bench *b, const char *from, uint16_t port, uint32_t number)
{
    struct multicast_way way = {.interface = if_nametoindex("lo"), .ttl = 0, .loops = true};
    struct address local, to = *engine_loop_group(b->loop);
    uint8_t bytes[1400] = {0};
    address_parse(&local, from);
    address_set_port(&local, port);
    memcpy(bytes, &number, sizeof number);
    int fd = udp_bind(&local, true);
    assert_true(fd >= 0);
    assert_int_equal(multicast_send_by(fd, false, &way), 0);
    assert_int_equal(sendto(fd, bytes, sizeof bytes, 0, &to.u.any, to.len), sizeof bytes);
    close(fd);
}

/* Neither from elsewhere, nor in the loop's own name: one that is not on the tape, one that was. */
static void what_others_send_to_the_group_goes_no_further(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];

    enter(b, c);
    stream(b, 20);
    turn(b, 0);
    say(b, "127.0.0.1:0", 0, 77);
    turn(b, 0);
    assert_int_equal(engine_loop_strays(b->loop), 1);
    say(b, "127.0.0.1:0", address_port(engine_loop_group(b->loop)), 1000);
    say(b, "127.0.0.1:0", address_port(engine_loop_group(b->loop)), 5);
    turn(b, 0);
    stream(b, 20);
    turn(b, 0);
    check(b, c, 0);
    assert_int_equal(c->output->unlooped, 0);
    each_ear(b, quit);
    stream(b, 20);
    each_ear(b, come_back);
    say(b, "127.0.0.1:0", address_port(engine_loop_group(b->loop)),
        1000); /* not what is waited for */
    turn(b, 0);
    assert_int_equal(c->output->packets, b->numbers - 20);
}

static void who_leaves_is_owed_what_was_on_its_way(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];

    enter(b, c);
    stream(b, 30);
    leave(b, c);
    stream(b, 30);
    turn(b, 0);
    assert_false(c->output->is_looping);
    assert_int_equal(c->output->packets, b->numbers - 30);
    packet_switch_join_at(b->sw, c->output, b->numbers - 30, b->now_us);
    stream(b, 30);
    turn(b, 0);
    stream(b, 30);
    turn(b, 0);
    assert_true(c->output->is_looping);
    check(b, c, 0);
}

static void a_track_may_go(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];

    enter(b, c);
    stream(b, 40);
    output_remove(c->output, 1);
    stream(b, 40);
    turn(b, 0);
    stream(b, 40);
    turn(b, 0);
    assert_true(c->output->is_looping);
    assert_int_equal(c->count[0], b->count[0]);
    assert_memory_equal(c->got[0], b->sent[0], c->count[0] * sizeof c->got[0][0]);
    assert_true(c->count[2] < b->count[2]);
}

/* There is room for one socket, and then for none: the viewer stays with the tape. */
static void without_sockets_packets_go_directly(void **state)
{
    struct bench *b = *state;
    struct client *c = &b->clients[1];
    struct rlimit before, few;
    int next = dup(0);

    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    few = (struct rlimit){.rlim_cur = (rlim_t)next + 1, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    packet_switch_join_at(b->sw, c->output, 0, b->now_us);
    for (int i = 0; i < 5; i++) {
        stream(b, 20);
        turn(b, 1000);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    assert_false(c->output->is_looping);
    assert_int_equal(c->output->looped, 0);
    check(b, c, 0);
    turn(b, 0); /* what was opened is closed by the loop */
    int again = dup(0);
    assert_int_equal(again, next);
    close(again);
}

static void two_loops_share_neither_port_nor_group(void **state)
{
    struct bench *b = *state;
    struct engine_loop *other;
    assert_int_equal(engine_loop_new(&other, &b->uv, b->sw, TRACKS, NULL, b->inbox, &loop_ops, b),
                     0);
    uint16_t one = address_port(engine_loop_group(b->loop));
    uint16_t two = address_port(engine_loop_group(other));
    assert_true(abs(one - two) >= KINDS);
    assert_false(address_is_same_host(engine_loop_group(other), engine_loop_group(b->loop)));
    engine_loop_free(other);
}

static void auto_is_direct(void **state)
{
    (void)state;
    assert_string_equal(engine_names[engine_choose(ENGINE_AUTO)], "direct");
    assert_string_equal(engine_names[engine_choose(ENGINE_LOOP)], "loop");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_newcomer_misses_nothing_and_gets_nothing_twice),
        TEST(what_a_full_buffer_lost_comes_from_the_tape),
        TEST(a_loop_that_brings_nothing_is_not_waited_for),
        TEST(what_others_send_to_the_group_goes_no_further),
        TEST(who_leaves_is_owed_what_was_on_its_way),
        TEST(a_track_may_go),
        TEST(without_sockets_packets_go_directly),
        TEST(two_loops_share_neither_port_nor_group),
        cmocka_unit_test(auto_is_direct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
