#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/sdp.h"

static struct sdp_rtcp parse(const char *text)
{
    static struct sdp sdp;
    struct sdp_rtcp rtcp;
    assert_int_equal(sdp_parse(&sdp, span_text(text)), 0);
    sdp_track_rtcp(&rtcp, &sdp, sdp.track_count - 1);
    return rtcp;
}

/* RFC 3556 2: RR is in bits a second, of a media before the session's. RFC 3550 6.2: else a part
 * of the media's own rate, AS in kilobits. */
/* must: R6 */
static void reports_have_a_bandwidth(void **state)
{
    static const struct {
        const char *text;
        uint64_t bps;
    } rows[] = {
        {"m=video 0 RTP/AVP 96\n", UINT64_MAX},
        {"m=video 0 RTP/AVP 96\nb=RR:0\n", 0},
        {"m=video 0 RTP/AVP 96\nb=rr: 800 \nb=RS:5\n", 800},
        {"b=RR:0\nm=video 0 RTP/AVP 96\n", 0},
        {"b=RR:0\nm=video 0 RTP/AVP 96\nb=RR:90\n", 90},
        {"m=video 0 RTP/AVP 96\nb=RR:0\nm=audio 0 RTP/AVP 0\n", UINT64_MAX},
        {"m=video 0 RTP/AVP 96\nb=AS:8\n", 300},
        {"m=video 0 RTP/AVP 96\nb=TIAS:16000\nb=AS:8\n", 600},
        {"b=AS:8\nm=video 0 RTP/AVP 96\n", UINT64_MAX},
        {"m=video 0 RTP/AVP 96\nb=RR:-1\nb=AS:x\nb=RR\nb=\n", UINT64_MAX},
        {"m=video 0 RTP/AVP 96\nb=AS:99999999999999999999999\n", UINT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parse(rows[i].text).receivers_bps, rows[i].bps);
}

static void feedback_is_what_the_sender_takes(void **state)
{
    static const struct {
        const char *text;
        bool pli, fir, nack;
    } rows[] = {
        {"m=video 0 RTP/AVP 96\n", false, false, false},
        {"m=video 0 RTP/AVPF 96\n", true, false, true},
        {"m=video 0 RTP/SAVPF 96\n", true, false, true},
        {"m=video 0 RTP/AVPF 96\na=rtcp-fb:96 ccm fir\n", false, true, false},
        {"m=video 0 RTP/AVP 96\na=rtcp-fb:* nack pli\n", true, false, false},
        {"m=video 0 RTP/AVP 96\na=rtcp-fb:96 nack\na=rtcp-fb:96 NACK PLI\n", true, false, true},
        {"m=video 0 RTP/AVPF 96\na=rtcp-fb:97 nack\n", false, false, false},
        {"m=video 0 RTP/AVPF 96\na=rtcp-fb:96 goog-remb\na=rtcp-fb\n", false, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sdp_rtcp rtcp = parse(rows[i].text);
        assert_int_equal(rtcp.takes_pli, rows[i].pli);
        assert_int_equal(rtcp.takes_fir, rows[i].fir);
        assert_int_equal(rtcp.takes_nack, rows[i].nack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_have_a_bandwidth),
        cmocka_unit_test(feedback_is_what_the_sender_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
