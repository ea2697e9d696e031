#include "wire/base64.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *decoded(struct base64_decoder *d, const char *text)
{
    static char out[256];
    struct span in = span_text(text);
    ssize_t len = base64_decode(d, &in, (uint8_t *)out, sizeof out - 1);
    if (len < 0)
        return NULL;
    out[len] = '\0';
    return out;
}

/* RFC 4648 10, both ways. */
static void the_vectors_of_the_rfc(void **state)
{
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct base64_decoder d = {0};
        char text[16];
        struct writer w = writer_of(text, sizeof text);
        base64_write(&w, span_text(rows[i][0]));
        assert_true(span_is_text(writer_written(&w), rows[i][1]));
        assert_string_equal(decoded(&d, rows[i][1]), rows[i][0]);
        assert_false(base64_is_halfway(&d));
    }
}

/* Each message is padded by itself, and lines are broken where the writer liked. */
static void messages_follow_each_other(void **state)
{
    struct base64_decoder d = {0};
    (void)state;
    assert_string_equal(decoded(&d, "Zg==Zm8=\r\nZm9v\nYg =\t=\r\n"), "ffofoob");
    assert_false(base64_is_halfway(&d));
}

static void a_group_may_be_cut_anywhere(void **state)
{
    const char *text = "Zm9vYmFyZg==Zm8=";
    (void)state;
    for (size_t cut = 0; cut <= strlen(text); cut++) {
        struct base64_decoder d = {0};
        struct span first = span_of(text, cut), rest = span_text(text + cut);
        uint8_t out[32];
        ssize_t a = base64_decode(&d, &first, out, sizeof out);
        assert_int_equal(base64_is_halfway(&d), cut % 4 != 0);
        ssize_t b = base64_decode(&d, &rest, out + a, sizeof out - (size_t)a);
        assert_true(span_is_text(span_of(out, (size_t)(a + b)), "foobarffo"));
    }
}

static void garbage_is_refused(void **state)
{
    static const char *const rows[] = {"=",    "A===", "AA=A", "AA=*", "A-AA",
                                       "A_AA", "AA\1", "\xff", "AAA,", "AAA=="};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct base64_decoder d = {0};
        assert_null(decoded(&d, rows[i]));
    }
}

static void it_writes_no_more_than_fits(void **state)
{
    struct base64_decoder d = {0};
    struct span in = span_text("Zm9vYmFyZm9vYmFy");
    uint8_t out[7];
    char text[7];
    struct writer w = writer_of(text, sizeof text);
    (void)state;
    assert_int_equal(base64_decode(&d, &in, out, sizeof out), 6);
    assert_true(span_is_text(in, "Zm9vYmFy"));
    base64_write(&w, span_text("foob"));
    assert_int_equal(writer_result(&w), -ENOSPC);
    assert_int_equal(w.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc),      cmocka_unit_test(messages_follow_each_other),
        cmocka_unit_test(a_group_may_be_cut_anywhere), cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(it_writes_no_more_than_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
