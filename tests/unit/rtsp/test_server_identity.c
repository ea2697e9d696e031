#include "base/random.h"
#include "rtsp/credentials.h"
#include "server_bench.h"

/* printf alice:secret | base64, and so on */
#define ALICE "Authorization: Basic YWxpY2U6c2VjcmV0\r\n"
#define BOB   "Authorization: Basic Ym9iOnNlY3JldA==\r\n"
#define GUESS "Authorization: Basic YWxpY2U6Z3Vlc3M=\r\n"
#define UDP   BENCH_UDP
#define OWN   BENCH_OWN
#define URL   BENCH_URL

static const char *const in_session[] = {"PLAY",          "PAUSE",   "GET_PARAMETER",
                                         "SET_PARAMETER", "OPTIONS", "TEARDOWN"};
enum { IN_SESSION = sizeof in_session / sizeof in_session[0] };

static int users(void **state)
{
    bench_set_up_publishing(state);
    bench_want_users(*state);
    return 0;
}

/* alice plays over UDP. */
static struct bench *playing(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, ALICE UDP), 200);
    assert_int_equal(bench_ask(b, "PLAY", URL, ALICE OWN), 200);
    return b;
}

/* must: C4 */
static void who_says_nothing_is_asked(void **state)
{
    static const char *const methods[] = {"DESCRIBE", "SETUP",         "ANNOUNCE",     "RECORD",
                                          "PLAY",     "GET_PARAMETER", "SET_PARAMETER"};
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        assert_int_equal(bench_ask(b, methods[i], URL, UDP), 401);
        assert_non_null(strstr(b->sent, "WWW-Authenticate: Digest"));
        assert_non_null(strstr(b->sent, "WWW-Authenticate: Basic"));
        assert_non_null(strstr(b->sent, "CSeq: 9"));
    }
    assert_int_equal(bench_ask(b, "OPTIONS", URL, ""), 200);
    assert_int_equal(bench_ask(b, "FROB", URL, ""), 501);
    assert_null(b->asked);
    assert_int_equal(b->counts.wrong_credentials, 0);
}

/* must: A2 */
static void every_request_says_it_again(void **state)
{
    struct bench *b = playing(state);
    for (size_t i = 0; i < IN_SESSION; i++)
        if (strcmp(in_session[i], "OPTIONS") != 0)
            assert_int_equal(bench_ask(b, in_session[i], URL, OWN), 401);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, UDP OWN), 401);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, UDP), 401);
    assert_int_equal(b->pauses + b->teardowns, 0);
    for (size_t i = 0; i < IN_SESSION; i++)
        assert_int_equal(bench_ask(b, in_session[i], URL, ALICE OWN), 200);
    assert_int_equal(b->teardowns, 1);
}

/* must: S6 V9 A2 */
static void a_session_is_worth_nothing_to_another_user(void **state)
{
    struct bench *b = playing(state), *victim = b;
    struct rtsp_server *first = b->server;
    char random[200];
    rtsp_server_new(&b->server, b->sessions, b, "192.0.2.1", 0); /* from the same host */
    for (int i = 0; i < 10000; i++) {
        char id[23];
        random_token(id, 22);
        snprintf(random, sizeof random, BOB "Session: %s\r\n", id);
        const char *method = in_session[(size_t)i % IN_SESSION];
        int expected = strcmp(method, "OPTIONS") == 0 ? 200 : 454;
        assert_int_equal(bench_ask(b, method, URL, i % 2 ? BOB OWN : random), expected);
    }
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BOB OWN UDP), 454);
    assert_int_equal(victim->pauses + victim->teardowns, 0);
    /* Nor on the very connection it was made on. */
    struct rtsp_server *second = b->server;
    b->server = first;
    assert_int_equal(bench_ask(b, "PAUSE", URL, BOB OWN), 454);
    assert_int_equal(bench_ask(b, "PAUSE", URL, ALICE OWN), 200);
    assert_int_equal(victim->pauses, 1);
    rtsp_server_free(second);
}

