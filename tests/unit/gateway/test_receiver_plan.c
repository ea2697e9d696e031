#include "gateway/receiver_plan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/weir-plan-XXXXXX";
static char said[1024];

static int settle(char settled[LIMIT_URL], const char *source, const char *beside)
{
    struct writer complaint = writer_of(said, sizeof said - 1);
    int result = receiver_plan_settle(settled, span_text(source), beside, &complaint);
    said[complaint.len] = '\0';
    return result;
}

static int read_plan(struct receiver_plan **plan, const char *settled)
{
    struct writer complaint = writer_of(said, sizeof said - 1);
    int result = receiver_plan_read(plan, span_text(settled), &complaint);
    said[complaint.len] = '\0';
    return result;
}

static void sources_are_known_by_their_looks(void **state)
{
    static const char *const ours[] = {"udp://239.1.1.1:5000", "RTP://@:5004", "sdp:///a/b.sdp",
                                       "cam.sdp", "../cam.sdp?iface=eth1"};
    static const char *const others[] = {"rtsp://10.0.0.1/cam.sdp",      "publisher",      "cam",
                                         "rtsp://10.0.0.1/x?file=a.sdp", "http://a/b.sdp", ""};
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        assert_true(receiver_plan_is_for(span_text(ours[i])));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(receiver_plan_is_for(span_text(others[i])));
}

static void a_source_means_the_same_from_anywhere(void **state)
{
    static const struct {
        const char *source, *beside, *settled;
    } rows[] = {
        {"udp://@239.1.1.1:5000?localaddr=eth1", "x/weir.yml", "udp://239.1.1.1:5000?iface=eth1"},
        {"rtp://10.0.0.1@232.1.1.1:5004", "weir.yml", "rtp://232.1.1.1:5004?source=10.0.0.1"},
        {"cam.sdp", "weir.yml", "sdp://cam.sdp"},
        {"cam.sdp?iface=eth1", "/etc/weir/weir.yml", "sdp:///etc/weir/cam.sdp?iface=eth1"},
        {"/srv/cam.sdp", "/etc/weir/weir.yml", "sdp:///srv/cam.sdp"},
        {"sdp:///srv/cam.sdp?iface=eth1", "/etc/weir.yml", "sdp:///srv/cam.sdp?iface=eth1"},
    };
    char settled[LIMIT_URL];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(settle(settled, rows[i].source, rows[i].beside), 0);
        assert_string_equal(settled, rows[i].settled);
    }
}

/* must: M3 */
static void what_makes_no_sense_is_refused(void **state)
{
    static const struct {
        const char *source, *because;
    } rows[] = {
        {"udp://232.1.1.1:5000", "?source=ADDRESS"},
        {"rtp://[ff35::1]:5004?iface=eth1", "?source=ADDRESS"},
        {"udp://224.0.0.251:5000", "224.0.0.0/24"},
        {"udp://239.1.1.1", "no port"},
        {"udp://cam.example.com:5000", "not an address"},
        {"udp://239.1.1.1:5000?ttl=4", "ttl"},
        {"udp://239.1.1.1:5000?isource=1", "isource"},
        {"cam.sdp?ttl=4", "ttl"},
        {"cam.sdp?source=cam", "not an address"},
        {"sdp://cam.sdp", "a whole path"},
    };
    char settled[LIMIT_URL], longest[LIMIT_URL];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(settle(settled, rows[i].source, "weir.yml"), -EINVAL);
        if (!strstr(said, rows[i].because))
            fail_msg("%s: %s", rows[i].source, said);
        assert_string_equal(settled, "");
    }
    memset(longest, 'a', sizeof longest - 1);
    memcpy(longest + sizeof longest - 5, ".sdp", 5);
    assert_int_equal(settle(settled, longest, "/etc/weir/weir.yml"), -ENAMETOOLONG);
}

static void a_url_is_one_track(void **state)
{
    struct receiver_plan *plan;
    (void)state;
    assert_int_equal(read_plan(&plan, "udp://239.1.1.1:5000?iface=eth1"), 0);
    assert_true(plan->track_count == 1 && !plan->description && plan->tracks[0].is_sent);
    assert_int_equal(plan->tracks[0].rtcp_port, 0);
    assert_string_equal(plan->tracks[0].url.iface, "eth1");
    receiver_plan_free(plan);
    assert_int_equal(read_plan(&plan, "rtp://@:5004?source=10.0.0.1"), 0);
    assert_int_equal(plan->tracks[0].rtcp_port, 5005);
    assert_int_equal(plan->tracks[0].reports.len, 0);
    receiver_plan_free(plan);
}

/* The settled name of a file with this text. */
static const char *file(const char *text)
{
    static char name[64];
    snprintf(name, sizeof name, "sdp://%s/cam.sdp", folder);
    FILE *f = fopen(name + strlen("sdp://"), "we");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return name;
}

static const char *with(const char *text, const char *options)
{
    static char name[128];
    snprintf(name, sizeof name, "%s?%s", file(text), options);
    return name;
}

static const char *reports_of(const struct receiver_track *t)
{
    static char text[ADDRESS_TEXT];
    return t->reports.len > 0 ? address_write(text, &t->reports) : "";
}

