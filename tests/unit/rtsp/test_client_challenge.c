#include <stdio.h>
#include <string.h>

#include "client_bench.h"

/* must: C4 */
static void it_answers_a_challenge_once(void **state)
{
    static const char both[] = "WWW-Authenticate: Basic realm=\"r\"\r\n"
                               "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";
    struct bench *b = *state;
    bench_answer(b, "200 OK", "", "");
    bench_answer(b, "401 Unauthorized", both, "");
    assert_true(bench_has_sent(b, "DESCRIBE "));
    assert_true(bench_has_sent(b, "Authorization: Digest username=\"u\""));
    bench_answer(b, "401 Unauthorized",
                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true\r\n", "");
    assert_true(bench_has_sent(b, "nonce=\"m\""));
    bench_answer(b, "401 Unauthorized", both, "");
    assert_true(b->has_failed && b->failure == RTSP_CLIENT_REFUSED);
    assert_int_equal(b->status, 401);
}

/* must: C4 */
static void the_best_challenge_is_answered(void **state)
{
    static const char *const rows[][2] = {
        {"WWW-Authenticate: Basic realm=\"r\", Digest realm=\"r\", nonce=\"n\"\r\n", "Digest "},
        {"WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", Basic realm=\"r\"\r\n",
         "qop=auth, nc=00000001"},
        {"WWW-Authenticate: Digest realm=\"r\",nonce=\"a\",algorithm=MD5,"
         "Digest realm=\"r\",nonce=\"b\",algorithm=SHA-256,userhash=true\r\n",
         "nonce=\"b\""},
        {"WWW-Authenticate: Digest realm=\"r\",nonce=\"b\",algorithm=SHA-256\r\n"
         "WWW-Authenticate: Digest realm=\"r\",nonce=\"a\"\r\n",
         "algorithm=SHA-256"},
        {"WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"\r\n"
         "WWW-Authenticate: Basic realm=\"r\"\r\n",
         "Basic dTpw\r\n"},
        {"WWW-Authenticate: Digest realm=\"r\",\r\n nonce=\"n\"\r\n", "Digest "},
        {"WWW-Authenticate: Negotiate, Basic realm=r\r\n", "Basic dTpw\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        bench_answer(b, "401 Unauthorized", rows[i][0], ""); /* to OPTIONS */
        assert_true(bench_has_sent(b, "OPTIONS ") && b->sent_count == 2);
        assert_non_null(strstr(strstr(b->sent, "Authorization: "), rows[i][1]));
        bench_tear_down(&fresh);
    }
    (void)state;
}

/* must: C4 */
static void nothing_is_told_unasked(void **state)
{
    static const char *const rows[] = {
        "", "WWW-Authenticate: Negotiate\r\n", "WWW-Authenticate: Digest realm=\"r\"\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"\r\n",
        "Proxy-Authenticate: Basic realm=\"r\"\r\n"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        bench_answer(b, "200 OK", "", "");
        assert_false(bench_has_sent(b, "Authorization"));
        bench_answer(b, "401 Unauthorized", rows[i], "");
        assert_true(b->has_failed && b->status == 401 && !bench_has_sent(b, "Authorization"));
        bench_tear_down(&fresh);
    }
    (void)state;
}

static void endless_challenges_have_an_end(void **state)
{
    static const char stale[] = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n";
    struct bench *b = *state;
    bench_answer(b, "200 OK", "", "");
    for (int i = 0; i < 10 && !b->has_failed; i++)
        bench_answer(b, "401 Unauthorized", stale, "");
    assert_true(b->has_failed && b->status == 401);
    assert_int_equal(b->sent_count, 1 + 3);
}

/* must: C4 S7 */
static void credentials_may_be_wanted_late(void **state)
{
    static const char digest[] =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n";
    struct bench *b = *state;
    bench_describe(b, "", bench_sdp);
    bench_answer(b, "401 Unauthorized", digest, "");
    assert_true(bench_has_sent(b, "SETUP ") && bench_has_sent(b, "nc=00000001"));
    bench_answer(b, "200 OK", bench_transport, "");
    bench_answer(b, "200 OK", bench_transport, "");
    assert_true(bench_has_sent(b, "PLAY ") && bench_has_sent(b, "nc=00000003"));
    bench_answer(b, "200 OK", "Authentication-Info: nextnonce=\"m\"\r\n", "");
    assert_true(b->is_playing);
    b->now_us = rtsp_client_deadline_us(b->client);
    rtsp_client_tick(b->client, b->now_us);
    assert_true(bench_has_sent(b, "OPTIONS "));
    bench_answer(b, "401 Unauthorized",
                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true\r\n", "");
    assert_true(bench_has_sent(b, "OPTIONS ") && bench_has_sent(b, "nonce=\"m\""));
    rtsp_client_stop(b->client);
    assert_true(bench_has_sent(b, "TEARDOWN ") && bench_has_sent(b, "nonce=\"m\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(it_answers_a_challenge_once),    BENCH_TEST(the_best_challenge_is_answered),
        BENCH_TEST(nothing_is_told_unasked),        BENCH_TEST(endless_challenges_have_an_end),
        BENCH_TEST(credentials_may_be_wanted_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
