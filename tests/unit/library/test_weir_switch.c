/* The library as another program sees it: through its header, from the shared object. */
#include <weir/switch.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    struct weir_loop *loop;
    struct weir_input *in;
    struct weir_output *out;
    struct weir_switch *sw;
    int from, to; /* sockets: what goes into the first comes out of the second */
    unsigned seen;
};

static int open_port(unsigned *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 1 << 20;
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* A port that is free: it was a moment ago. */
static unsigned free_port(void)
{
    unsigned port;
    close(open_port(&port));
    return port;
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned port = free_port(), to;
    char url[64];

    assert_int_equal(weir_loop_new(&b->loop), 0);
    b->to = open_port(&to);
    snprintf(url, sizeof url, "udp://127.0.0.1:%u", port);
    assert_int_equal(weir_input_new(&b->in, b->loop, url), 0);
    snprintf(url, sizeof url, "udp://127.0.0.1:%u", to);
    assert_int_equal(weir_output_new(&b->out, b->loop, url), 0);
    assert_int_equal(weir_switch_new(&b->sw, b->loop), 0);
    assert_int_equal(weir_switch_set_input(b->sw, b->in), 0);
    assert_int_equal(weir_switch_add_output(b->sw, b->out), 0);
    b->from = socket(AF_INET, SOCK_DGRAM, 0);
    at.sin_port = htons((uint16_t)port);
    assert_int_equal(connect(b->from, (struct sockaddr *)&at, sizeof at), 0);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    weir_switch_free(b->sw);
    weir_loop_free(b->loop);
    close(b->from);
    close(b->to);
    free(b);
    return 0;
}

/* As another program's loop does it. */
static void turn(struct bench *b)
{
    struct pollfd polled = {weir_loop_fd(b->loop), POLLIN, 0};
    poll(&polled, 1, weir_loop_wait_ms(b->loop));
    assert_int_equal(weir_loop_step(b->loop), 0);
}

static uint64_t came(const struct bench *b)
{
    struct weir_counts counts;
    weir_input_counts(b->in, &counts);
    return counts.packets;
}

/* Sends a datagram of `len` bytes and waits until it is through. */
static void pass(struct bench *b, size_t len, uint8_t fill)
{
    static uint8_t bytes[65536];
    uint64_t before = came(b);
    memset(bytes, fill, len);
    assert_int_equal(send(b->from, bytes, len, 0), len);
    while (came(b) == before)
        turn(b);
}

/* must: M7 */
static void datagrams_of_all_sizes_pass_as_they_are(void **state)
{
    static const size_t sizes[] = {1, 0, 188, 1316, 1316, 1316, 700, 1472, 1473, 9000, 65507};
    static uint8_t bytes[65536];
    struct bench *b = *state;
    struct weir_counts counts;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        pass(b, sizes[i], (uint8_t)i);
        assert_int_equal(recv(b->to, bytes, sizeof bytes, 0), sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(bytes[k], i);
    }
    weir_output_counts(b->out, &counts);
    assert_int_equal(counts.packets, sizeof sizes / sizeof sizes[0]);
    assert_int_equal(counts.dropped, 0);
}

static enum weir_verdict keep_odd(void *owner, struct weir_packet *packet)
{
    struct bench *b = owner;
    const struct sockaddr_in6 *from = (const struct sockaddr_in6 *)packet->from;
    b->seen++;
    assert_true(packet->from_len > 0 && from->sin6_port != 0 && packet->arrived_us > 0);
    assert_int_equal(packet->room, WEIR_PACKET_ROOM);
    assert_false(packet->is_second);
    if (packet->data[0] % 2 == 0)
        return WEIR_DROP;
    packet->data[packet->len++] = 'w';
    packet->data[0] = 'W';
    return WEIR_FORWARD;
}

/* B1 */
static void an_operation_inspects_drops_and_rewrites(void **state)
{
    struct bench *b = *state;
    struct weir_counts counts;
    uint8_t bytes[8];
    weir_switch_set_operation(b->sw, keep_odd, b);
    for (uint8_t i = 0; i < 10; i++)
        pass(b, 3, i);
    assert_int_equal(b->seen, 10);
    for (uint8_t i = 1; i < 10; i += 2) {
        uint8_t expected[] = {'W', i, i, 'w'};
        assert_int_equal(recv(b->to, bytes, sizeof bytes, 0), 4);
        assert_memory_equal(bytes, expected, 4);
    }
    weir_input_counts(b->in, &counts);
    assert_int_equal(counts.packets, 10);
    assert_int_equal(counts.bytes, 30);
    assert_int_equal(counts.dropped, 5);
    weir_switch_set_operation(b->sw, NULL, NULL);
    pass(b, 3, 0);
    assert_int_equal(recv(b->to, bytes, sizeof bytes, 0), 3);
}

/* B1 */
static void the_tape_can_be_read(void **state)
{
    struct bench *b = *state;
    struct weir_taped packet;
    assert_int_equal(weir_switch_tape_end(b->sw), 0);
    for (uint8_t i = 0; i < 5; i++)
        pass(b, 10u + i, i);
    assert_int_equal(weir_switch_tape_first(b->sw), 0);
    assert_int_equal(weir_switch_tape_end(b->sw), 5);
    for (uint64_t i = 0; i < 5; i++) {
        assert_int_equal(weir_switch_tape_packet(b->sw, i, &packet), 0);
        assert_int_equal(packet.len, 10 + i);
        assert_int_equal(packet.data[0], i);
    }
    assert_int_equal(weir_switch_tape_packet(b->sw, 5, &packet), -ENOENT);
}

static void outputs_come_and_go_while_packets_flow(void **state)
{
    struct bench *b = *state;
    struct weir_output *second;
    unsigned port;
    uint8_t bytes[8];
    char url[64];
    int to = open_port(&port);
    pass(b, 1, 1);
    snprintf(url, sizeof url, "udp://127.0.0.1:%u", port);
    assert_int_equal(weir_output_new(&second, b->loop, url), 0);
    assert_int_equal(weir_switch_add_output(b->sw, second), 0);
    pass(b, 2, 2);
    weir_output_free(second);
    pass(b, 3, 3);
    assert_int_equal(recv(to, bytes, sizeof bytes, 0), 2);
    assert_int_equal(recv(to, bytes, sizeof bytes, MSG_DONTWAIT), -1);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(recv(b->to, bytes, sizeof bytes, 0), i);
    close(to);
}

static void errors_name_the_thing_and_the_way_out(void **state)
{
    struct bench *b = *state;
    struct weir_input *in = NULL;
    struct weir_output *out;
    struct weir_switch *sw;
    char text[64];

    assert_int_equal(weir_input_new(&in, b->loop, "udp://camera:5000"), -EINVAL);
    assert_null(in);
    assert_non_null(strstr(weir_error(b->loop), "'camera' is not an address"));
    assert_int_equal(weir_input_new(&in, b->loop, "udp://@:5000?ttl=3"), -EINVAL);
    assert_non_null(strstr(weir_error(b->loop), "iface, source"));

    assert_int_equal(weir_input_new(&in, b->loop, weir_input_url(b->in)), 0);
    assert_int_equal(weir_switch_set_input(b->sw, in), -EBUSY);
    assert_int_equal(weir_switch_new(&sw, b->loop), 0);
    assert_int_equal(weir_switch_set_input(sw, in), -EADDRINUSE);
    assert_non_null(strstr(weir_error(b->loop), "in use"));
    assert_int_equal(weir_input_set(in, "iface", "nowhere0"), 0);
    assert_int_equal(weir_input_get(in, "iface", text, sizeof text), 0);
    assert_string_equal(text, "nowhere0");
    assert_int_equal(weir_input_get(in, "iface", text, 3), -ENOSPC);
    assert_int_equal(weir_input_get(in, "ttl", text, sizeof text), -ENOENT);
    weir_input_free(in);

    assert_int_equal(weir_output_new(&out, b->loop, weir_input_url(b->in)), 0);
    assert_int_equal(weir_switch_add_output(sw, out), -EINVAL); /* it has no input */
    assert_int_equal(weir_switch_add_output(b->sw, out), -ELOOP);
    assert_non_null(strstr(weir_error(b->loop), "comes in again"));
    weir_output_free(out);
    assert_int_equal(weir_output_set(b->out, "dscp", "34"), -EBUSY);
    weir_switch_free(sw);
}

static void *stop_it(void *loop)
{
    weir_loop_stop(loop);
    return NULL;
}

static enum weir_verdict stop_at_last(void *loop, struct weir_packet *packet)
{
    if (packet->data[0] == 1)
        weir_loop_stop(loop);
    return WEIR_FORWARD;
}

static void a_loop_is_stopped_from_anywhere(void **state)
{
    struct bench *b = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_it, b->loop), 0);
    assert_int_equal(weir_loop_run(b->loop), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    weir_loop_stop(b->loop); /* before it runs */
    assert_int_equal(weir_loop_run(b->loop), 0);
    weir_switch_set_operation(b->sw, stop_at_last, b->loop);
    assert_int_equal(send(b->from, "\1", 1, 0), 1);
    assert_int_equal(weir_loop_run(b->loop), 0);
    assert_int_equal(came(b), 1);
    weir_loop_stop(b->loop);
    assert_int_equal(weir_loop_step(b->loop), 1);
    assert_int_equal(weir_loop_step(b->loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(datagrams_of_all_sizes_pass_as_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(an_operation_inspects_drops_and_rewrites, setup, teardown),
        cmocka_unit_test_setup_teardown(the_tape_can_be_read, setup, teardown),
        cmocka_unit_test_setup_teardown(outputs_come_and_go_while_packets_flow, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_name_the_thing_and_the_way_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_loop_is_stopped_from_anywhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
