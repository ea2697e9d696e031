#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/sdp.h"

static uint64_t announced(const char *text)
{
    static struct sdp sdp;
    assert_int_equal(sdp_parse(&sdp, span_text(text)), 0);
    return sdp_bandwidth_bps(&sdp);
}

static void tracks_are_summed_up(void **state)
{
    (void)state;
    assert_int_equal(announced("v=0\r\nm=video 0 RTP/AVP 96\r\nb=AS:5000\r\na=control:1\r\n"
                               "m=audio 0 RTP/AVP 0\r\nb=AS:64\r\n"),
                     5064000);
}

static void the_whole_counts_where_it_is_more(void **state)
{
    (void)state;
    assert_int_equal(announced("v=0\r\nb=AS:800\r\nm=video 0 RTP/AVP 96\r\n"), 800000);
    assert_int_equal(announced("v=0\r\nb=AS:800\r\nm=video 0 RTP/AVP 96\r\nb=AS:900\r\n"), 900000);
}

static void of_two_measures_the_larger_one(void **state)
{
    (void)state;
    assert_int_equal(announced("v=0\nm=video 0 RTP/AVP 96\nb=TIAS:500000\nb=AS:512\n"), 512000);
    assert_int_equal(announced("v=0\nm=video 0 RTP/AVP 96\nb=TIAS:500000\n"), 500000);
}

static void nonsense_announces_nothing(void **state)
{
    static const char *const rows[] = {
        "",         "b=",         "b=AS",
        "b=AS:",    "b=AS:-1",    "b=AS:12x",
        "b=RS:800", "b=as:5",     "b=AS:99999999999999999999",
        "b=CT:5",   "a=b=AS:500", "b=TIAS:18446744073709551615",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        struct writer w = writer_of(text, sizeof text);
        writer_format(&w, "v=0\r\nm=video 0 RTP/AVP 96\r\n%s\r\n", rows[i]);
        text[w.len] = '\0';
        assert_int_equal(announced(text), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracks_are_summed_up),
        cmocka_unit_test(the_whole_counts_where_it_is_more),
        cmocka_unit_test(of_two_measures_the_larger_one),
        cmocka_unit_test(nonsense_announces_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
