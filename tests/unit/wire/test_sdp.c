#include "wire/sdp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sdp sdp;

static const char camera[] =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=cam\r\nc=IN IP4 239.1.2.3/16\r\nt=0 0\r\n"
    "a=control:*\r\na=range:npt=0-\r\na=tool:x\r\n"
    "m=video 5000 RTP/AVP 96\r\nb=AS:5000\r\na=control:rtsp://192.0.2.1/s/1\r\n"
    "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\nc=IN IP4 239.1.2.4\r\n"
    "m=audio 0 RTP/AVP 8\r\na=control:trackID=2\r\na=source-filter: incl IN IP4 * 192.0.2.1\r\n"
    "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n";

static void tracks_are_found(void **state)
{
    (void)state;
    assert_int_equal(sdp_parse(&sdp, span_text(camera)), 0);
    assert_int_equal(sdp.track_count, 3);
    assert_int_equal(sdp.tracks[0].codec, CODEC_H264);
    assert_true(span_is_text(sdp.tracks[0].control, "rtsp://192.0.2.1/s/1"));
    assert_true(span_is_text(sdp.control, "*") && span_is_text(sdp.name, "cam"));
    assert_true(span_is_text(sdp.tracks[1].encoding, "PCMA")); /* a static type */
    assert_int_equal(sdp.tracks[1].clock_rate, 8000);
    assert_int_equal(sdp.tracks[2].clock_rate, 90000);
    assert_int_equal(sdp.tracks[2].codec, CODEC_OTHER);
}

/* must: P7 D1 D2 D3 */
static void viewers_get_our_own(void **state)
{
    static const char expected[] =
        "v=0\r\no=- 5 2 IN IP4 192.0.2.77\r\ns=cam\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
        "a=control:*\r\na=tool:x\r\n"
        "m=video 0 RTP/AVP 96\r\nb=AS:5000\r\na=rtpmap:96 H264/90000\r\n"
        "a=fmtp:96 packetization-mode=1\r\na=control:trackID=0\r\n"
        "m=audio 0 RTP/AVP 8\r\na=control:trackID=1\r\n"
        "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n"
        "a=control:trackID=2\r\n";
    struct sdp_origin_line origin = {.id = 5, .version = 2, .host = span_text("192.0.2.77")};
    uint8_t bytes[2048];
    struct writer w = writer_of(bytes, sizeof bytes);
    (void)state;
    assert_int_equal(sdp_parse(&sdp, span_text(camera)), 0);
    sdp_write(&w, &sdp, &origin);
    assert_int_equal(w.len, strlen(expected));
    assert_memory_equal(bytes, expected, w.len);
}

/* must: D1 D2 D3 P7 */
/* RFC 4566 5 has an order of lines; where an origin's media is to be fetched is nobody's business.
 */
static void whatever_the_origin_wrote_viewers_get_order(void **state)
{
    static const char odd[] =
        "garbage\na=tool:x\nz=1 2\nq=?\nb=AS:900\nc=IN \nt=1 2\na=range:npt=0-\ni=about\ns=odd\n"
        "a=rtcp:5001\nafter\nm=video  5000/2   RTP/AVP  96  97\na=fmtp:96 x=\"y;z\"\nb=TIAS:7\n"
        "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host\ni=cam\na=rtcp-mux\nc=IN IP6 ::1/x\nbroken\n"
        "a=rtpmap:97 rtx/90000\na=rtpmap:96 H264/90000\na=X-never:heard\na=control:\n"
        "a=source-filter: incl IN IP4 * 192.0.2.1\na=rtcp-unicast:reflection\n";
    static const char expected[] =
        "v=0\r\no=- 5 9 IN IP6 2001:db8::1\r\ns=odd\r\ni=about\r\nc=IN IP6 ::\r\nb=AS:900\r\n"
        "t=0 0\r\na=control:*\r\na=tool:x\r\n"
        "m=video 0 RTP/AVP  96  97\r\ni=cam\r\nb=TIAS:7\r\na=fmtp:96 x=\"y;z\"\r\n"
        "a=rtpmap:97 rtx/90000\r\na=rtpmap:96 H264/90000\r\na=X-never:heard\r\n"
        "a=control:trackID=0\r\n";
    struct sdp_origin_line origin = {
        .id = 5, .version = 9, .host = span_text("2001:db8::1"), .is_ipv6 = true};
    char bytes[2048] = "";
    struct writer w = writer_of(bytes, sizeof bytes - 1);
    (void)state;
    assert_int_equal(sdp_parse(&sdp, span_text(odd)), 0);
    assert_int_equal(sdp.tracks[0].codec, CODEC_H264);
    sdp_write(&w, &sdp, &origin);
    assert_string_equal(bytes, expected);
}

