/* Stored content, as its one viewer wishes to see it. */
#include <errno.h>
#include <string.h>

#include "client_bench.h"

static struct bench *ready(void **state)
{
    struct bench *b = *state;
    bench_describe(b, "", bench_sdp);
    bench_answer(b, "200 OK", bench_transport, "");
    assert_false(b->is_ready);
    bench_answer(b, "200 OK", bench_transport, "");
    assert_true(b->is_ready);
    assert_false(bench_has_sent(b, "PLAY ")); /* nobody has asked for it yet */
    return b;
}

static void it_is_played_as_wished(void **state)
{
    struct bench *b = ready(state);
    struct rtsp_client_wish wish = {.range = span_text("npt=10-"), .scale = span_text("2.0")};
    assert_int_equal(rtsp_client_play(b->client, &wish, 0), 0);
    assert_true(bench_has_sent(b, "PLAY rtsp://h/live ") && bench_has_sent(b, "Scale: 2.0\r\n") &&
                bench_has_sent(b, "Range: npt=10-\r\n") && !bench_has_sent(b, "Speed"));
    assert_int_equal(rtsp_client_pause(b->client, 0), -EBUSY); /* one at a time */
    bench_answer(b, "200 OK", "RTP-Info: url=rtsp://h/live/a;seq=7;rtptime=8\r\n", "");
    assert_int_equal(b->controlled, 1);
    assert_int_equal(b->controlled_method, RTSP_PLAY);
    assert_int_equal(b->infos[1].seq, 7);
    assert_true(rtsp_client_is_playing(b->client));
}

static void it_is_paused_and_goes_on(void **state)
{
    struct bench *b = ready(state);
    struct rtsp_client_wish wish = {0};
    rtsp_client_play(b->client, &wish, 0);
    assert_false(bench_has_sent(b, "Range")); /* from where it stands */
    bench_answer(b, "200 OK", "", "");
    assert_int_equal(rtsp_client_pause(b->client, 0), 0);
    assert_true(bench_has_sent(b, "PAUSE rtsp://h/live "));
    bench_answer(b, "200 OK", "", "");
    assert_int_equal(b->controlled_method, RTSP_PAUSE);
    assert_false(rtsp_client_is_playing(b->client));
    assert_int_equal(rtsp_client_play(b->client, &wish, 0), 0);
}

static void a_refusal_is_handed_over_and_changes_nothing(void **state)
{
    struct bench *b = ready(state);
    struct rtsp_client_wish wish = {.range = span_text("npt=1000-")};
    rtsp_client_play(b->client, &wish, 0);
    bench_answer(b, "457 Invalid Range", "", "");
    assert_int_equal(b->controlled_status, 457);
    assert_false(b->has_failed || rtsp_client_is_playing(b->client));
    wish.range = span_text("npt=0-");
    assert_int_equal(rtsp_client_play(b->client, &wish, 0), 0);
}

/* must: S8 */
static void a_keep_alive_goes_first(void **state)
{
    struct bench *b = ready(state);
    struct rtsp_client_wish wish = {0};
    b->now_us = rtsp_client_deadline_us(b->client);
    assert_true(b->now_us <= 10 * S); /* half of the origin's timeout, also while it is paused */
    rtsp_client_tick(b->client, b->now_us);
    assert_false(bench_has_sent(b, "PLAY "));
    assert_int_equal(rtsp_client_play(b->client, &wish, b->now_us), 0);
    assert_false(bench_has_sent(b, "PLAY "));
    bench_answer(b, "200 OK", "", "");
    assert_true(bench_has_sent(b, "PLAY "));
    assert_int_equal(b->controlled, 0);
    bench_answer(b, "200 OK", "", "");
    assert_int_equal(b->controlled, 1);
}

static void wishes_have_a_bound(void **state)
{
    char longest[300];
    struct bench *b = ready(state);
    struct rtsp_client_wish wish = {.range = span_of(longest, sizeof longest)};
    memset(longest, '1', sizeof longest);
    assert_int_equal(rtsp_client_play(b->client, &wish, 0), -E2BIG);
    assert_int_equal(rtsp_client_pause(b->client, 0), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_set_up_stored, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_played_as_wished),
        TEST(it_is_paused_and_goes_on),
        TEST(a_refusal_is_handed_over_and_changes_nothing),
        TEST(a_keep_alive_goes_first),
        TEST(wishes_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
