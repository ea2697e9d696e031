#include "rtsp/server.h"
#include "server_bench.h"

static struct bench *named(void **state)
{
    struct bench *b = *state;
    b->settings.pseudonym = "weir-own";
    return b;
}

/* must: P3 */
static void a_request_that_comes_back_is_refused(void **state)
{
    static const char *const chains[] = {
        "Via: RTSP/1.0 weir-own\r\n",
        "Via: RTSP/1.0 other, 1.0 WEIR-own (comment)\r\n",
        "Via: RTSP/1.0 other\r\nVia: RTSP/1.0 weir-own\r\n",
    };
    struct bench *b = named(state);
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, chains[i]), 502);
        assert_int_equal(bench_ask(b, "OPTIONS", BENCH_URL, chains[i]), 502);
        assert_int_equal(b->counts.loops, 2 * (i + 1));
    }
    assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, ""), 200);
}

/* must: P3 */
static void a_request_through_too_many_gateways_is_refused(void **state)
{
    struct bench *b = named(state);
    assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL, "Via: RTSP/1.0 a,b c,d e,f g,h i\r\n"),
                     200);
    assert_int_equal(bench_ask(b, "DESCRIBE", BENCH_URL,
                               "Via: RTSP/1.0 a, RTSP/1.0 b, RTSP/1.0 c, RTSP/1.0 d, RTSP/1.0 e, "
                               "RTSP/1.0 f, RTSP/1.0 g, RTSP/1.0 h, RTSP/1.0 i\r\n"),
                     502);
}

/* must: P3 */
static void the_owner_hears_of_the_chain(void **state)
{
    struct bench *b = named(state);
    b->is_late = true;
    bench_ask(b, "DESCRIBE", BENCH_URL, "Via: RTSP/1.0 other\r\n");
    assert_true(span_is_text(rtsp_server_via(b->server), "RTSP/1.0 other"));
    bench_describe(b);
    bench_ask(b, "DESCRIBE", BENCH_URL, "");
    assert_int_equal(rtsp_server_via(b->server).len, 0);
    bench_describe(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_that_comes_back_is_refused),
        TEST(a_request_through_too_many_gateways_is_refused),
        TEST(the_owner_hears_of_the_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