/* must: A2 */
static void a_forgotten_session_header_gives_away_nothing(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, ALICE UDP), 200);
    struct rtsp_session *hers = b->asked;
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BOB UDP), 200);
    assert_ptr_not_equal(b->asked, hers);
    assert_ptr_equal(rtsp_session_account(hers), &b->alice);
    assert_ptr_equal(rtsp_session_account(b->asked), &b->bob);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, ALICE UDP), 200);
    assert_ptr_equal(b->asked, hers);
}

/* must: S6 */
static void a_user_goes_on_from_elsewhere(void **state)
{
    struct bench *b = playing(state);
    rtsp_server_free(b->server);
    rtsp_server_new(&b->server, b->sessions, b, "203.0.113.5", 0);
    assert_int_equal(bench_ask(b, "PAUSE", URL, BOB OWN), 454);
    assert_int_equal(bench_ask(b, "PAUSE", URL, ALICE OWN), 200);
}

/* must: S5 A2 */
static void a_stranger_keeps_no_session_alive(void **state)
{
    struct bench *b = playing(state);
    b->now_us = 70 * S;
    assert_int_equal(bench_ask(b, "OPTIONS", URL, OWN), 200);
    assert_int_equal(bench_ask(b, "OPTIONS", URL, BOB OWN), 200);
    assert_int_equal(bench_ask(b, "GET_PARAMETER", URL, OWN), 401);
    rtsp_sessions_tick(b->sessions, 72 * S);
    assert_int_equal(b->teardowns, 1);
}

/* must: A2 */
static void known_is_not_allowed(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/secret", ALICE), 403);
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/secret/trackID=0", ALICE UDP), 403);
    assert_int_equal(bench_ask(b, "GET_PARAMETER", "rtsp://h/secret", ALICE), 403);
    assert_int_equal(bench_ask(b, "ANNOUNCE", URL, ALICE), 403); /* may read, not publish */
    assert_int_equal(bench_ask(b, "RECORD", URL, ALICE), 454);
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/secret", ""), 401);
    /* A session is no way to another stream. */
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK0, ALICE UDP), 200);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://h/secret", ALICE OWN), 404);
    assert_int_equal(bench_ask(b, "PLAY", "*", ALICE OWN), 200);
}

static void what_is_open_is_open(void **state)
{
    struct bench *b = *state;
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/open1", ""), 200);
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/open1/trackID=0", UDP), 200);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://h/open1", OWN), 200);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://h/open1", ALICE OWN), 454);
    assert_int_equal(bench_ask(b, "PLAY", "rtsp://h/open1", "Session: 12345678\r\n"), 454);
    /* Whoever says who he is has to be right. */
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/open1", GUESS), 401);
    assert_int_equal(bench_ask(b, "DESCRIBE", "rtsp://h/open1", ALICE), 200);
}

static void fields_that_are_none(void **state)
{
    static const struct {
        const char *headers;
        int status;
    } rows[] = {
        {"Authorization: Basic !\r\n", 400},
        {"Authorization:\r\n", 401},
        {"Authorization: Digest username=\"alice\"\r\n", 400},
        {"Authorization: Bearer x\r\n", 401},
        {ALICE ALICE, 400},
        {ALICE GUESS, 400},
        {GUESS, 401},
        {"Authorization: Basic bm9ib2R5OnNlY3JldA==\r\n", 401},
        {"Proxy-" ALICE, 401},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (bench_ask(b, "DESCRIBE", URL, rows[i].headers) != rows[i].status)
            fail_msg("%s: %s", rows[i].headers, b->sent);
    assert_int_equal(b->counts.wrong_credentials, 2);
    assert_int_equal(b->counts.malformed, 4);
}

/* Our own client's answer to the last challenge of the bench. */
static const char *digest(struct bench *b, const char *password)
{
    static char text[1024];
    struct writer w = writer_of(text, sizeof text - 1);
    struct auth_challenge challenge;
    struct digest_use use = {"DESCRIBE", span_text(URL), 1, "abc"};
    const char *line = strstr(b->sent, "WWW-Authenticate: Digest");
    assert_non_null(line);
    struct span value = span_of(line + 18, strcspn(line + 18, "\r"));
    assert_int_equal(auth_challenge_parse(&challenge, value), 0);
    writer_text(&w, "Authorization: ");
    credentials_write(&w, &(struct credentials){"alice", password}, &challenge, &use);
    writer_text(&w, "\r\n");
    text[w.len] = '\0';
    return text;
}

/* must: C4 */
static void digest_and_its_age(void **state)
{
    struct bench *b = *state;
    bench_ask(b, "DESCRIBE", URL, "");
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, digest(b, "secret")), 200);
    bench_ask(b, "DESCRIBE", URL, "");
    b->now_us += 301 * S;
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, digest(b, "secret")), 401);
    assert_non_null(strstr(b->sent, "stale=true"));
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, digest(b, "secret")), 200);
    bench_ask(b, "DESCRIBE", URL, "");
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, digest(b, "guess")), 401);
    assert_null(strstr(b->sent, "stale"));
}

