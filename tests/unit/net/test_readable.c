#include "net/readable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/udp_bind.h"

struct ear {
    struct readable readable;
    int errors, packets;
};

static void ready(struct readable *r)
{
    struct ear *ear = (struct ear *)r;
    char byte;
    while (!readable_is_closed(r)) {
        ssize_t len = recv(r->fd, &byte, 1, MSG_DONTWAIT);
        if (len < 0 && ear->errors + ear->packets > 0)
            break;
        ear->errors += len < 0;
        ear->packets += len > 0;
        if (ear->packets > 0)
            readable_close(r);
    }
}

/* Nobody listens where it sends: the error comes back, and somebody listens later. */
static void an_error_is_not_the_end(void **state)
{
    struct ear *ear = calloc(1, sizeof *ear);
    struct address here, there;
    uv_loop_t loop;
    (void)state;

    address_parse(&here, "127.0.0.1:0");
    there = here;
    int fd = udp_bind(&here, false), other = udp_bind(&there, false);
    close(other);
    uv_loop_init(&loop);
    assert_int_equal(readable_start(&ear->readable, &loop, fd, ready), 0);
    assert_int_equal(connect(fd, &there.u.any, there.len), 0);
    assert_int_equal(send(fd, "a", 1, 0), 1);
    while (ear->errors == 0)
        uv_run(&loop, UV_RUN_ONCE);
    assert_int_equal(ear->packets, 0);

    other = udp_bind(&there, false);
    assert_int_equal(sendto(other, "b", 1, 0, &here.u.any, here.len), 1);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0); /* until it is closed and freed */
    close(other);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_error_is_not_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
