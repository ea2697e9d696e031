#include "switch/input_udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <net/if.h>

#include "net/udp_bind.h"

struct bench {
    uv_loop_t loop;
    struct udp_inbox *inbox;
    struct input_udp *input;
    char heard[64]; /* the packets' texts, those of the second port in capitals */
    int strays;
    bool closes; /* from within */
};

static void on_packet(void *owner, bool is_second, struct span packet, const struct address *from)
{
    struct bench *b = owner;
    size_t len = strlen(b->heard);
    (void)from;
    assert_true(packet.len > 0 && len + packet.len < sizeof b->heard);
    memcpy(b->heard + len, packet.ptr, packet.len);
    if (is_second)
        b->heard[len] ^= 0x20;
    if (b->closes)
        b->input = input_udp_close(b->input);
}

static void on_drained(void *owner)
{
    (void)owner;
}

static void on_stray(void *owner)
{
    struct bench *b = owner;
    b->strays++;
}

static const struct input_udp_ops ops = {on_packet, on_drained, on_stray};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    uv_loop_init(&b->loop);
    udp_inbox_new(&b->inbox);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    input_udp_close(b->input);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    udp_inbox_free(b->inbox);
    assert_int_equal(uv_loop_close(&b->loop), 0);
    free(b);
    return 0;
}

static struct address at(const char *text)
{
    struct address a;
    assert_int_equal(address_parse(&a, text), 0);
    return a;
}

static void listen_at(struct bench *b, struct input_udp_place place)
{
    assert_int_equal(input_udp_new(&b->input, &b->loop, &place, b->inbox, &ops, b), 0);
}

/* A socket that sends from there, by the loopback interface where it sends to a group. */
static int sender(const char *local)
{
    struct address from = at(local);
    struct multicast_way way = {.interface = if_nametoindex("lo"), .ttl = 0, .loops = true};
    int fd = udp_bind(&from, false);
    assert_true(fd >= 0);
    assert_int_equal(multicast_send_by(fd, from.u.any.sa_family == AF_INET6, &way), 0);
    return fd;
}

/* Sends a text to the input's port and `next` behind it, and lets the loop run. */
static void say(struct bench *b, int fd, const char *to, uint16_t next, const char *text)
{
    struct address target = at(to);
    address_set_port(&target, (uint16_t)(input_udp_port(b->input) + next));
    assert_int_equal(sendto(fd, text, strlen(text), 0, &target.u.any, target.len), strlen(text));
    uv_run(&b->loop, UV_RUN_NOWAIT);
}

static void anybody_may_send_where_nobody_is_named(void **state)
{
    struct bench *b = *state;
    int one = sender("127.0.0.1:0"), other = sender("127.0.0.2:0");
    listen_at(b, (struct input_udp_place){.local = at("127.0.0.1:0"), .is_pair = true});
    assert_int_equal(input_udp_port(b->input) % 2, 0);
    say(b, one, "127.0.0.1:0", 0, "a");
    say(b, other, "127.0.0.1:0", 0, "b");
    say(b, other, "127.0.0.1:0", 1, "c");
    assert_string_equal(b->heard, "abC");
    assert_int_equal(b->strays, 0);
    close(one);
    close(other);
}

static void the_first_of_the_named_is_the_only_one(void **state)
{
    struct bench *b = *state;
    int stranger = sender("127.0.0.3:0"), one = sender("127.0.0.1:0"), two = sender("127.0.0.1:0");
    listen_at(b, (struct input_udp_place){.local = at("127.0.0.1:0"),
                                          .senders = INPUT_FIRST,
                                          .sources = {at("127.0.0.1:0")},
                                          .source_count = 1});
    say(b, stranger, "127.0.0.1:0", 0, "x");
    say(b, one, "127.0.0.1:0", 0, "a");
    say(b, two, "127.0.0.1:0", 0, "x");
    say(b, one, "127.0.0.1:0", 0, "b");
    assert_int_equal(b->strays, 2);
    input_udp_forget(b->input);
    say(b, two, "127.0.0.1:0", 0, "c");
    say(b, one, "127.0.0.1:0", 0, "x");
    assert_string_equal(b->heard, "abc");
    close(stranger);
    close(one);
    close(two);
}

