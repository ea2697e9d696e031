#include "wire/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROW(codec, bytes, is_key)                                                                  \
    {                                                                                              \
        codec, bytes, sizeof bytes - 1, is_key                                                     \
    }

static const struct {
    enum codec codec;
    const char *bytes;
    size_t len;
    bool is_key;
} rows[] = {
    ROW(CODEC_H264, "\x65\x88", true),                             /* IDR */
    ROW(CODEC_H264, "\x41\x9a", false),                            /* a slice */
    ROW(CODEC_H264, "\x67\x42", false),                            /* parameters alone */
    ROW(CODEC_H264, "\x18\x00\x02\x67\x42\x00\x02\x65\x88", true), /* STAP-A with an IDR */
    ROW(CODEC_H264, "\x18\x00\x02\x67\x42\x00\x02\x68\x88", false),
    ROW(CODEC_H264, "\x18\x00\xff\x65", false), /* it lies about its length */
    ROW(CODEC_H264, "\x7c\x85\x88", true),      /* FU-A, start of an IDR */
    ROW(CODEC_H264, "\x7c\x05\x88", false),     /* its middle */
    ROW(CODEC_H264, "\x7c\x81\x88", false),     /* start of a slice */
    ROW(CODEC_H265, "\x26\x01\xaf", true),      /* IDR_W_RADL */
    ROW(CODEC_H265, "\x2a\x01\xaf", true),      /* CRA */
    ROW(CODEC_H265, "\x02\x01\xd0", false),     /* TRAIL_R */
    ROW(CODEC_H265, "\x60\x01\x00\x02\x40\x01\x00\x02\x26\x01", true), /* AP */
    ROW(CODEC_H265, "\x62\x01\x93", true),                             /* FU, start of IDR_W_RADL */
    ROW(CODEC_H265, "\x62\x01\x13", false),
    ROW(CODEC_AV1, "\x18\x0a", true), /* N */
    ROW(CODEC_AV1, "\x10\x0a", false),
    ROW(CODEC_VP8, "\x10\x00", true),
    ROW(CODEC_VP8, "\x10\x01", false),            /* P */
    ROW(CODEC_VP8, "\x00\x00", false),            /* not the start */
    ROW(CODEC_VP8, "\x90\x80\x85\x01\x00", true), /* a long picture id */
    ROW(CODEC_VP8, "\x90\x80", false),
    ROW(CODEC_VP9, "\x88\x05", true),
    ROW(CODEC_VP9, "\xc8\x05", false), /* P */
    ROW(CODEC_VP9, "\x80\x05", false), /* not the start */
    ROW(CODEC_VP9, "\x28\x02", false), /* layer 1 */
    ROW(CODEC_MPEG4, "\x00\x00\x01\xb6\x10", true),
    ROW(CODEC_MPEG4, "\x00\x00\x01\xb6\x50", false), /* P */
    ROW(CODEC_MPEG4, "\x00\x00\x01\xb0\x01\x00\x00\x01\xb6\x10", true),
    ROW(CODEC_JPEG, "\x00\x00\x00\x00\x01\x80\x28\x1e", true),
    ROW(CODEC_JPEG, "\x00\x00\x05\x00\x01\x80\x28\x1e", false),
    ROW(CODEC_OTHER, "\x65\x88", false),
};

static void key_frames_are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(codec_is_key(rows[i].codec, span_of(rows[i].bytes, rows[i].len)),
                         rows[i].is_key);
    for (enum codec codec = CODEC_OTHER; codec <= CODEC_MP2T; codec++)
        assert_false(codec_is_key(codec, span_of("", 0)));
}

/* A datagram of two packets: stuffing, and one that begins with these bytes. */
static struct span ts(const char *bytes, size_t len)
{
    static uint8_t payload[2 * 188];
    memset(payload, 0xff, sizeof payload);
    memcpy(payload, "\x47\x1f\xff\x10", 4);
    memcpy(payload + 188, bytes, len);
    return span_of(payload, sizeof payload);
}
#define TS(bytes) ts(bytes, sizeof bytes - 1)

static void of_a_transport_stream_pictures_are_key_frames(void **state)
{
    static const char cut[] = "\x47\x41\x00\x30\xb5\x50";
    (void)state;
    assert_true(
        codec_is_key(CODEC_MP2T, TS("\x47\x41\x00\x30\x07\x50\1\2\3\4\5\6\x00\x00\x01\xe0")));
    assert_true(codec_is_key(CODEC_MP2T, TS("\x47\x41\x00\x30\x01\x40\x00\x00\x01\xef")));
    /* Sound; no indicator; not a beginning; no adaptation field, or an empty one; no sync. */
    assert_false(codec_is_key(CODEC_MP2T, TS("\x47\x41\x01\x30\x01\x40\x00\x00\x01\xc0")));
    assert_false(codec_is_key(CODEC_MP2T, TS("\x47\x41\x00\x30\x01\x10\x00\x00\x01\xe0")));
    assert_false(codec_is_key(CODEC_MP2T, TS("\x47\x01\x00\x30\x01\x40\x00\x00\x01\xe0")));
    assert_false(codec_is_key(CODEC_MP2T, TS("\x47\x41\x00\x10\x01\x40\x00\x00\x01\xe0")));
    assert_false(codec_is_key(CODEC_MP2T, TS("\x47\x41\x00\x30\x00\x40\x00\x01\xe0")));
    assert_false(codec_is_key(CODEC_MP2T, TS("\x46\x41\x00\x30\x01\x40\x00\x00\x01\xe0")));
    /* Its adaptation field leaves no room for a PES packet, or says that it is longer than all. */
    for (unsigned len = 180; len < 256; len++) {
        char field[sizeof cut];
        memcpy(field, cut, sizeof cut);
        field[4] = (char)len;
        assert_false(codec_is_key(CODEC_MP2T, ts(field, sizeof cut - 1)));
    }
    struct span payload = TS("\x47\x41\x00\x30\x01\x40\x00\x00\x01\xe0");
    payload.len--;
    assert_false(codec_is_key(CODEC_MP2T, payload));
}

static void a_transport_stream_has_heads(void **state)
{
    (void)state;
    assert_true(codec_is_head(CODEC_MP2T, TS("\x47\x40\x00\x10\x00\x00\xb0")));
    assert_true(codec_is_head(CODEC_MP2T, TS("\x47\x60\x00\x10\x00\x00\xb0")));  /* priority */
    assert_false(codec_is_head(CODEC_MP2T, TS("\x47\x00\x00\x10\x00\x00\xb0"))); /* its middle */
    assert_false(codec_is_head(CODEC_MP2T, TS("\x47\x41\x00\x10\x00\x00\xb0")));
    assert_false(codec_is_head(CODEC_MP2T, TS("\x47\x40\x01\x10\x00\x00\xb0")));
    assert_false(codec_is_head(CODEC_H264, TS("\x47\x40\x00\x10\x00\x00\xb0")));
}

static void codecs_are_known_by_name(void **state)
{
    (void)state;
    assert_int_equal(codec_find(span_text("h264")), CODEC_H264);
    assert_int_equal(codec_find(span_text("MP4V-ES")), CODEC_MPEG4);
    assert_int_equal(codec_find(span_text("MP2T")), CODEC_MP2T);
    assert_int_equal(codec_find(span_text("opus")), CODEC_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_frames_are_seen),
        cmocka_unit_test(of_a_transport_stream_pictures_are_key_frames),
        cmocka_unit_test(a_transport_stream_has_heads),
        cmocka_unit_test(codecs_are_known_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
