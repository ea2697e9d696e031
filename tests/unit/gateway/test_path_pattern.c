#include "gateway/path_pattern.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int apply(struct path_settings *path, const char *expression, const char *source,
                 const char *name)
{
    struct path_pattern pattern = {.path = {.tape_size = 7}};
    char complaint[200];
    struct writer reason = writer_of(complaint, sizeof complaint);
    snprintf(pattern.path.name, sizeof pattern.path.name, "~%s", expression);
    snprintf(pattern.path.source, sizeof pattern.path.source, "%s", source);
    if (path_pattern_init(&pattern, &reason) < 0)
        fail_msg("%s: %.*s", expression, SPAN_ARG(writer_written(&reason)));
    assert_true(path_pattern_has_groups(&pattern));
    int result = path_pattern_apply(path, &pattern, name);
    path_pattern_done(&pattern);
    return result;
}

static void a_group_lands_in_the_source(void **state)
{
    static const struct {
        const char *expression, *source, *name, *result;
    } rows[] = {
        {"^cam([0-9]+)$", "rtsp://10.0.0.$1/main", "cam17", "rtsp://10.0.0.17/main"},
        {"^cam([0-9]+)$", "rtsp://10.0.0.$G1/main", "cam17", "rtsp://10.0.0.17/main"},
        {"^(.*)/(.*)$", "rtsp://$2.example.com:8554/$1?x=1", "a/b",
         "rtsp://b.example.com:8554/a?x=1"},
        {"^p([0-9]+)$", "rtsp://10.0.0.1:$1/", "p8554", "rtsp://10.0.0.1:8554/"},
        {"^h([0-9a-f]+)$", "rtsp://[2001:db8::$1]:9/", "hbeef", "rtsp://[2001:db8::beef]:9/"},
        {"", "rtsp://10.0.0.1/$0", "", "rtsp://10.0.0.1/"},
        {"^.*$", "rtsp://10.0.0.1/$0", "a b/c?d#e%f", "rtsp://10.0.0.1/a%20b/c%3Fd%23e%25f"},
        {"^.*$", "rtsp://10.0.0.1/x?token=$0", "a&b=c#d+e",
         "rtsp://10.0.0.1/x?token=a%26b%3Dc%23d%2Be"},
        {"^.*$", "rtsp://10.0.0.1/$0", "\xc3\xa9\x01", "rtsp://10.0.0.1/%C3%A9%01"},
        {"^(a)|(b)$", "rtsp://10.0.0.1/-$1-$2-", "b", "rtsp://10.0.0.1/--b-"},
        {"^x$", "rtsp://10.0.0.1/$a$", "x", "rtsp://10.0.0.1/$a$"},
        {"^(1)$", "rtsp://10.0.0.1/$1$10", "1", "rtsp://10.0.0.1/110"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct path_settings path;
        assert_int_equal(apply(&path, rows[i].expression, rows[i].source, rows[i].name), 0);
        assert_string_equal(path.source, rows[i].result);
        assert_string_equal(path.name, rows[i].name);
        assert_int_equal(path.tape_size, 7);
    }
}

/* must: A5 */
static void a_group_cannot_leave_its_place(void **state)
{
    static const struct {
        const char *source, *name;
    } rows[] = {
        {"rtsp://10.0.0.$1/main", "1.evil.test"}, {"rtsp://10.0.0.$1/main", "1/x"},
        {"rtsp://10.0.0.$1/main", "1:9997"},      {"rtsp://10.0.0.$1/main", "1@evil.test"},
        {"rtsp://10.0.0.$1/main", "1?x"},         {"rtsp://10.0.0.$1/main", "1#x"},
        {"rtsp://10.0.0.$1/main", "1\\evil"},     {"rtsp://10.0.0.$1/main", "%31"},
        {"rtsp://10.0.0.$1/main", "256"},         {"rtsp://10.0.0.$1/main", "01"},
        {"rtsp://10.0.0.$1/main", "0x1"},         {"rtsp://10.0.0.$1/main", ""},
        {"rtsp://10.0.0.$1/main", "\xc2\xb9"},    {"rtsp://10.$1/main", "1"},
        {"rtsp://$1/main", "2130706433"},         {"rtsp://$1/main", "0x7f000001"},
        {"rtsp://$1.example.com/main", "-a"},     {"rtsp://10.0.0.1:$1/main", "0"},
        {"rtsp://10.0.0.1:$1/main", "65536"},     {"rtsp://10.0.0.1:$1/main", "1a"},
        {"rtsp://10.0.0.1:$1/main", "-1"},        {"rtsp://10.0.0.1:$1/main", ""},
        {"rtsp://10.0.0.1:5$1/main", "54@x"},     {"rtsp://[2001:db8::$1]/main", "1]"},
        {"rtsp://[2001:db8::$1]/main", "g"},      {"rtsp://[2001:db8::$1]/main", "1:2"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct path_settings path;
        if (apply(&path, "^(.*)$", rows[i].source, rows[i].name) != -EINVAL)
            fail_msg("%s %s: %s", rows[i].source, rows[i].name, path.source);
    }
}

/* must: A5 */
static void who_chooses_the_network_is_known(void **state)
{
    static const struct {
        const char *source, *name;
        bool is_chosen;
    } rows[] = {
        {"rtsp://10.0.0.$1/main", "7", false}, {"rtsp://10.0.0.7/$1", "a", false},
        {"rtsp://10.0.0.7:$1/", "554", false}, {"rtsp://$1.example.com/", "a", false},
        {"rtsp://cam$1/", "7", false},         {"rtsp://[2001:db8::$1]/", "7", false},
        {"rtsp://$1/", "localhost", true},     {"rtsp://$1:8554/", "a", true},
        {"rtsp://a.$1/", "test", true},        {"rtsp://$1.0.0.1/", "127", true},
        {"rtsp://1$1.0.0.1/", "27", true},     {"rtsp://$1.$1.$1.$1/", "10", true},
        {"rtsp://$1.$1/", "a", true},          {"rtsp://[::$1]/", "1", true},
        {"rtsp://[$1::1]/", "fe80", true},     {"rtsp://[0:0::$1]/", "1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct path_settings path;
        assert_int_equal(apply(&path, "^(.*)$", rows[i].source, rows[i].name), 0);
        if (path.is_origin_named != rows[i].is_chosen)
            fail_msg("%s", rows[i].source);
    }
}

static void what_does_not_match_is_not_found(void **state)
{
    struct path_settings path;
    char name[LIMIT_NAME];
    (void)state;
    memset(name, '1', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(apply(&path, "^cam([0-9]+)$", "rtsp://10.0.0.$1/", "cam"), -ENOENT);
    assert_int_equal(apply(&path, "^cam([0-9]+)$", "rtsp://10.0.0.$1/", "xcam1"), -ENOENT);
    assert_int_equal(apply(&path, "^cam", "rtsp://10.0.0.1/", "camera"), 0);
    assert_int_equal(apply(&path, "^([0-9]*)$", "rtsp://10.0.0.$1/", name), -EINVAL);
    assert_int_equal(apply(&path, "^(.*)$", "rtsp://10.0.0.1/$1$1$1$1$1$1$1$1$1$1", name), -EINVAL);
}

static void bad_expressions_are_refused_with_a_reason(void **state)
{
    static const char *const texts[] = {"(", "[a", "a{2,1}", "*a(", "^(a)\\1$", "^\\d+$", "\\"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct path_pattern pattern = {0};
        char complaint[200];
        struct writer reason = writer_of(complaint, sizeof complaint);
        snprintf(pattern.path.name, sizeof pattern.path.name, "~%s", texts[i]);
        if (path_pattern_init(&pattern, &reason) == 0 || reason.len == 0)
            fail_msg("'%s' is an expression", texts[i]);
    }
}

static void a_group_that_is_not_there_is_noticed(void **state)
{
    struct path_pattern pattern = {.path = {.name = "~^(a)$", .source = "rtsp://10.0.0.$2/"}};
    char complaint[200];
    struct writer reason = writer_of(complaint, sizeof complaint);
    (void)state;
    assert_int_equal(path_pattern_init(&pattern, &reason), 0);
    assert_false(path_pattern_has_groups(&pattern));
    path_pattern_done(&pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_lands_in_the_source),
        cmocka_unit_test(a_group_cannot_leave_its_place),
        cmocka_unit_test(who_chooses_the_network_is_known),
        cmocka_unit_test(what_does_not_match_is_not_found),
        cmocka_unit_test(bad_expressions_are_refused_with_a_reason),
        cmocka_unit_test(a_group_that_is_not_there_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