/* IPv6 has no route for groups on the loopback interface: the system tests show it. */
static void a_group_is_joined_and_no_other_on_its_port(void **state)
{
    struct bench *b = *state, nobody = {0};
    struct input_udp *neighbour = NULL;
    struct input_udp_place other = {.local = at("239.255.77.2:0"),
                                    .interface = if_nametoindex("lo")};
    int fd = sender("127.0.0.1:0");
    listen_at(b, (struct input_udp_place){.local = at("239.255.77.1:0"),
                                          .is_pair = true,
                                          .interface = if_nametoindex("lo")});
    address_set_port(&other.local, input_udp_port(b->input));
    assert_int_equal(input_udp_new(&neighbour, &b->loop, &other, b->inbox, &ops, &nobody), 0);
    say(b, fd, "239.255.77.2:0", 0, "x");
    say(b, fd, "239.255.77.1:0", 0, "a");
    say(b, fd, "239.255.77.1:0", 1, "b");
    input_udp_close(neighbour);
    assert_string_equal(b->heard, "aB");
    assert_string_equal(nobody.heard, "x");
    close(fd);
}

static void of_a_group_only_the_named_source_is_heard(void **state)
{
    struct bench *b = *state;
    int right = sender("127.0.0.5:0"), wrong = sender("127.0.0.6:0"), late = sender("127.0.0.7:0");
    listen_at(b, (struct input_udp_place){.local = at("232.77.77.1:0"),
                                          .interface = if_nametoindex("lo"),
                                          .sources = {at("127.0.0.5:0")},
                                          .source_count = 1});
    say(b, wrong, "232.77.77.1:0", 0, "x");
    say(b, right, "232.77.77.1:0", 0, "a");
    say(b, late, "232.77.77.1:0", 0, "x");
    struct address also = at("127.0.0.7:0");
    assert_int_equal(input_udp_allow(b->input, &also), 0);
    assert_int_equal(input_udp_allow(b->input, &also), 0);
    say(b, late, "232.77.77.1:0", 0, "b");
    assert_int_equal(input_udp_rejoin(b->input, if_nametoindex("lo")), 0);
    say(b, right, "232.77.77.1:0", 0, "c");
    say(b, wrong, "232.77.77.1:0", 0, "x");
    assert_string_equal(b->heard, "abc");
    close(right);
    close(wrong);
    close(late);
}

/* RFC 4570: all but these. */
/* must: D4 */
static void who_is_excluded_is_not_heard(void **state)
{
    struct bench *b = *state;
    int right = sender("127.0.0.5:0"), wrong = sender("127.0.0.6:0");
    struct input_udp_place place = {.local = at("239.255.77.3:0"),
                                    .interface = if_nametoindex("lo"),
                                    .senders = INPUT_FIRST,
                                    .excluded = {at("127.0.0.6:0")},
                                    .excluded_count = 1};
    listen_at(b, place);
    say(b, wrong, "239.255.77.3:0", 0, "x");
    say(b, right, "239.255.77.3:0", 0, "a");
    assert_string_equal(b->heard, "a");
    assert_int_equal(b->strays, 0); /* the kernel had been told */
    input_udp_close(b->input);

    place.local = at("127.0.0.1:0");
    listen_at(b, place);
    say(b, wrong, "127.0.0.1:0", 0, "x");
    say(b, right, "127.0.0.1:0", 0, "b");
    assert_string_equal(b->heard, "ab");
    assert_int_equal(b->strays, 1);
    close(right);
    close(wrong);
}

static void it_may_be_closed_by_who_hears_it(void **state)
{
    struct bench *b = *state;
    int fd = sender("127.0.0.1:0");
    listen_at(b, (struct input_udp_place){.local = at("127.0.0.1:0"), .is_pair = true});
    struct address to = at("127.0.0.1:0");
    address_set_port(&to, input_udp_port(b->input));
    b->closes = true;
    for (int i = 0; i < 3; i++)
        assert_int_equal(sendto(fd, "a", 1, 0, &to.u.any, to.len), 1);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_string_equal(b->heard, "a");
    close(fd);
}

static void what_cannot_be_had_is_told(void **state)
{
    struct bench *b = *state;
    struct input_udp *none = NULL;
    listen_at(b, (struct input_udp_place){.local = at("127.0.0.1:0")});
    struct input_udp_place taken = {.local = at("127.0.0.1:0")};
    address_set_port(&taken.local, input_udp_port(b->input));
    assert_int_equal(input_udp_new(&none, &b->loop, &taken, b->inbox, &ops, b), -EADDRINUSE);
    struct input_udp_place nowhere = {.local = at("239.255.77.1:0"), .interface = 99999};
    assert_int_equal(input_udp_new(&none, &b->loop, &nowhere, b->inbox, &ops, b), -ENODEV);
    assert_null(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(anybody_may_send_where_nobody_is_named),
        TEST(the_first_of_the_named_is_the_only_one),
        TEST(a_group_is_joined_and_no_other_on_its_port),
        TEST(of_a_group_only_the_named_source_is_heard),
        TEST(who_is_excluded_is_not_heard),
        TEST(it_may_be_closed_by_who_hears_it),
        TEST(what_cannot_be_had_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
