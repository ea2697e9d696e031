#include "server_bench.h"

/* must: F8 */
static void a_timestamp_comes_back(void **state)
{
    static const char *const rows[] = {"1.5", "42", "0.000 0.1", "x y"};
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char header[128], wanted[128];
        snprintf(header, sizeof header, "timestamp:  %s \r\n", rows[i]);
        snprintf(wanted, sizeof wanted, "\r\nTimestamp: %s\r\n", rows[i]);
        assert_int_equal(bench_ask(b, "OPTIONS", "*", header), 200);
        assert_non_null(strstr(b->sent, wanted));
        assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, header), 454);
        assert_non_null(strstr(b->sent, wanted));
    }
    assert_int_equal(bench_ask(b, "OPTIONS", "*", ""), 200);
    assert_null(strstr(b->sent, "Timestamp"));
}

/* must: F8 L5 */
static void a_description_is_dated(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, ""), 200);
    assert_non_null(strstr(b->sent, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    assert_non_null(strstr(b->sent, "\r\nContent-Base: rtsp://h/cam/\r\n"));
    assert_non_null(strstr(b->sent, "\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n"));
}

/* must: L5 */
static void what_is_accepted_decides(void **state)
{
    static const struct {
        const char *headers;
        int status;
    } rows[] = {
        {"", 200},
        {"Accept: application/sdp\r\n", 200},
        {"Accept: text/html, APPLICATION/SDP;q=0.5\r\n", 200},
        {"Accept: */*\r\n", 200},
        {"Accept: application/*\r\n", 200},
        {"Accept: text/html\r\nAccept: application/sdp\r\n", 200},
        {"Accept: application/rtsl, application/mheg\r\n", 406},
        {"Accept:\r\n", 406},
        {"Accept: application/sdpx\r\n", 406},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, rows[i].headers), rows[i].status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timestamp_comes_back),
        TEST(a_description_is_dated),
        TEST(what_is_accepted_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
