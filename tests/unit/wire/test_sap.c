#include "wire/sap.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SDP "v=0\r\no=- 1 1 IN IP4 10.7.0.1\r\n"

static int parse(struct sap *sap, const char *bytes, size_t len)
{
    return sap_parse(sap, span_of(bytes, len));
}
#define PARSE(sap, literal) parse(sap, literal, sizeof literal - 1)

/* must: M8 */
static void what_is_written_is_as_the_rfc_says(void **state)
{
    static const uint8_t expected[] = "\x20\0\x12\x34\x0a\x07\0\x01"
                                      "application/sdp\0" SDP;
    struct sap sap = {.source = {10, 7, 0, 1}, .hash = 0x1234, .payload = span_text(SDP)};
    uint8_t bytes[SAP_DATAGRAM_MOST];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    sap_write(&w, &sap);
    assert_int_equal(w.len, sizeof expected - 1);
    assert_memory_equal(bytes, expected, w.len);
    sap.is_deletion = sap.is_ipv6 = true;
    w = writer_of(bytes, sizeof bytes);
    sap_write(&w, &sap);
    assert_int_equal(bytes[0], 0x34);
    assert_int_equal(w.len, sizeof expected - 1 + 12);
}

static void announcements_are_read(void **state)
{
    struct sap sap;
    (void)state;
    assert_int_equal(PARSE(&sap, "\x20\0\x12\x34\x0a\x07\0\x01" SDP), 0);
    assert_true(!sap.is_deletion && !sap.is_ipv6 && sap.hash == 0x1234 && sap.source[0] == 10);
    assert_true(sap.type.len == 0 && span_is_text(sap.payload, SDP));
    assert_int_equal(PARSE(&sap, "\x24\x01\x12\x34\x0a\x07\0\x01"
                                 "authapplication/sdp\0o=- 1 1 IN IP4 10.7.0.1"),
                     0);
    assert_true(sap.is_deletion && span_is_text(sap.type, "application/sdp"));
    assert_true(span_is_text(sap.payload, "o=- 1 1 IN IP4 10.7.0.1"));
    assert_int_equal(PARSE(&sap, "\x30\0\x12\x34"
                                 "0123456789abcdeftext/plain\0x"),
                     0);
    assert_true(sap.is_ipv6 && memcmp(sap.source, "0123456789abcdef", 16) == 0);
    assert_true(span_is_text(sap.type, "text/plain") && span_is_text(sap.payload, "x"));
}

/* must: M8 */
static void what_is_broken_is_refused(void **state)
{
    struct sap sap = {.hash = 7};
    (void)state;
    assert_int_equal(PARSE(&sap, ""), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x20\0\x12"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x20\0\x12\x34\x0a\x07\0"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x30\0\x12\x34\x0a\x07\0\x01v=0"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x20\xff\x12\x34\x0a\x07\0\x01v=0"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x00\0\x12\x34\x0a\x07\0\x01v=0"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x40\0\x12\x34\x0a\x07\0\x01v=0"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x20\0\x12\x34\x0a\x07\0\x01text/plain"), -EBADMSG);
    assert_int_equal(PARSE(&sap, "\x21\0\x12\x34\x0a\x07\0\x01xx"), -ENOTSUP);
    assert_int_equal(PARSE(&sap, "\x22\0\x12\x34\x0a\x07\0\x01xx"), -ENOTSUP);
    assert_int_equal(sap.hash, 7);
}

static void hashes_tell_payloads_apart(void **state)
{
    (void)state;
    assert_int_equal(sap_hash(span_text(SDP)), sap_hash(span_text(SDP)));
    assert_int_not_equal(sap_hash(span_text("o=- 1 1")), sap_hash(span_text("o=- 1 2")));
    assert_int_not_equal(sap_hash(span_text("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_as_the_rfc_says),
        cmocka_unit_test(announcements_are_read),
        cmocka_unit_test(what_is_broken_is_refused),
        cmocka_unit_test(hashes_tell_payloads_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
