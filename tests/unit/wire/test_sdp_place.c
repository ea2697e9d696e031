#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/sdp.h"

static struct sdp sdp;

static int parse(struct sdp_place *place, const char *text, const char **reason)
{
    assert_int_equal(sdp_parse(&sdp, span_text(text)), 0);
    return sdp_track_place(place, &sdp, sdp.track_count - 1, reason);
}

static struct sdp_place place_of(const char *text)
{
    struct sdp_place place;
    const char *reason = "";
    if (parse(&place, text, &reason) < 0)
        fail_msg("%s: %s", text, reason);
    return place;
}

static void refused(const char *text, const char *because)
{
    struct sdp_place place;
    const char *reason = "not at all";
    assert_int_equal(parse(&place, text, &reason), -EBADMSG);
    if (!strstr(reason, because))
        fail_msg("%s: refused because %s", text, reason);
}

static void is_list(const struct sdp_sources *sources, const char *expected)
{
    char text[200];
    struct writer w = writer_of(text, sizeof text - 1);
    for (size_t i = 0; i < sources->count; i++)
        writer_format(&w, "%s%.*s", i > 0 ? " " : "", SPAN_ARG(sources->hosts[i]));
    text[w.len] = '\0';
    assert_string_equal(text, expected);
}

/* RFC 4566 5.7: at session level, or in each media, which goes before. */
/* must: D2 */
static void media_or_session_say_where(void **state)
{
    struct sdp_place p = place_of("c=IN IP4 239.1.1.1/16\nm=video 5000 RTP/AVP 96\n");
    (void)state;
    assert_true(span_is_text(p.host, "239.1.1.1") && p.is_group && !p.is_ipv6);
    assert_true(p.has_ttl && p.ttl == 16);
    assert_int_equal(p.port, 5000);
    assert_int_equal(p.rtcp_port, 5001);

    p = place_of("c=IN IP4 239.1.1.1/16\nm=video 5000 RTP/AVP 96\nc=IN IP4 239.1.1.2/1/1\n");
    assert_true(span_is_text(p.host, "239.1.1.2") && p.ttl == 1);
    p = place_of("m=video 5000/1 RTP/AVP 96\nc=IN  IP6 FF15::1\n");
    assert_true(span_is_text(p.host, "FF15::1") && p.is_group && p.is_ipv6 && !p.has_ttl);
    p = place_of("m=video 5000 RTP/AVP 96\nc=IN IP6 ff15::1/1\n");
    assert_true(p.is_group && !p.has_ttl);
    p = place_of("c=in ip4 192.0.2.7\nm=video 0 RTP/AVP 96\n");
    assert_true(!p.is_group && p.port == 0 && p.rtcp_port == 0);
    p = place_of("c=IN IP4 cam.example.com\nm=video 5000 RTP/AVP 96\n");
    assert_true(span_is_text(p.host, "cam.example.com") && !p.is_group);
    p = place_of("c=IN IP4 224.2.1.1\nm=video 5000 RTP/AVP 96\n"); /* against the rule, but clear */
    assert_true(p.is_group && !p.has_ttl);
}

/* must: D2 D5 */
static void what_cannot_be_received_is_refused(void **state)
{
    (void)state;
    refused("m=video 5000 RTP/AVP 96\n", "no c= line");
    refused("c=IN IP4 239.1.1.1/16\nm=audio 1 RTP/AVP 0\nc=IN \nm=video 5 RTP/AVP 96\nc=IN\n",
            "not of the internet");
    refused("c=IN IP4\nm=video 5 RTP/AVP 96\n", "no address");
    refused("c=IN IP4 \nm=video 5 RTP/AVP 96\n", "no address");
    refused("c=ATM E164 1\nm=video 5 RTP/AVP 96\n", "not of the internet");
    refused("c=IN IP4 ff15::1\nm=video 5 RTP/AVP 96\n", "of the kind it says");
    refused("c=IN IP6 239.1.1.1\nm=video 5 RTP/AVP 96\n", "of the kind it says");
    refused("c=IN IP4 239.1.1.1/127/3\nm=video 5 RTP/AVP 96\n", "several addresses (/count)");
    refused("c=IN IP6 ff15::1/3\nm=video 5 RTP/AVP 96\n", "several addresses (/count)");
    refused("c=IN IP6 ff15::1/\nm=video 5 RTP/AVP 96\n", "no number of them");
    refused("c=IN IP4 239.1.1.1/16/0\nm=video 5 RTP/AVP 96\n", "no number of them");
    refused("c=IN IP4 239.1.1.1/256\nm=video 5 RTP/AVP 96\n", "TTL");
    refused("c=IN IP4 239.1.1.1/\nm=video 5 RTP/AVP 96\n", "TTL");
    refused("c=IN IP4 192.0.2.1/16\nm=video 5 RTP/AVP 96\n", "no group");
    refused("c=IN IP4 cam.example.com/16\nm=video 5 RTP/AVP 96\n", "no group");
    refused("m=video 5 RTP/AVP 96\nc=IN IP4 239.1.1.1/1\nc=IN IP4 239.1.1.2/1\n",
            "several addresses (c= lines)");
    refused("c=IN IP4 239.1.1.1/16\nm=video 5000/2 RTP/AVP 96\n", "several ports");
    refused("c=IN IP4 239.1.1.1/16\nm=video 5000/ RTP/AVP 96\n", "several ports");
    refused("c=IN IP4 239.1.1.1/16\nm=video 65536 RTP/AVP 96\n", "up to 65535");
    refused("c=IN IP4 239.1.1.1/16\nm=video x RTP/AVP 96\n", "up to 65535");
}

