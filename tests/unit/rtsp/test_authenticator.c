#include "rtsp/authenticator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rtsp/credentials.h"

#define S   CLOCK_SECOND_US
#define URL "rtsp://h/cam1"

struct bench {
    struct authenticator *authenticator;
    struct account alice;
    char challenge[1024];
    const char *from;
    int64_t now_us;
    uint32_t count;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct authenticator_settings settings = {true, true, true};
    assert_int_equal(authenticator_new(&b->authenticator, &settings), 0);
    assert_int_equal(account_init(&b->alice, span_text("alice"), span_text("secret")), 0);
    b->from = "192.0.2.1";
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    authenticator_free(b->authenticator);
    free(b);
    return 0;
}

static struct span line_of(const char *text, unsigned number)
{
    struct span rest = span_text(text), line = {0};
    for (unsigned i = 0; i <= number; i++)
        line = span_trim(span_cut(&rest, '\n'));
    return line;
}

static const char *challenge(struct bench *b, bool is_stale)
{
    struct writer w = writer_of(b->challenge, sizeof b->challenge - 1);
    authenticator_challenge(b->authenticator, &w, is_stale, span_text(b->from), b->now_us);
    b->challenge[w.len] = '\0';
    b->count = 0;
    return b->challenge;
}

static enum proof check(struct bench *b, const char *authorization)
{
    struct authorization given;
    struct proof_request asked = {span_text("DESCRIBE"), span_text(URL), span_text(b->from),
                                  b->now_us};
    assert_int_equal(authorization_parse(&given, span_text(authorization)), 0);
    bool is_alice = span_is_text(given.user, b->alice.user);
    return authenticator_check(b->authenticator, is_alice ? &b->alice : NULL, &given, &asked);
}

enum kind { SHA256, MD5, BASIC, MD5_WITHOUT_QOP };

/* What our own client answers to the challenge at hand. */
static const char *answer(struct bench *b, enum kind kind, const char *user, const char *password)
{
    static char text[1024];
    struct writer w = writer_of(text, sizeof text - 1);
    struct credentials credentials = {user, password};
    struct digest_use use = {"DESCRIBE", span_text(URL), ++b->count, "0a4f113b"};
    struct auth_challenge parsed;
    struct span line = line_of(b->challenge, kind == MD5_WITHOUT_QOP ? MD5 : kind);
    assert_true(span_has_prefix(line, "WWW-Authenticate: "));
    assert_int_equal(auth_challenge_parse(&parsed, span_skip(line, 18)), 0);
    parsed.has_qop_auth = kind != MD5_WITHOUT_QOP;
    assert_int_equal(credentials_write(&w, &credentials, &parsed, &use), 0);
    text[w.len] = '\0';
    return text;
}

/* must: C4 */
static void the_right_password(void **state)
{
    struct bench *b = *state;
    for (enum kind kind = SHA256; kind <= MD5_WITHOUT_QOP; kind++) {
        challenge(b, false);
        assert_int_equal(check(b, answer(b, kind, "alice", "secret")), PROOF_GOOD);
        assert_int_equal(check(b, answer(b, kind, "alice", "secret")), PROOF_GOOD);
        assert_int_equal(check(b, answer(b, kind, "alice", "Secret")), PROOF_WRONG);
        assert_int_equal(check(b, answer(b, kind, "alice", "")), PROOF_WRONG);
        assert_int_equal(check(b, answer(b, kind, "bob", "secret")), PROOF_WRONG);
    }
}

/* must: A2 */
static void an_answer_is_good_once(void **state)
{
    struct bench *b = *state;
    char kept[1024];
    for (enum kind kind = SHA256; kind <= MD5; kind++) {
        challenge(b, false);
        snprintf(kept, sizeof kept, "%s", answer(b, kind, "alice", "secret"));
        assert_int_equal(check(b, kept), PROOF_GOOD);
        assert_int_equal(check(b, kept), PROOF_STALE);
    }
    /* From elsewhere it is not good even where nothing counts. */
    challenge(b, false);
    snprintf(kept, sizeof kept, "%s", answer(b, MD5_WITHOUT_QOP, "alice", "secret"));
    b->from = "192.0.2.2";
    assert_int_equal(check(b, kept), PROOF_STALE);
}

static void an_old_nonce_is_stale_a_wrong_password_wrong(void **state)
{
    struct bench *b = *state;
    challenge(b, false);
    b->now_us = 300 * S;
    assert_int_equal(check(b, answer(b, SHA256, "alice", "secret")), PROOF_STALE);
    assert_int_equal(check(b, answer(b, SHA256, "alice", "guess")), PROOF_WRONG);
    challenge(b, true);
    assert_non_null(strstr(b->challenge, ", stale=true, algorithm=SHA-256"));
    assert_int_equal(check(b, answer(b, SHA256, "alice", "secret")), PROOF_GOOD);
}

static void edit(char *text, const char *from, const char *to)
{
    char rest[1024];
    char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(rest, sizeof rest, "%s", at + strlen(from));
    snprintf(at, sizeof rest, "%s%s", to, rest);
}

