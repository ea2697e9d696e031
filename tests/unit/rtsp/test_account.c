#include "rtsp/account.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The values of `printf 'alice:weir:secret' | sha256sum`, and md5sum. */
#define SHA256 "15bfd7e97bfb815b7a28efda8900a49dc340cb623289bd5c5a6326e423c768e3"
#define MD5    "23e949a5f8b21b4d4ebd51c62836c73f"

static void hashes_are_written_and_read(void **state)
{
    struct account made, read;
    char text[256];
    struct writer w = writer_of(text, sizeof text);
    (void)state;
    assert_int_equal(account_init(&made, span_text("alice"), span_text("secret")), 0);
    account_write(&w, &made);
    assert_true(span_is_text(writer_written(&w), "digest:" SHA256 ":" MD5));
    assert_int_equal(account_init_hashed(&read, span_text("alice"), writer_written(&w)), 0);
    assert_string_equal(read.user, "alice");
    assert_string_equal(read.secret[DIGEST_SHA256], SHA256);
    assert_string_equal(read.secret[DIGEST_MD5], MD5);
    assert_int_equal(account_init_hashed(&read, span_text("alice"), span_text("digest:" SHA256)),
                     0);
    assert_string_equal(read.secret[DIGEST_MD5], "");
}

static void other_texts(void **state)
{
    static const struct {
        const char *text;
        int result;
    } rows[] = {
        {"secret", -ENOENT},
        {"", -ENOENT},
        {"digest", -ENOENT},
        {"digest:", -EBADMSG},
        {"digest:" MD5, -EBADMSG},
        {"digest:" SHA256 ":", -EBADMSG},
        {"digest:" SHA256 ":" MD5 "0", -EBADMSG},
        {"digest:" SHA256 ":" MD5 ":", -EBADMSG},
        {"digest:x" SHA256, -EBADMSG},
        {"digest:" SHA256 ":" SHA256, -EBADMSG},
    };
    struct account a;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (account_init_hashed(&a, span_text("u"), span_text(rows[i].text)) != rows[i].result)
            fail_msg("%s", rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_written_and_read),
        cmocka_unit_test(other_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
