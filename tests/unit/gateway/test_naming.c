#include "gateway/naming.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/address_local.h"

static struct origin_rule rules[4];
static char hosts[][ORIGIN_HOST] = {"gw.example.com", "198.51.100.7"};
static struct settings settings = {.hosts = hosts, .host_count = 2, .origins = rules};

static int set_up(void **state)
{
    static struct gateway g;
    static const char *const texts[] = {"live.example.com", "*.cams.test:*", "8.8.8.0/24",
                                        "[2a00:1450::]/32:554,8554"};
    const char *reason;
    for (size_t i = 0; i < 4; i++)
        if (origin_rule_parse(&rules[i], span_text(texts[i]), &reason) < 0)
            return -1;
    g.settings = &settings;
    g.origins = (struct origins){.rules = rules, .rule_count = 4, .is_local = address_is_local};
    address_parse(&g.origins.own[0], "10.0.0.1:8554");
    *state = &g;
    return 0;
}

static int take(struct naming *n, const struct gateway *g, const char *text)
{
    struct rtsp_target target = {0};
    struct address local;
    address_parse(&local, "10.0.0.1:8554");
    target.has_host = url_parse(&target.url, span_text(text)) == 0;
    if (!target.has_host) {
        target.url.query = span_text(text);
        target.url.path = span_cut(&target.url.query, '?');
    }
    return naming_take(n, g, &target, &local);
}

struct row {
    const char *text, *name, *source;
    enum origin_verdict verdict;
};

static void check(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct naming n = {0};
        int status = take(&n, *state, rows[i].text);
        if (status != 0 || strcmp(n.name, rows[i].name) != 0 || n.verdict != rows[i].verdict ||
            (n.source ? !rows[i].source || strcmp(n.source, rows[i].source) != 0
                      : rows[i].source != NULL))
            fail_msg("%s: %d %s %s %d", rows[i].text, status, n.name, n.source ? n.source : "-",
                     n.verdict);
        naming_done(&n);
    }
}

static void what_is_ours_is_a_path(void **state)
{
    static const struct row rows[] = {
        {"rtsp://10.0.0.1:8554/a/b%20c", "a/b c", NULL, ORIGIN_ALLOWED},
        {"rtsp://[::ffff:10.0.0.1]:8554/a", "a", NULL, ORIGIN_ALLOWED},
        {"rtsp://user:pw@10.0.0.1:8554/a", "a", NULL, ORIGIN_ALLOWED},
        {"/a?query", "a", NULL, ORIGIN_ALLOWED},
        {"rtsp://GW.example.com./a", "a", NULL, ORIGIN_ALLOWED},
        {"rtsp://gw.example.com:1/a", "a", NULL, ORIGIN_ALLOWED},
        {"rtsp://198.51.100.7/a", "a", NULL, ORIGIN_ALLOWED},
        {"rtsp://[::ffff:198.51.100.7]/a", "a", NULL, ORIGIN_ALLOWED},
        {"/rtspx/a", "rtspx/a", NULL, ORIGIN_ALLOWED},
        {"/a/rtsp/8.8.8.8/b", "a/rtsp/8.8.8.8/b", NULL, ORIGIN_ALLOWED},
        {"/%72tsp/8.8.8.8/b", "rtsp/8.8.8.8/b", NULL, ORIGIN_ALLOWED},
    };
    check(state, rows, sizeof rows / sizeof rows[0]);
}

static void an_origin_has_one_name(void **state)
{
    static const struct row rows[] = {
        {"rtsp://live.example.com/a", "rtsp://live.example.com/a", "rtsp://live.example.com/a",
         ORIGIN_ALLOWED},
        {"RTSP://LIVE.Example.com.:554/a//", "rtsp://live.example.com/a",
         "rtsp://live.example.com/a", ORIGIN_ALLOWED},
        {"/rtsp/live.example.com:554/a", "rtsp://live.example.com/a", "rtsp://live.example.com/a",
         ORIGIN_ALLOWED},
        {"rtsp://unknown.test/rtsp/live.example.com/a%20b", "rtsp://live.example.com/a%20b",
         "rtsp://live.example.com/a%20b", ORIGIN_ALLOWED},
        {"//rtsp/live.example.com", "rtsp://live.example.com", "rtsp://live.example.com",
         ORIGIN_ALLOWED},
        {"rtsp://a.cams.test:99/rtsp/x/y", "rtsp://a.cams.test:99/rtsp/x/y",
         "rtsp://a.cams.test:99/rtsp/x/y", ORIGIN_ALLOWED},
        {"/rtsp/[2A00:1450:0::1]:8554/a", "rtsp://[2a00:1450::1]:8554/a",
         "rtsp://[2a00:1450::1]:8554/a", ORIGIN_ALLOWED},
        {"rtsp://[::ffff:8.8.8.8]/a", "rtsp://8.8.8.8/a", "rtsp://8.8.8.8/a", ORIGIN_ALLOWED},
    };
    check(state, rows, sizeof rows / sizeof rows[0]);
}