/* must: D2 D4 */
static void a_file_says_where_its_tracks_are(void **state)
{
    static const char text[] = "v=0\nc=IN IP4 239.1.1.1/64\nm=video 5000 RTP/AVP 96\na=rtcp:6000\n"
                               "a=rtpmap:96 H264/90000\n"
                               "a=source-filter: excl IN IP4 * 10.0.0.9\n"
                               "m=audio 5002 RTP/AVP 0\nc=IN IP6 ff15::1\n"
                               "m=audio 0 RTP/AVP 8\n";
    struct receiver_plan *plan;
    const struct receiver_track *t;
    (void)state;
    assert_int_equal(read_plan(&plan, file(text)), 0);
    t = plan->tracks;
    assert_int_equal(plan->track_count, 3);
    assert_string_equal(plan->description, text);
    assert_string_equal(t[0].url.host.text, "239.1.1.1");
    assert_true(t[0].url.port == 5000 && t[0].rtcp_port == 6000 && t[0].excluded_count == 1);
    assert_string_equal(reports_of(&t[0]), "239.1.1.1:6000");
    assert_int_equal(t[0].ttl, 16); /* not as far as the media */
    assert_string_equal(t[1].url.host.text, "ff15::1");
    assert_true(t[1].url.port == 5002 && t[1].rtcp_port == 5003 && t[1].ttl == 1);
    assert_true(t[0].is_sent && t[1].is_sent && !t[2].is_sent);
    receiver_plan_free(plan);
}

/* RFC 5760: of one source nobody reports to the group. */
/* must: M5 */
static void reports_of_one_source_go_to_it_alone(void **state)
{
    static const char head[] = "c=IN IP4 232.1.1.1/4\n"
                               "a=source-filter: incl IN IP4 232.1.1.1 10.0.0.1\n"
                               "m=video 5000 RTP/AVP 33\n";
    static const struct {
        const char *lines, *reports;
    } rows[] = {
        {"", ""},
        {"a=rtcp-unicast:rsi\n", "10.0.0.1:5001"},
        {"a=rtcp-unicast:rsi\na=rtcp:7000 IN IP4 10.0.0.2\n", "10.0.0.2:7000"},
        {"a=rtcp:7000 IN IP4 10.0.0.2\n", ""},
    };
    struct receiver_plan *plan;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400];
        snprintf(text, sizeof text, "%s%s", head, rows[i].lines);
        assert_int_equal(read_plan(&plan, file(text)), 0);
        assert_string_equal(plan->tracks[0].url.sources[0].text, "10.0.0.1");
        assert_string_equal(reports_of(&plan->tracks[0]), rows[i].reports);
        receiver_plan_free(plan);
    }
}

static void options_stand_behind_the_file(void **state)
{
    static const char text[] = "c=IN IP4 232.1.1.1/4\nm=video 5000 RTP/AVP 33\n"
                               "a=source-filter: incl IN IP4 * cam.example.com\n";
    struct receiver_plan *plan;
    (void)state;
    assert_int_equal(read_plan(&plan, with(text, "iface=eth1&source=10.0.0.7")), 0);
    assert_string_equal(plan->tracks[0].url.iface, "eth1");
    assert_int_equal(plan->tracks[0].url.source_count, 1);
    assert_string_equal(plan->tracks[0].url.sources[0].text, "10.0.0.7");
    receiver_plan_free(plan);
    assert_true(read_plan(&plan, file(text)) < 0);
    assert_non_null(strstr(said, "'cam.example.com' is not an address"));
}

static void refused(const char *settled, const char *because)
{
    struct receiver_plan *plan;
    assert_true(read_plan(&plan, settled) < 0);
    if (!strstr(said, because))
        fail_msg("refused because %s", said);
}

/* must: D2 D5 */
static void what_cannot_be_received_names_the_file(void **state)
{
    char *large = malloc(70000), pipe_name[64];
    (void)state;
    refused(file(""), "/cam.sdp: is no session description");
    refused(file("m=video 5000 RTP/AVP 96\n"), "/cam.sdp: no c= line");
    refused(file("c=IN IP4 239.1.1.1/1/3\nm=video 5000 RTP/AVP 96\n"), "/count");
    refused(file("c=IN IP4 224.0.0.5/1\nm=video 5000 RTP/AVP 96\n"), "224.0.0.0/24");
    refused(file("c=IN IP4 232.1.1.1/1\nm=video 5000 RTP/AVP 96\n"), "source-filter");
    refused(file("c=IN IP4 cam.example.com\nm=video 5000 RTP/AVP 96\n"), "not an address");
    refused(file("c=IN IP4 239.1.1.1/1\nm=video 5000 udp 33\n"), "not of RTP");
    refused(file("c=IN IP4 239.1.1.1/1\nm=video 0 RTP/AVP 96\n"), "nothing is sent");
    memset(large, 'a', 70000);
    large[69999] = '\0';
    refused(file(large), "too long");
    free(large);
    refused("sdp:///nowhere/cam.sdp", "/nowhere/cam.sdp: No such file");
    refused("sdp:///tmp", "/tmp: cannot be read");
    snprintf(pipe_name, sizeof pipe_name, "sdp://%s/pipe", folder);
    assert_int_equal(mkfifo(pipe_name + strlen("sdp://"), 0600), 0);
    refused(pipe_name, "cannot be read"); /* and nobody has waited for it */
    unlink(pipe_name + strlen("sdp://"));
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(file("") + strlen("sdp://"));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_known_by_their_looks),
        cmocka_unit_test(a_source_means_the_same_from_anywhere),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_url_is_one_track),
        cmocka_unit_test(a_file_says_where_its_tracks_are),
        cmocka_unit_test(reports_of_one_source_go_to_it_alone),
        cmocka_unit_test(options_stand_behind_the_file),
        cmocka_unit_test(what_cannot_be_received_names_the_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
