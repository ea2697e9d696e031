#include "wire/rtsp_field.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID128                                                                                      \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* must: S3 */
static void sessions_have_an_id_and_a_timeout(void **state)
{
    static const struct {
        const char *text, *id; /* NULL: broken */
        unsigned timeout_s;
    } rows[] = {
        {"12345678", "12345678", 60},
        {"12345678;timeout=30", "12345678", 30},
        {" 12345678 ; Timeout = 30 ", "12345678", 30},
        {"a$b+c/d=;timeout=\"90\";x=y", "a$b+c/d=", 90},
        {"a;timeout=0", "a", 60},
        {"a;timeout=-5", "a", 60},
        {"a;timeout=99999999999999999999", "a", 60},
        {"a;timeout", "a", 60},
        {"a;", "a", 60},
        {ID128, ID128, 60},
        {ID128 "0", NULL, 0},
        {"", NULL, 0},
        {";timeout=30", NULL, 0},
        {"a b", NULL, 0},
        {"a,b", NULL, 0},
        {"a\r\n b", NULL, 0},
        {"a\xff", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct session_field field;
        int result = session_field_parse(&field, span_text(rows[i].text));
        assert_int_equal(result, rows[i].id ? 0 : -EBADMSG);
        if (result < 0)
            continue;
        assert_true(span_is_text(field.id, rows[i].id));
        assert_int_equal(field.timeout_s, rows[i].timeout_s);
    }
}

/* RFC 2326 12.33, and how servers write it: blanks, no numbers, URLs with separators. */
static void rtp_info_is_a_list(void **state)
{
    struct span rest = span_text("url=rtsp://h/a?b=c;seq=65535;rtptime=4294967295 , ,"
                                 "seq=1, URL=\"rtsp://h/a;b,c\" ; seq=65536;rtptime=-1,url=x");
    struct rtp_info info;
    (void)state;
    assert_int_equal(rtp_info_parse_next(&info, &rest), 0);
    assert_true(span_is_text(info.url, "rtsp://h/a?b=c"));
    assert_true(info.has_seq && info.seq == 65535);
    assert_true(info.has_rtptime && info.rtptime == UINT32_MAX);
    assert_int_equal(rtp_info_parse_next(&info, &rest), -EBADMSG); /* of which track? */
    assert_int_equal(rtp_info_parse_next(&info, &rest), 0);
    assert_true(span_is_text(info.url, "rtsp://h/a;b,c"));
    assert_false(info.has_seq || info.has_rtptime);
    assert_int_equal(rtp_info_parse_next(&info, &rest), 0);
    assert_true(span_is_text(info.url, "x"));
    assert_int_equal(rtp_info_parse_next(&info, &rest), -ENOENT);
}

/* must: L1 */
static void rtp_info_is_written(void **state)
{
    static const struct {
        struct rtp_info info;
        const char *url, *text;
    } rows[] = {
        {{.has_seq = true, .seq = 7, .has_rtptime = true, .rtptime = 9},
         "rtsp://h/a",
         "url=rtsp://h/a;seq=7;rtptime=9"},
        {{.has_seq = true, .seq = 7}, "rtsp://h/a;b", "url=\"rtsp://h/a;b\";seq=7"},
        {{.has_seq = false}, "rtsp://h/a,b", "url=\"rtsp://h/a,b\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[128];
        struct writer w = writer_of(bytes, sizeof bytes);
        struct rtp_info info = rows[i].info, again;
        info.url = span_text(rows[i].url);
        rtp_info_write(&w, &info);
        struct span rest = writer_written(&w);
        assert_true(span_is_text(rest, rows[i].text));
        assert_int_equal(rtp_info_parse_next(&again, &rest), 0);
        assert_true(span_is_equal(again.url, info.url));
    }
}

/* must: L2 */
static void only_now_is_live(void **state)
{
    static const struct {
        const char *text;
        int kind; /* or -EBADMSG */
        const char *start, *end;
    } rows[] = {
        {"npt=now-", RANGE_NPT_NOW, "now", ""},
        {"npt=0-", RANGE_NPT_NOW, "0", ""},
        {"npt=0.000-", RANGE_NPT_NOW, "0.000", ""},
        {" NPT = Now - ", RANGE_NPT_NOW, "Now", ""},
        {"npt=now-;time=19970123T143720Z", RANGE_NPT_NOW, "now", ""},
        {"npt=0-20", RANGE_NPT_NOW, "0", "20"},
        {"npt=0:00:00.0-", RANGE_NPT_NOW, "0:00:00.0", ""},
        {"npt=1:02:03.5-", RANGE_NPT_OTHER, "1:02:03.5", ""},
        {"npt=10.5-", RANGE_NPT_OTHER, "10.5", ""},
        {"npt=-20", RANGE_NPT_OTHER, "", "20"},
        {"clock=19961108T142300Z-", RANGE_OTHER, "", ""},
        {"smpte=0:10:00-", RANGE_OTHER, "", ""},
        {"furlong=1-2", RANGE_OTHER, "", ""},
        {"npt=now", -EBADMSG, "", ""},
        {"npt", -EBADMSG, "", ""},
        {"", -EBADMSG, "", ""},
        {"=0-", -EBADMSG, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range_field field = {0};
        int result = range_field_parse(&field, span_text(rows[i].text));
        assert_int_equal(result < 0 ? result : (int)field.kind, rows[i].kind);
        assert_true(span_is_text(field.start, rows[i].start));
        assert_true(span_is_text(field.end, rows[i].end));
    }
}

/* RFC 2617, RFC 7616 */
static void challenges_are_understood(void **state)
{
    static const struct {
        const char *text;
        int result;
        struct auth_challenge expected;
        const char *realm, *nonce;
    } rows[] = {
        {"Basic realm=\"IP Camera\"", 0, {.is_digest = false}, "IP Camera", ""},
        {"basic realm=plain", 0, {.is_digest = false}, "plain", ""},
        {"Digest realm=\"LIVE555\", nonce=\"f3fd\"", 0, {.is_digest = true}, "LIVE555", "f3fd"},
        {"DIGEST nonce=n,realm=\"a,b=c\",stale=TRUE",
         0,
         {.is_digest = true, .is_stale = true},
         "a,b=c",
         "n"},
        {"Digest realm=\"\", nonce=\"n\", algorithm=\"MD5\", stale=\"FALSE\"",
         0,
         {.is_digest = true},
         "",
         "n"},
        {"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int, auth\", algorithm=SHA-256",
         0,
         {.is_digest = true, .has_qop_auth = true, .is_sha256 = true},
         "r",
         "n"},
        {"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", -ENOENT, {0}, "", ""},
        {"Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess", -ENOENT, {0}, "", ""},
        {"Negotiate", -ENOENT, {0}, "", ""},
        {"", -ENOENT, {0}, "", ""},
        {"Basic", -EBADMSG, {0}, "", ""},
        {"Digest realm=\"r\"", -EBADMSG, {0}, "", ""},
        {"Digest nonce=\"n\"", -EBADMSG, {0}, "", ""},
        {"Digest realm=\"r, nonce=n", -EBADMSG, {0}, "", ""}, /* a quote that never ends */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct auth_challenge c = {0};
        assert_int_equal(auth_challenge_parse(&c, span_text(rows[i].text)), rows[i].result);
        assert_int_equal(c.is_digest, rows[i].expected.is_digest);
        assert_int_equal(c.is_sha256, rows[i].expected.is_sha256);
        assert_int_equal(c.has_qop_auth, rows[i].expected.has_qop_auth);
        assert_int_equal(c.is_stale, rows[i].expected.is_stale);
        assert_true(span_is_text(c.realm, rows[i].realm));
        assert_true(span_is_text(c.nonce, rows[i].nonce));
    }
}

/* must: C4 */
static void challenges_are_told_apart(void **state)
{
    static const char *const rows[][4] = {
        {"Basic realm=\"r\"", "Basic realm=\"r\"", ""},
        {"Digest realm=\"a, Basic b\", nonce = n , Basic realm=r",
         "Digest realm=\"a, Basic b\", nonce = n", "Basic realm=r", ""},
        {",, Negotiate, NTLM abc==,\r\n Basic realm=r,", "Negotiate",
         "NTLM abc==", "Basic realm=r"},
        {"", ""},
        {" , ,", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span rest = span_text(rows[i][0]);
        for (size_t j = 1; j < 4 && rows[i][j]; j++)
            assert_true(span_is_text(auth_challenge_cut(&rest), rows[i][j]));
        assert_int_equal(auth_challenge_cut(&rest).len, 0);
    }
}

static void methods_are_found_whole(void **state)
{
    struct span list = span_text("OPTIONS, DESCRIBE ,SETUP,GET_PARAMETER");
    (void)state;
    assert_true(method_list_has(list, RTSP_OPTIONS));
    assert_true(method_list_has(list, RTSP_DESCRIBE));
    assert_true(method_list_has(list, RTSP_GET_PARAMETER));
    assert_false(method_list_has(list, RTSP_PLAY));
    assert_false(method_list_has(span_text("XGET_PARAMETER, GET_PARAMETERS"), RTSP_GET_PARAMETER));
    assert_false(method_list_has(span_of(NULL, 0), RTSP_OPTIONS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_have_an_id_and_a_timeout),
        cmocka_unit_test(rtp_info_is_a_list),
        cmocka_unit_test(rtp_info_is_written),
        cmocka_unit_test(only_now_is_live),
        cmocka_unit_test(challenges_are_understood),
        cmocka_unit_test(challenges_are_told_apart),
        cmocka_unit_test(methods_are_found_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