/* must: A2 */
static void a_refusal_may_wait(void **state)
{
    static const char two[] = "DESCRIBE " BENCH_URL " RTSP/1.0\r\nCSeq: 5\r\n" GUESS "\r\n"
                              "OPTIONS * RTSP/1.0\r\nCSeq: 6\r\n\r\n";
    struct bench *b = *state;
    b->hold_us = 5 * S;
    size_t taken = bench_feed(b, two, sizeof two - 1);
    assert_int_equal(b->sent_len, 0);
    assert_true(rtsp_server_is_waiting(b->server));
    assert_int_equal(bench_feed(b, two + taken, sizeof two - 1 - taken), 0);
    assert_int_equal(rtsp_server_deadline_us(b->server), 5 * S);
    rtsp_server_tick(b->server, 5 * S - 1, true);
    assert_int_equal(b->sent_len, 0);
    rtsp_server_tick(b->server, 5 * S, true);
    assert_non_null(strstr(b->sent, "RTSP/1.0 401"));
    assert_non_null(strstr(b->sent, "CSeq: 5"));
    assert_false(rtsp_server_is_waiting(b->server));
    b->now_us = 5 * S;
    assert_int_equal(bench_feed(b, two + taken, sizeof two - 1 - taken), sizeof two - 1 - taken);
    assert_non_null(strstr(b->sent, "CSeq: 6"));
}

static void who_is_slowed_down_is_told_so(void **state)
{
    struct bench *b = playing(state);
    struct rtsp_server *first = b->server;
    b->is_slowed = true;
    /* Not where somebody has been proven: his session is not a guess. */
    assert_int_equal(bench_ask(b, "GET_PARAMETER", URL, ALICE OWN), 200);
    assert_int_equal(bench_ask(b, "GET_PARAMETER", URL, BOB), 503);
    rtsp_server_new(&b->server, b->sessions, b, "192.0.2.1", 0);
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, ALICE), 503);
    assert_non_null(strstr(b->sent, "Retry-After: "));
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, ""), 401);
    rtsp_server_free(first);
}

static void ten_wrong_ones_end_a_connection(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 9; i++)
        assert_int_equal(bench_ask(b, "DESCRIBE", URL, GUESS), 401);
    assert_false(b->is_closed);
    assert_int_equal(bench_ask(b, "DESCRIBE", URL, GUESS), 401);
    assert_true(b->is_closed);
}

#define WITH_USERS(f) cmocka_unit_test_setup_teardown(f, users, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_USERS(who_says_nothing_is_asked),
        WITH_USERS(every_request_says_it_again),
        WITH_USERS(a_session_is_worth_nothing_to_another_user),
        WITH_USERS(a_forgotten_session_header_gives_away_nothing),
        WITH_USERS(a_user_goes_on_from_elsewhere),
        WITH_USERS(a_stranger_keeps_no_session_alive),
        WITH_USERS(known_is_not_allowed),
        WITH_USERS(what_is_open_is_open),
        WITH_USERS(fields_that_are_none),
        WITH_USERS(digest_and_its_age),
        WITH_USERS(a_refusal_may_wait),
        WITH_USERS(who_is_slowed_down_is_told_so),
        WITH_USERS(ten_wrong_ones_end_a_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
