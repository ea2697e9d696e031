#include "gateway/origins.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RULES_MOST = 16 };

static bool is_loopback_or_mine(const struct address *address)
{
    char text[ADDRESS_TEXT];
    address_write_host(text, address);
    return strncmp(text, "127.", 4) == 0 || strcmp(text, "::1") == 0 ||
           strcmp(text, "9.9.9.9") == 0;
}

/* The rules stand in one text, parted by blanks. */
static struct origins origins_of(struct origin_rule rules[RULES_MOST], const char *texts)
{
    struct origins o = {.rules = rules, .is_local = is_loopback_or_mine};
    struct span rest = span_text(texts);
    while (rest.len > 0) {
        struct span text = span_cut(&rest, ' ');
        const char *reason;
        if (origin_rule_parse(&rules[o.rule_count++], text, &reason) < 0)
            fail_msg("%.*s: %s", SPAN_ARG(text), reason);
    }
    return o;
}

static enum origin_verdict check(const struct origins *o, const char *text)
{
    struct url url;
    return url_parse(&url, span_text(text)) < 0 ? ORIGIN_MALFORMED : origins_check_url(o, &url);
}

static enum origin_verdict check_answer(const struct origins *o, const char *text,
                                        const char *answer)
{
    struct url url;
    struct address address;
    assert_int_equal(url_parse(&url, span_text(text)), 0);
    assert_int_equal(address_parse(&address, answer), 0);
    return origins_check_address(o, &url, &address);
}

/* must: A5 */
static void nothing_is_allowed_that_no_rule_allows(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins none = origins_of(rules, "");
    (void)state;
    assert_int_equal(check(&none, "rtsp://live.example.com/a"), ORIGIN_NOT_LISTED);
    assert_int_equal(check(&none, "rtsp://8.8.8.8/a"), ORIGIN_NOT_LISTED);
    assert_int_equal(check(&none, "rtsp://[2a00:1450::1]/a"), ORIGIN_NOT_LISTED);
}