/* must: D4 M5 */
static void receivers_of_a_group_learn_its_source(void **state)
{
    static const struct {
        bool is_ipv6;
        const char *host, *source, *lines;
    } rows[] = {
        {false, "192.0.2.77", "192.0.2.9",
         "a=control:*\r\na=source-filter: incl IN IP4 * 192.0.2.9\r\na=rtcp-unicast: reflection\r\n"
         "m="},
        {true, "2001:db8::1", "2001:db8::9",
         "a=control:*\r\na=source-filter: incl IN IP6 * 2001:db8::9\r\n"
         "a=rtcp-unicast: reflection\r\nm="},
        {false, "192.0.2.77", NULL, "a=control:*\r\nm="},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sdp_origin_line origin = {.host = span_text(rows[i].host),
                                         .is_ipv6 = rows[i].is_ipv6,
                                         .source = span_text(rows[i].source)};
        char bytes[2048] = "";
        struct writer w = writer_of(bytes, sizeof bytes - 1);
        struct sdp parsed;
        assert_int_equal(sdp_parse(&parsed, span_text("m=video 0 RTP/AVP 96\r\n")), 0);
        sdp_write(&w, &parsed, &origin);
        assert_non_null(strstr(bytes, rows[i].lines));
    }
}

/* must: D2 D4 */
static void an_announcement_says_where_it_is(void **state)
{
    static const char origin_text[] = "s=odd\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
                                      "a=control:x\nm=audio 0 RTP/AVP 0\n";
    static const char v4[] =
        "v=0\r\no=- 5 9 IN IP4 192.0.2.9\r\ns=hall/north\r\nc=IN IP4 239.255.0.7/3\r\nt=0 0\r\n"
        "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 5006 RTP/AVP 0\r\n";
    static const char v6[] =
        "v=0\r\no=- 5 9 IN IP6 2001:db8::9\r\ns=hall/north\r\nc=IN IP6 ff35::8000:7\r\nt=0 0\r\n"
        "a=source-filter: incl IN IP6 ff35::8000:7 2001:db8::9\r\na=rtcp-unicast: reflection\r\n"
        "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 5006 RTP/AVP 0\r\n";
    struct sdp_origin_line origin = {.id = 5,
                                     .version = 9,
                                     .host = span_text("192.0.2.9"),
                                     .group = span_text("239.255.0.7"),
                                     .name = span_text("hall/north"),
                                     .ttl = 3,
                                     .port = 5004};
    char bytes[2048] = "";
    struct writer w = writer_of(bytes, sizeof bytes - 1);
    struct sdp parsed;
    (void)state;
    assert_int_equal(sdp_parse(&parsed, span_text(origin_text)), 0);
    sdp_write(&w, &parsed, &origin);
    assert_string_equal(bytes, v4);
    origin.is_ipv6 = true;
    origin.host = origin.source = span_text("2001:db8::9");
    origin.group = span_text("ff35::8000:7");
    memset(bytes, 0, sizeof bytes);
    w = writer_of(bytes, sizeof bytes - 1);
    sdp_write(&w, &parsed, &origin);
    assert_string_equal(bytes, v6);
}