/* What is hashed cannot be changed; what is not hashed is compared. */
static void an_answer_is_bound_to_what_it_names(void **state)
{
    static const char *const edits[][2] = {
        {"realm=\"weir\"", "realm=\"moor\""},
        {"uri=\"rtsp://h/cam1\"", "uri=\"rtsp://h/cam2\""},
        {"nonce=\"", "nonce=\"0"},
        {"nc=0000", "nc=0001"},
        {"cnonce=\"0", "cnonce=\"1"},
        {"username=\"alice\"", "username=\"alicf\""},
        {", qop=auth", ", xop=auth"},
    };
    struct bench *b = *state;
    char text[1024];
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        challenge(b, false);
        snprintf(text, sizeof text, "%s", answer(b, SHA256, "alice", "secret"));
        edit(text, edits[i][0], edits[i][1]);
        if (check(b, text) != PROOF_WRONG)
            fail_msg("taken with %s", edits[i][1]);
    }
    /* Another resource, another method: the hash is right, the request is not the one it is for. */
    struct authorization given;
    struct proof_request other = {span_text("DESCRIBE"), span_text("rtsp://h/cam2"),
                                  span_text(b->from), 0};
    snprintf(text, sizeof text, "%s", answer(b, SHA256, "alice", "secret"));
    authorization_parse(&given, span_text(text));
    assert_int_equal(authenticator_check(b->authenticator, &b->alice, &given, &other), PROOF_WRONG);
    other = (struct proof_request){span_text("SETUP"), span_text(URL), span_text(b->from), 0};
    assert_int_equal(authenticator_check(b->authenticator, &b->alice, &given, &other), PROOF_WRONG);
    assert_int_equal(check(b, text), PROOF_GOOD);
}

static void upper_case_hex_is_hex(void **state)
{
    struct bench *b = *state;
    char text[1024];
    challenge(b, false);
    snprintf(text, sizeof text, "%s", answer(b, MD5, "alice", "secret"));
    for (char *at = strstr(text, "response=\"") + 10; *at != '"'; at++)
        if (*at >= 'a' && *at <= 'f')
            *at = (char)(*at - 'a' + 'A');
    assert_int_equal(check(b, text), PROOF_GOOD);
}

/* must: C4 */
static void the_challenges_and_their_order(void **state)
{
    struct bench *b = *state;
    const char *text = challenge(b, false);
    /* live555 reads with scanf: realm, nonce, stale. */
    assert_true(
        span_has_prefix(line_of(text, 0), "WWW-Authenticate: Digest realm=\"weir\", nonce=\""));
    assert_true(span_has_suffix(line_of(text, 0), ", algorithm=SHA-256, qop=\"auth\""));
    assert_true(span_has_suffix(line_of(text, 1), ", algorithm=MD5, qop=\"auth\""));
    assert_true(span_is_text(line_of(text, 2), "WWW-Authenticate: Basic realm=\"weir\""));
    assert_null(strstr(text, "stale"));
}

static void what_is_not_allowed_is_not_offered_nor_taken(void **state)
{
    struct bench *b = *state;
    char basic[1024], digest[1024];
    challenge(b, false);
    snprintf(basic, sizeof basic, "%s", answer(b, BASIC, "alice", "secret"));
    authenticator_free(b->authenticator);
    authenticator_new(&b->authenticator, &(struct authenticator_settings){true, false, false});
    challenge(b, false);
    assert_null(strstr(b->challenge, "Basic"));
    assert_null(strstr(b->challenge, "MD5"));
    assert_int_equal(check(b, basic), PROOF_WRONG);
    snprintf(digest, sizeof digest, "%s", answer(b, SHA256, "alice", "secret"));
    authenticator_free(b->authenticator);
    authenticator_new(&b->authenticator, &(struct authenticator_settings){false, true, true});
    assert_null(strstr(challenge(b, false), "Digest"));
    assert_int_equal(check(b, digest), PROOF_WRONG);
    assert_int_equal(check(b, basic), PROOF_GOOD);
}

static void an_account_without_md5(void **state)
{
    struct bench *b = *state;
    b->alice.secret[DIGEST_MD5][0] = '\0';
    challenge(b, false);
    assert_int_equal(check(b, answer(b, MD5, "alice", "secret")), PROOF_WRONG);
    assert_int_equal(check(b, answer(b, SHA256, "alice", "secret")), PROOF_GOOD);
    assert_int_equal(check(b, answer(b, BASIC, "alice", "secret")), PROOF_GOOD);
}

#define IN_BENCH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_BENCH(the_right_password),
        IN_BENCH(an_answer_is_good_once),
        IN_BENCH(an_old_nonce_is_stale_a_wrong_password_wrong),
        IN_BENCH(an_answer_is_bound_to_what_it_names),
        IN_BENCH(upper_case_hex_is_hex),
        IN_BENCH(the_challenges_and_their_order),
        IN_BENCH(what_is_not_allowed_is_not_offered_nor_taken),
        IN_BENCH(an_account_without_md5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
