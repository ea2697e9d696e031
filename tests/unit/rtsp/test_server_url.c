#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rtsp/server_internal.h"

static int on_name(void *owner, char name[LIMIT_NAME], const struct rtsp_target *t)
{
    struct writer *w = owner;
    name[0] = '\0';
    if (t->has_host)
        writer_format(w, "%.*s:%u", SPAN_ARG(t->url.host), (unsigned)t->url.port);
    writer_format(w, " %.*s", SPAN_ARG(t->url.path));
    if (t->url.query.len > 0)
        writer_format(w, " %.*s", SPAN_ARG(t->url.query));
    return 0;
}

struct row {
    const char *url, *target, *base;
    int track;
};

static void check(const struct row *row)
{
    char text[256], name[LIMIT_NAME];
    struct writer w = writer_of(text, sizeof text);
    struct rtsp_server_ops ops = {.name = on_name};
    struct rtsp_server server = {.ops = &ops, .owner = &w};
    int track;
    size_t base_len;
    assert_int_equal(server_parse_url(&server, name, &track, &base_len, span_text(row->url)), 0);
    if (!span_is_text(writer_written(&w), row->target))
        fail_msg("%s: %.*s", row->url, SPAN_ARG(writer_written(&w)));
    assert_int_equal(track, row->track);
    assert_true(span_is_text(span_of(row->url, base_len), row->base));
}

/* must: L4 */
static void a_url_is_its_stream_less_the_track(void **state)
{
    static const struct row rows[] = {
        {"rtsp://h/a", "h:554 /a", "rtsp://h/a", -1},
        {"rtsp://h:99/a/b/", "h:99 /a/b", "rtsp://h:99/a/b", -1},
        {"rtsp://h/a/trackID=1", "h:554 /a", "rtsp://h/a", 1},
        {"rtsp://h/a//trackID=1", "h:554 /a", "rtsp://h/a", 1},
        {"rtsp://h/a?b=c/trackID=0", "h:554 /a b=c", "rtsp://h/a?b=c", 0},
        {"rtsp://h/a?b=c/", "h:554 /a b=c", "rtsp://h/a?b=c", -1},
        {"rtsp://h/a/?b=c", "h:554 /a/ b=c", "rtsp://h/a/?b=c", -1},
        {"rtsp://h/a/trackID=1?b=c", "h:554 /a b=c", "rtsp://h/a", 1},
        {"rtsp://h/a/trackID=1?b=c/", "h:554 /a b=c", "rtsp://h/a", 1},
        {"rtsp://h/a//trackID=1/?b=c", "h:554 /a b=c", "rtsp://h/a", 1},
        {"rtsp://h/a/trackID=x?b=c", "h:554 /a/trackID=x b=c", "rtsp://h/a/trackID=x?b=c", -1},
        {"/a/trackID=1?b", " /a b", "/a", 1},
        {"/trackID=1?b", "  b", "", 1},
        {"rtsp://h/a?b=/d/trackID=3", "h:554 /a b=/d", "rtsp://h/a?b=/d", 3},
        {"rtsp://h", "h:554 ", "rtsp://h", -1},
        {"rtsp://h/", "h:554 ", "rtsp://h", -1},
        {"rtsp://h/trackID=2", "h:554 ", "rtsp://h", 2},
        {"rtsp://[::1]:9/rtsp/x:5/y", "::1:9 /rtsp/x:5/y", "rtsp://[::1]:9/rtsp/x:5/y", -1},
        {"/a/trackID=1", " /a", "/a", 1},
        {"/a?b", " /a b", "/a?b", -1},
        {"/", " ", "", -1},
        {"rtsp://trackID=1", "trackID=1:554 ", "rtsp:", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(&rows[i]);
}

static void without_an_owner_s_word_a_url_is_its_path(void **state)
{
    static const struct {
        const char *url, *name;
        int status;
    } rows[] = {
        {"rtsp://h/a%20b/trackID=1", "a b", 0},
        {"/a//", "a", 0},
        {"rtsp://h//a", "a", 0},
        {"rtsp://h/", "", RTSP_NOT_FOUND},
        {"rtsp://h/a/../b", "", 400},
        {"rtsp://h/a%00", "", 400},
        {"rtsp://h/a%0ab", "", 400},
        {"rtsp://h/%zz", "", 400},
        {"http://h/a", "", 400},
        {"", "", 400},
        {"a", "", 400},
        {"*", "", 400},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[LIMIT_NAME];
        struct rtsp_server_ops ops = {0};
        struct rtsp_server server = {.ops = &ops};
        int track;
        size_t base_len;
        assert_int_equal(server_parse_url(&server, name, &track, &base_len, span_text(rows[i].url)),
                         rows[i].status);
        if (rows[i].status == 0)
            assert_string_equal(name, rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_its_stream_less_the_track),
        cmocka_unit_test(without_an_owner_s_word_a_url_is_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
