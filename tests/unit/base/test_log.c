#include "base/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What a log has written, behind its time stamp. */
static const char *written(int fd)
{
    static char text[4096];
    ssize_t len = read(fd, text, sizeof text - 1);
    text[len > 0 ? len : 0] = '\0';
    return text;
}

static void nothing_a_peer_sends_can_forge_a_line(void **state)
{
    int fds[2];
    (void)state;
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    struct log log = log_of(fds[1], LOG_INFO, false);
    log_event(&log, LOG_INFO, "x", "path none name", "a\n2026 error \x1b[31m\"\\", NULL, "plain");
    const char *text = written(fds[0]);
    assert_non_null(
        strstr(text, "Z info  x path=\"a\\u000a2026 error \\u001b[31m\\\"\\\\\" name=plain\n"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    log.is_json = true;
    log_event(&log, LOG_WARN, "y", "path", "\xff\"");
    assert_non_null(
        strstr(written(fds[0]), "\"level\":\"warn\",\"event\":\"y\",\"path\":\"\\u00ff\\\"\"}\n"));
    log_event(&log, LOG_DEBUG, "z", "");
    assert_string_equal(written(fds[0]), "");
    close(fds[0]);
    close(fds[1]);
}

static void a_reader_that_is_stuck_costs_lines_and_no_time(void **state)
{
    int fds[2];
    (void)state;
    assert_int_equal(pipe2(fds, 0), 0); /* blocking, as a shell's pipe is */
    struct log log = log_of(fds[1], LOG_INFO, false);
    for (int i = 0; i < 10000; i++)
        log_event(&log, LOG_INFO, "event", "key", "a value that fills a line");
    assert_true(log.dropped > 0 && log.dropped < 10000);
    close(fds[0]);
    close(fds[1]);
}

static void a_value_that_does_not_fit_is_left_out(void **state)
{
    int fds[2];
    char large[3000];
    (void)state;
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    struct log log = log_of(fds[1], LOG_INFO, false);
    log_event(&log, LOG_INFO, "event", "large small", large, "b");
    assert_non_null(strstr(written(fds[0]), "event small=b\n"));
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_a_peer_sends_can_forge_a_line),
        cmocka_unit_test(a_reader_that_is_stuck_costs_lines_and_no_time),
        cmocka_unit_test(a_value_that_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