/* must: A5 */
static void names_match_whole_labels(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins o = origins_of(rules, "live.example.com *.Cams.example:8554,9554 any.test:*");
    static const struct {
        const char *url;
        enum origin_verdict verdict;
    } rows[] = {
        {"rtsp://live.example.com/a", ORIGIN_ALLOWED},
        {"rtsp://LIVE.Example.COM./a", ORIGIN_ALLOWED},
        {"rtsp://live.example.com:554/a", ORIGIN_ALLOWED},
        {"rtsps://live.example.com/a", ORIGIN_ALLOWED},
        {"rtsps://live.example.com:554/a", ORIGIN_NOT_LISTED},
        {"rtsp://live.example.com:8554/a", ORIGIN_NOT_LISTED},
        {"rtsp://xlive.example.com/a", ORIGIN_NOT_LISTED},
        {"rtsp://a.live.example.com/a", ORIGIN_NOT_LISTED},
        {"rtsp://live.example.com.evil.test/a", ORIGIN_NOT_LISTED},
        {"rtsp://1.cams.example:8554/a", ORIGIN_ALLOWED},
        {"rtsp://a.b.CAMS.example:9554/a", ORIGIN_ALLOWED},
        {"rtsp://1.cams.example/a", ORIGIN_NOT_LISTED},
        {"rtsp://cams.example:8554/a", ORIGIN_NOT_LISTED},
        {"rtsp://evilcams.example:8554/a", ORIGIN_NOT_LISTED},
        {"rtsp://any.test:1/a", ORIGIN_ALLOWED},
        {"rtsp://any.test:65535/a", ORIGIN_ALLOWED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (check(&o, rows[i].url) != rows[i].verdict)
            fail_msg("%s", rows[i].url);
}

/* must: A5 */
static void a_wide_network_names_no_special_range(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins wide = origins_of(rules, "* 0.0.0.0/0:* [::]/0:*");
    struct origin_rule more_rules[RULES_MOST];
    struct origins narrow = origins_of(more_rules, "10.1.0.0/16:8554 [fd00:1::]/32 169.254.7.7");
    (void)state;
    assert_int_equal(check(&wide, "rtsp://8.8.8.8/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&wide, "rtsp://[2a00:1450::1]/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&wide, "rtsp://10.1.2.3/a"), ORIGIN_SPECIAL);
    assert_int_equal(check(&wide, "rtsp://[fd00:1::1]/a"), ORIGIN_SPECIAL);
    assert_int_equal(check(&narrow, "rtsp://10.1.2.3:8554/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&narrow, "rtsp://[::ffff:10.1.2.3]:8554/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&narrow, "rtsp://[64:ff9b::10.1.2.3]:8554/a"), ORIGIN_NOT_LISTED);
    assert_int_equal(check(&narrow, "rtsp://10.1.2.3/a"), ORIGIN_NOT_LISTED);
    assert_int_equal(check(&narrow, "rtsp://10.2.2.3:8554/a"), ORIGIN_NOT_LISTED);
    assert_int_equal(check(&narrow, "rtsp://[fd00:1::1]/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&narrow, "rtsp://169.254.7.7/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&narrow, "rtsp://169.254.169.254/a"), ORIGIN_NOT_LISTED);
}

/* must: A5 */
static void what_a_name_stands_for_is_checked_too(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins o = origins_of(rules, "*.example.com:* 10.1.0.0/16:8554");
    struct address found[4];
    struct url url;
    enum origin_verdict why = ORIGIN_ALLOWED;
    (void)state;
    assert_int_equal(check_answer(&o, "rtsp://a.example.com/x", "8.8.8.8:554"), ORIGIN_ALLOWED);
    assert_int_equal(check_answer(&o, "rtsp://a.example.com/x", "127.0.0.1:554"), ORIGIN_SPECIAL);
    assert_int_equal(check_answer(&o, "rtsp://a.example.com/x", "[::1]:554"), ORIGIN_SPECIAL);
    assert_int_equal(check_answer(&o, "rtsp://a.example.com/x", "10.1.1.1:554"), ORIGIN_SPECIAL);
    assert_int_equal(check_answer(&o, "rtsp://a.example.com:8554/x", "10.1.1.1:8554"),
                     ORIGIN_ALLOWED);
    assert_int_equal(check_answer(&o, "rtsp://other.test/x", "8.8.8.8:554"), ORIGIN_NOT_LISTED);

    assert_int_equal(url_parse(&url, span_text("rtsp://a.example.com/x")), 0);
    address_parse(&found[0], "127.0.0.1:554");
    address_parse(&found[1], "8.8.8.8:554");
    address_parse(&found[2], "192.168.0.1:554");
    address_parse(&found[3], "[2a00:1450::1]:554");
    assert_int_equal(origins_keep(&o, &url, found, 4, &why), 2);
    char text[ADDRESS_TEXT];
    assert_string_equal(address_write(text, &found[0]), "8.8.8.8:554");
    assert_string_equal(address_write(text, &found[1]), "[2a00:1450::1]:554");
    assert_int_equal(why, ORIGIN_SPECIAL);
    assert_int_equal(origins_keep(&o, &url, found, 0, &why), 0);
}

/* must: A5 */
static void the_gateway_itself_is_no_origin(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins o = origins_of(rules, "*:* 0.0.0.0/0:* 127.0.0.0/8:* [::1]:*");
    (void)state;
    address_parse(&o.own[0], ":8554");
    address_parse(&o.own[1], "127.0.0.1:9997");
    assert_int_equal(check(&o, "rtsp://127.0.0.1:8554/a"), ORIGIN_OWN);
    assert_int_equal(check(&o, "rtsp://127.0.0.2:8554/a"), ORIGIN_OWN);
    assert_int_equal(check(&o, "rtsp://[::1]:8554/a"), ORIGIN_OWN);
    assert_int_equal(check(&o, "rtsp://9.9.9.9:8554/a"), ORIGIN_OWN);
    assert_int_equal(check(&o, "rtsp://8.8.8.8:8554/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&o, "rtsp://127.0.0.1:8555/a"), ORIGIN_ALLOWED);
    assert_int_equal(check(&o, "rtsp://127.0.0.1:9997/a"), ORIGIN_OWN);
    assert_int_equal(check(&o, "rtsp://127.0.0.2:9997/a"), ORIGIN_ALLOWED);
    assert_int_equal(check_answer(&o, "rtsp://me.test:8554/x", "[::ffff:9.9.9.9]:8554"),
                     ORIGIN_OWN);
}

/* Everything that leads to where no client may lead us, though the rules allow every name, every
 * ordinary address and every port. One host a line. */
/* must: A5 */
static void no_spelling_slips_through(void **state)
{
    struct origin_rule rules[RULES_MOST];
    struct origins o = origins_of(rules, "*:* 0.0.0.0/0:* [::]/0:*");
    char line[256], url[300];
    size_t refused = 0;
    FILE *hosts = fopen(*state, "re");
    assert_non_null(hosts);
    while (fgets(line, sizeof line, hosts)) {
        struct writer w = writer_of(url, sizeof url - 1);
        writer_format(&w, "rtsp://%.*s:8554/a", (int)strcspn(line, "\n"), line);
        url[w.len] = '\0';
        if (check(&o, url) == ORIGIN_ALLOWED)
            fail_msg("%s is allowed", url);
        refused++;
    }
    fclose(hosts);
    assert_true(refused >= 60);
    assert_int_equal(check(&o, "rtsp://good.example.com:8554/a"), ORIGIN_ALLOWED);
}

static void rules_are_refused_with_a_reason(void **state)
{
    struct span rest = span_text(
        "|:554|[::1|[::1]x|::1|2001:db8::/32|10.0.0.0/33|10.0.0.0/|10/8|10.0.0/8|a.test/8|[::1]/129"
        "|a.test:|a.test:0|a.test:65536|a.test:x|a.test:1,|a.test:1,,2|a.test:1,2,3,4,5,6,7,8,9"
        "|*a.test|a.*.test|*.|**|a_b.test/|224.0.0.1|224.0.0.0/4:*|255.255.255.255|0.0.0.0|[::]"
        "|[ff02::1]|2130706433|127.1|0x7f.1|caf\xc3\xa9.test|rtsp://a.test|[]|[a.test]|a test"
        "|user@a.test");
    struct origin_rule rule;
    (void)state;
    while (rest.len > 0) {
        struct span text = span_cut(&rest, '|');
        const char *reason = NULL;
        if (origin_rule_parse(&rule, text, &reason) == 0 || !reason)
            fail_msg("'%.*s' is a rule", SPAN_ARG(text));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_allowed_that_no_rule_allows),
        cmocka_unit_test(names_match_whole_labels),
        cmocka_unit_test(a_wide_network_names_no_special_range),
        cmocka_unit_test(what_a_name_stands_for_is_checked_too),
        cmocka_unit_test(the_gateway_itself_is_no_origin),
        cmocka_unit_test_prestate(no_spelling_slips_through, argv[1]),
        cmocka_unit_test(rules_are_refused_with_a_reason),
    };
    assert(argc == 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
