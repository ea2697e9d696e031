#include "server_bench.h"

/* must: P1 P2 */
static void what_is_required_and_unknown_is_named_once(void **state)
{
    static const struct {
        const char *headers, *unsupported;
    } rows[] = {
        {"Require: a\r\n", "a"},
        {"Proxy-Require: a\r\n", "a"},
        {"Require: a, b\r\nProxy-Require: c\r\n", "a, b, c"},
        {"Require: a , a,,b\r\nREQUIRE: b, com.example.x\r\nproxy-require: a\r\n",
         "a, b, com.example.x"},
        {"Require:\r\n a,\r\n b\r\n", "a, b"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[256];
        snprintf(line, sizeof line, "\r\nUnsupported: %s\r\n", rows[i].unsupported);
        assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, rows[i].headers), 551);
        assert_non_null(strstr(b->sent, line));
    }
    assert_int_equal(bench_ask(b, "OPTIONS", "*", "Require:\r\nProxy-Require: , \r\n"), 200);
}

/* must: P1 */
static void nothing_is_done_then(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, BENCH_TCP "Require: a\r\n"), 551);
    assert_null(b->asked);
    bench_bring_to(b, 2, BENCH_TCP);
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, "Require: a\r\n" BENCH_OWN), 551);
    assert_int_equal(bench_ask(b, "PAUSE", BENCH_URL, "Require: a\r\n" BENCH_OWN), 551);
    assert_int_equal(b->teardowns + b->pauses, 0);
}

/* must: P1 A1 */
static void the_longest_list_is_answered_whole(void **state)
{
    enum { TAGS = 7000 };
    struct bench *b = *state;
    char *text = malloc(LIMIT_RTSP_HEAD);
    size_t len = (size_t)snprintf(text, LIMIT_RTSP_HEAD,
                                  "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n"
                                  "Require: ");
    for (int i = 0; i < TAGS; i++)
        len += (size_t)snprintf(text + len, LIMIT_RTSP_HEAD - len, "%c,", 'a' + i % 26);
    len += (size_t)snprintf(text + len, LIMIT_RTSP_HEAD - len, "\r\n\r\n");
    bench_feed(b, text, len);
    assert_non_null(strstr(b->sent, "Unsupported: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, "
                                    "q, r, s, t, u, v, w, x, y, z\r\n\r\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_required_and_unknown_is_named_once),
        TEST(nothing_is_done_then),
        TEST(the_longest_list_is_answered_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