/* must: D1 D5 */
static void odd_origins_are_understood(void **state)
{
    static const struct {
        const char *text;
        int result;
    } rows[] = {
        {"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/0\n", 0}, /* a clock rate of zero */
        {"m=video 0 RTP/AVP 96\ra=rtpmap:96 H264/90000\r", 0},
        {"s=x\nm=audio 0 RTP/AVP x\n", 0},
        {"a=rtpmap:96 H264/90000\nc=IN \nm=video 0 RTP/AVP 96", 0},
        {"", -EBADMSG},
        {"v=0\r\n", -EBADMSG},
        {"m=video\r\n", -EBADMSG},
        {"m=video 0\r\n", -EBADMSG},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sdp_parse(&sdp, span_text(rows[i].text)), rows[i].result);
        assert_true(rows[i].result < 0 || sdp.tracks[0].clock_rate == 90000);
    }
}

static void stored_content_has_an_end(void **state)
{
    static const struct {
        const char *range;
        bool is_finite;
    } rows[] = {
        {"npt=0-30.5", true},    {"npt=0-", false},
        {"npt=now-", false},     {"npt=0-0", false},
        {"npt=0.000 - 7", true}, {"clock=19960213T143205Z-19960214T143205Z", true},
        {"npt", false},          {"clock=19960213T143205Z-", false},
        {"npt=now-30", false},   {"smpte=0:00:00-0:10:00", true},
    };
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct writer w = writer_of(text, sizeof text);
        writer_format(&w, "a=range:%s\r\nm=audio 0 RTP/AVP 0\r\n", rows[i].range);
        assert_int_equal(sdp_parse(&sdp, writer_written(&w)), 0);
        assert_int_equal(sdp.is_finite, rows[i].is_finite);
        w = writer_of(text, sizeof text);
        writer_format(&w, "m=audio 0 RTP/AVP 0\r\na=range:%s\r\n", rows[i].range);
        assert_int_equal(sdp_parse(&sdp, writer_written(&w)), 0);
        assert_int_equal(sdp.is_finite, rows[i].is_finite);
    }
}

static void viewers_hear_how_long_stored_content_is(void **state)
{
    struct sdp_origin_line origin = {.id = 5, .version = 2, .host = span_text("192.0.2.77")};
    char bytes[1024] = "";
    struct writer w = writer_of(bytes, sizeof bytes - 1);
    (void)state;
    assert_int_equal(sdp_parse(&sdp, span_text("a=range:npt=0-30\r\nm=audio 0 RTP/AVP 0\r\n")), 0);
    sdp_write(&w, &sdp, &origin);
    assert_non_null(strstr(bytes, "a=range:npt=0-30\r\n"));
}

/* must: D1 */
static void tracks_have_a_bound(void **state)
{
    char text[4096] = "";
    struct writer w = writer_of(text, sizeof text);
    (void)state;
    for (int i = 0; i < LIMIT_TRACKS; i++)
        writer_text(&w, "m=audio 0 RTP/AVP 0\n");
    assert_int_equal(sdp_parse(&sdp, writer_written(&w)), 0);
    writer_text(&w, "m=audio 0 RTP/AVP 0\n");
    assert_int_equal(sdp_parse(&sdp, writer_written(&w)), -E2BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracks_are_found),
        cmocka_unit_test(viewers_get_our_own),
        cmocka_unit_test(whatever_the_origin_wrote_viewers_get_order),
        cmocka_unit_test(receivers_of_a_group_learn_its_source),
        cmocka_unit_test(an_announcement_says_where_it_is),
        cmocka_unit_test(odd_origins_are_understood),
        cmocka_unit_test(stored_content_has_an_end),
        cmocka_unit_test(viewers_hear_how_long_stored_content_is),
        cmocka_unit_test(tracks_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