/* RFC 3605, RFC 5761, RFC 5760 10 */
static void rtcp_may_be_elsewhere(void **state)
{
    static const char head[] = "c=IN IP4 239.1.1.1/16\nm=video 5000 RTP/AVP 96\n";
    char text[200];
    struct sdp_place p;
    (void)state;
    snprintf(text, sizeof text, "%sa=rtcp:53020\n", head);
    p = place_of(text);
    assert_true(p.rtcp_port == 53020 && p.rtcp_host.len == 0 && !p.reports_to_one);
    snprintf(text, sizeof text, "%sa=rtcp:53020 IN IP4 192.0.2.4\na=rtcp-unicast:rsi\n", head);
    p = place_of(text);
    assert_true(p.rtcp_port == 53020 && span_is_text(p.rtcp_host, "192.0.2.4"));
    assert_true(p.reports_to_one);
    snprintf(text, sizeof text, "%sa=rtcp-mux\na=rtcp:6000\n", head);
    assert_int_equal(place_of(text).rtcp_port, 5000);
    assert_int_equal(place_of("c=IN IP4 239.1.1.1/1\nm=video 65535 RTP/AVP 96\n").rtcp_port, 65535);
    snprintf(text, sizeof text, "%sa=rtcp:0\n", head);
    refused(text, "a=rtcp line has no port");
    snprintf(text, sizeof text, "%sa=rtcp:\n", head);
    refused(text, "a=rtcp line has no port");
    snprintf(text, sizeof text, "%sa=rtcp:7 IN IP4\n", head);
    refused(text, "no address behind");
    snprintf(text, sizeof text, "%sa=rtcp:7 IN IP4 a.example\n", head);
    refused(text, "no address behind");
}

/* RFC 4570 3 */
/* must: D4 */
static void filters_name_sources(void **state)
{
    struct sdp_place p = place_of("c=IN IP4 232.1.1.1/16\n"
                                  "a=source-filter: incl IN IP4 232.1.1.1 192.0.2.1 192.0.2.2\n"
                                  "m=video 5000 RTP/AVP 96\n");
    (void)state;
    is_list(&p.included, "192.0.2.1 192.0.2.2");
    is_list(&p.excluded, "");

    /* The media's own goes before; * is any destination, and any type. */
    p = place_of("c=IN IP4 232.1.1.1/16\na=source-filter: incl IN IP4 * 192.0.2.1\n"
                 "m=video 5000 RTP/AVP 96\na=source-filter:incl IN * * cam.example.com\n");
    is_list(&p.included, "cam.example.com");
    /* Another destination's is not ours, one of ours may be written in another way. */
    p = place_of("c=IN IP6 FF35::0:1\na=source-filter: excl IN IP6 ff35::2 2001:db8::9\n"
                 "a=source-filter: incl IN IP6 ff35::1  2001:db8::1\n"
                 "a=source-filter: excl IN IP6 ff35:0::1 2001:db8::2\n"
                 "m=video 5000 RTP/AVP 96\na=source-filter: incl IN IP6 ff35::3 2001:db8::3\n");
    is_list(&p.included, "2001:db8::1");
    is_list(&p.excluded, "2001:db8::2");
}

/* must: D4 */
static void a_filter_that_is_not_understood_is_not_ignored(void **state)
{
    static const struct {
        const char *filter, *because;
    } rows[] = {
        {"", "makes no sense"},
        {"only IN IP4 * 192.0.2.1", "makes no sense"},
        {"incl ATM IP4 * 192.0.2.1", "makes no sense"},
        {"incl IN IP5 * 192.0.2.1", "makes no sense"},
        {"incl IN IP4", "names no source"},
        {"incl IN IP4 *", "names no source"},
        {"excl IN * *  ", "names no source"},
        {"incl IN IP4 * 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5", "more than four"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "c=IN IP4 239.1.1.1/1\nm=video 5000 RTP/AVP 96\na=source-filter: %s\n",
                 rows[i].filter);
        refused(text, rows[i].because);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_or_session_say_where),
        cmocka_unit_test(what_cannot_be_received_is_refused),
        cmocka_unit_test(rtcp_may_be_elsewhere),
        cmocka_unit_test(filters_name_sources),
        cmocka_unit_test(a_filter_that_is_not_understood_is_not_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