/* must: A5 */
static void what_may_not_be_had_might_be_a_path(void **state)
{
    static const struct row rows[] = {
        {"rtsp://unknown.test/a", "a", "unknown.test", ORIGIN_NOT_LISTED},
        {"rtsp://user:pw@unknown.test/a", "a", "unknown.test", ORIGIN_NOT_LISTED},
        {"rtsp://live.example.com:8554/a", "a", "live.example.com", ORIGIN_NOT_LISTED},
        {"rtsp://localhost:8554/a", "a", "localhost", ORIGIN_NOT_LISTED},
        {"rtsp://127.0.0.1:8554/a", "a", "127.0.0.1", ORIGIN_NOT_LISTED},
        {"rtsp://127.1/", "", "127.1", ORIGIN_MALFORMED},
        {"/rtsp/0x7f.1:8554/a", "rtsp/0x7f.1:8554/a", "0x7f.1", ORIGIN_MALFORMED},
        {"rtsp://unknown.test/rtsp/10.0.0.1:8554/a", "rtsp/10.0.0.1:8554/a", "10.0.0.1",
         ORIGIN_NOT_LISTED},
        {"rtsp://unknown.test/rtsp://live.example.com/a", "", "unknown.test", ORIGIN_NOT_LISTED},
        {"rtsp://unknown.test/%00", "", "unknown.test", ORIGIN_NOT_LISTED},
    };
    check(state, rows, sizeof rows / sizeof rows[0]);
}

static void what_cannot_be_meant_is_refused(void **state)
{
    char long_url[400] = "rtsp://live.example.com/";
    struct naming n = {0};
    memset(long_url + 24, 'a', 300);
    assert_int_equal(take(&n, *state, long_url), 414);
    assert_int_equal(take(&n, *state, "rtsp://u:p@live.example.com/a"), 400);
    assert_int_equal(take(&n, *state, "/rtsp/u:p@live.example.com/a"), 400);
    assert_int_equal(take(&n, *state, "/rtsp/u:p@unknown.test/a"), 400);
    assert_int_equal(take(&n, *state, "rtsps://live.example.com/a"), 501);
    assert_int_equal(take(&n, *state, "/rtsp://live.example.com/a"), 404);
    assert_int_equal(take(&n, *state, "/a/../b"), 400);
    assert_int_equal(take(&n, *state, "/"), 404);
    naming_done(&n);
}

static void a_query_is_known_by_its_hash(void **state)
{
    struct naming one = {0}, same = {0}, other = {0}, keyed = {0};
    struct gateway g = *(struct gateway *)*state;
    assert_int_equal(take(&one, &g, "rtsp://live.example.com/a?token=canary"), 0);
    assert_int_equal(take(&same, &g, "/rtsp/live.example.com/a?token=canary"), 0);
    assert_int_equal(take(&other, &g, "/rtsp/live.example.com/a?token=canary2"), 0);
    g.naming_key[0] = 1;
    assert_int_equal(take(&keyed, &g, "rtsp://live.example.com/a?token=canary"), 0);
    assert_string_equal(one.source, "rtsp://live.example.com/a?token=canary");
    assert_string_equal(one.name, same.name);
    assert_null(strstr(one.name, "canary"));
    assert_int_not_equal(strcmp(one.name, other.name), 0);
    assert_int_not_equal(strcmp(one.name, keyed.name), 0);
    naming_done(&one);
    naming_done(&same);
    naming_done(&other);
    naming_done(&keyed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_ours_is_a_path),
        cmocka_unit_test(an_origin_has_one_name),
        cmocka_unit_test(what_may_not_be_had_might_be_a_path),
        cmocka_unit_test(what_cannot_be_meant_is_refused),
        cmocka_unit_test(a_query_is_known_by_its_hash),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
