#include "net/interface_watch.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct bench {
    uv_loop_t loop;
    struct interface_watch *watch;
    int news;
};

static void on_changed(void *owner)
{
    struct bench *b = owner;
    b->news++;
    b->watch = interface_watch_close(b->watch);
}

/* In a network of its own the loopback interface is down, and can be put up. */
static void it_tells_that_an_interface_has_come_up(void **state)
{
    struct bench b = {0};
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    (void)state;
    if (unshare(CLONE_NEWNET) < 0)
        skip(); /* not root */
    uv_loop_init(&b.loop);
    assert_int_equal(interface_watch_new(&b.watch, &b.loop, on_changed, &b), 0);
    assert_non_null(b.watch);
    uv_run(&b.loop, UV_RUN_NOWAIT);
    assert_int_equal(b.news, 0);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
    close(fd);
    uv_run(&b.loop, UV_RUN_DEFAULT); /* until the watch is closed */
    assert_int_equal(b.news, 1);
    assert_int_equal(uv_loop_close(&b.loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_tells_that_an_interface_has_come_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
