/* The Transport header, and which session a SETUP is of. */
#include "server_bench.h"

static int ask_for(struct bench *b, const char *url, const char *transport, const char *more)
{
    char headers[512];
    snprintf(headers, sizeof headers, "Transport: %s\r\n%s", transport, more);
    return bench_ask(b, "SETUP", url, headers);
}

static const struct {
    const char *transport;
    int status;
    const char *answer;
} transports[] = {
    /* The client's order, and the first that can be had. */
    {"RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=4-5", 200, "interleaved=4-5"},
    {"RAW/RAW/UDP,RTP/AVP;unicast;client_port=7000", 200, "client_port=7000-7001"},
    {"RTP/AVP/TCP;unicast;interleaved=2-3,RTP/AVP;unicast;client_port=7000-7001", 200, "TCP"},
    {"RTP/AVP;unicast;client_port=7000-7001,RTP/AVP/TCP;unicast", 200, "client_port=7000"},
    {"RTP/AVP/UDP;unicast;client_port=9-8,RTP/AVP/TCP;unicast", 200, "interleaved=0-1"},
    {"RTP/AVPF/TCP;unicast;interleaved=0-1", 200, "Transport: RTP/AVPF/TCP;unicast"},
    {"x-real-rdt/udp;client_port=6970", 200,
     "Transport: x-real-rdt/udp;client_port=6970-6971;server_port=6000-6001"},
    {"x-real-rdt/udp;client_port=6970,RTP/AVP;unicast;client_port=7000", 200, "RTP/AVP;"},
    {"", 461, ""},
    {",,", 461, ""},
    {"RTP/AVP;unicast", 461, ""},
    {"RTP/AVP;multicast", 461, ""},
    {"RTP/AVP;multicast;ttl=16;port=5000-5001", 461, ""},
    {"RTP/AVP;unicast;client_port=7000-7001;layers=2", 461, ""},
    {"RTP/AVP;unicast;client_port=7000-7001;layers=1", 200, ""},
    {"RTP/AVP;unicast;client_port=7000-7001;append", 461, ""},
    {"RTP/AVP/TCP;unicast;mode=\"RECORD\";interleaved=0-1", 461, ""},
    {"RTP/AVP/TCP;unicast;mode=\"PLAY,RECORD\";interleaved=0-1", 461, ""},
    /* Quotes, blanks, the order of parameters, words never heard of. */
    {"RTP/AVP/TCP;unicast", 200, "interleaved=0-1"},
    {"rtp/avp/tcp ; interleaved = 6-7 ; unicast ; mode = \"PLAY\"", 200, "interleaved=6-7"},
    {"RTP/AVP;x-odd=\"a;b,c\";client_port=7000-7001;unicast;y", 200, "client_port=7000-7001"},
    {"RTP/AVP;unicast;client_port=7000-7001;mode=play;ssrc=zz", 200, "client_port=7000-7001"},
    /* Ports: odd ones are the client's affair, and one for both is muxed. */
    {"RTP/AVP;unicast;client_port=7001-7002", 200, "client_port=7001-7002"},
    {"RTP/AVP;unicast;client_port=7000-7000", 200, "client_port=7000-7000"},
    {"RTP/AVP;unicast;client_port=65534-65535", 200, "client_port=65534-65535"},
    {"RTP/AVP;unicast;client_port=0-1", 400, ""},
    {"RTP/AVP;unicast;client_port=0", 400, ""},
    {"RTP/AVP;unicast;client_port=7001-7000", 400, ""},
    {"RTP/AVP;unicast;client_port=7000-7002", 400, ""},
    {"RTP/AVP;unicast;client_port=65535", 400, ""},
    {"RTP/AVP;unicast;client_port=70000-70001", 400, ""},
    {"RTP/AVP;unicast;client_port=-1-2", 400, ""},
    {"RTP/AVP/TCP;unicast;interleaved=255-256", 400, ""},
    /* Where it goes: to him who asks. */
    {"RTP/AVP;unicast;client_port=1-2;destination=192.0.2.7", 403, ""},
    {"RTP/AVP;unicast;client_port=1-2;destination=\"x\"", 403, ""},
    {"RTP/AVP;unicast;client_port=1-2;destination=192.0.2.1", 200, "client_port=1-2"},
    {"RTP/AVP;unicast;destination;client_port=1-2", 200, "client_port=1-2"},
};

/* must: T1 T2 T4 T6 */
static void transports_are_chosen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++) {
        void *fresh;
        bench_set_up(&fresh);
        struct bench *b = fresh;
        assert_int_equal(ask_for(b, BENCH_TRACK0, transports[i].transport, ""),
                         transports[i].status);
        assert_non_null(strstr(b->sent, transports[i].answer));
        assert_true(transports[i].status == 200 || !b->asked);
        if (transports[i].status == 200) /* one transport, not a list */
            assert_null(strchr(strstr(b->sent, "Transport: "), ','));
        bench_tear_down(&fresh);
    }
}

static const struct {
    const char *transport;
    int status;
    const char *answer;
    const char *without; /* the answer where no multicast is to be had */
} groups[] = {
    {"RTP/AVP;multicast", 200, "RTP/AVP;multicast;destination=239.255.0.7;", "461"},
    {"RTP/AVP", 200, "RTP/AVP;multicast;", "461"},
    {"RTP/AVPF;multicast", 200, "Transport: RTP/AVPF;multicast;", "461"},
    {"RTP/AVP/UDP;multicast;ttl=200;port=7000-7001", 200, ";port=5004-5005;ttl=3", "461"},
    /* Wherever in the list it stands. */
    {"RTP/AVP;unicast;client_port=7000-7001,RTP/AVP;multicast", 200, ";multicast;", "client_port"},
    {"RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=4-5", 200, ";multicast;", "interleaved=4"},
    {"x-odd/udp;client_port=7000,RTP/AVP;multicast", 200, ";multicast;", "x-odd/udp"},
    {"RTP/AVP/TCP;unicast;interleaved=0-1", 200, "interleaved=0-1", "interleaved=0-1"},
    /* A client names no group. */
    {"RTP/AVP;multicast;destination=239.1.2.3", 403, "", "403"},
    {"RTP/AVP/TCP;interleaved=0-1,RTP/AVP;multicast;destination=239.1.2.3", 200, "TCP", "TCP"},
    {"RTP/AVP/TCP;multicast", 461, "", "461"},
    {"RTP/AVP;multicast;layers=2", 461, "", "461"},
    {"RTP/AVP;multicast;append", 461, "", "461"},
    {"RTP/AVP;multicast;mode=record", 461, "", "461"},
    {"x-odd/udp;multicast", 461, "", "461"},
};

/* must: T4 T5 T6 */
static void groups_are_chosen_where_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        for (int has = 0; has < 2; has++) {
            void *fresh;
            bench_set_up(&fresh);
            struct bench *b = fresh;
            b->has_groups = has;
            int status = ask_for(b, BENCH_TRACK0, groups[i].transport, "");
            assert_true(!has || status == groups[i].status);
            assert_non_null(strstr(b->sent, has ? groups[i].answer : groups[i].without));
            bench_tear_down(&fresh);
        }
}

/* must: T5 */
static void the_answer_says_what_a_receiver_needs(void **state)
{
    struct bench *b = *state;
    b->has_groups = true;
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast", ""), 200);
    assert_non_null(strstr(b->sent, "\r\nTransport: RTP/AVP;multicast;destination=239.255.0.7;"
                                    "source=192.0.2.9;port=5004-5005;ttl=3\r\n"));
}

static void a_session_is_multicast_as_a_whole(void **state)
{
    struct bench *b = *state;
    static const char any[] = "RTP/AVP;unicast;client_port=7000-7001,RTP/AVP;multicast";
    b->has_groups = true;
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast", ""), 200);
    assert_int_equal(ask_for(b, BENCH_TRACK1, "RTP/AVP;unicast;client_port=1-2", BENCH_OWN), 461);
    assert_int_equal(ask_for(b, BENCH_TRACK1, any, BENCH_OWN), 200);
    assert_non_null(strstr(b->sent, ";multicast;"));
    assert_int_equal(bench_ask(b, "TEARDOWN", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;unicast;client_port=1-2", ""), 200);
    assert_int_equal(ask_for(b, BENCH_TRACK1, "RTP/AVP;multicast", BENCH_OWN), 461);
    assert_int_equal(ask_for(b, BENCH_TRACK1, any, BENCH_OWN), 200);
    assert_non_null(strstr(b->sent, ";unicast;"));
}

static void groups_can_be_turned_off(void **state)
{
    struct bench *b = *state;
    b->has_groups = true;
    b->settings.allows_multicast = false;
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast", ""), 461);
    b->settings.allows_multicast = true;
    rtsp_server_refuse_udp(b->server);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast", ""), 461);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast,RTP/AVP/TCP", ""), 461);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast,RTP/AVP/TCP;unicast", ""), 200);
}

/* must: F3 T1 */
static void two_headers_are_no_list(void **state)
{
    struct bench *b = *state;
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP/TCP;unicast", BENCH_UDP), 400);
    assert_null(b->asked);
}

/* must: T3 */
static void a_second_track_stays_clear_of_the_first(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_TCP);
    assert_int_equal(bench_ask(b, "SETUP", BENCH_TRACK1, BENCH_TCP), 200);
    assert_non_null(strstr(b->sent, "interleaved=2-3"));
    assert_int_equal(bench_ask(b, "SETUP", "rtsp://h/cam/trackID=2", BENCH_UDP), 461);
    bench_feed(b, "$\x03\0\1a$\x09\0\1b", 10);
    assert_int_equal(b->frames, 1);
}

/* must: T3 */
static void channels_run_out(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 128; i++) {
        char url[64], pair[32];
        snprintf(url, sizeof url, "rtsp://h/cam%d/trackID=0", i);
        snprintf(pair, sizeof pair, "interleaved=%d-%d;", 2 * i, 2 * i + 1);
        assert_int_equal(ask_for(b, url, "RTP/AVP/TCP;unicast;interleaved=0-1", ""), 200);
        char *answer = strstr(b->sent, "interleaved=");
        assert_non_null(answer);
        assert_memory_equal(answer, pair, strlen(pair) - 1);
    }
    assert_int_equal(ask_for(b, "rtsp://h/more/trackID=0", "RTP/AVP/TCP;unicast", ""), 461);
    assert_int_equal(bench_ask(b, "TEARDOWN", "rtsp://h/cam127", BENCH_OWN), 200);
    assert_int_equal(ask_for(b, "rtsp://h/more/trackID=0", "RTP/AVP/TCP;unicast", ""), 200);
    assert_non_null(strstr(b->sent, "interleaved=254-255"));
}

/* must: S10 */
static void a_track_set_up_again_goes_another_way(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_UDP);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;unicast;client_port=5004-5005", BENCH_OWN),
                     200);
    assert_non_null(strstr(b->sent, "client_port=5004-5005"));
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP/TCP;unicast;interleaved=8-9", BENCH_OWN),
                     200);
    assert_non_null(strstr(b->sent, "interleaved=8-9"));
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
    assert_int_equal(b->teardowns, 0);
}

/* must: S10 S9 */
static void what_fails_leaves_what_was_set_up(void **state)
{
    struct bench *b = *state;
    bench_bring_to(b, 1, BENCH_UDP);
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP;multicast", BENCH_OWN), 461);
    assert_int_equal(ask_for(b, BENCH_TRACK1, "RTP/AVP/TCP;unicast", BENCH_OWN), 461);
    assert_int_equal(ask_for(b, "rtsp://h/other/trackID=0", "RTP/AVP/TCP;unicast", BENCH_OWN), 459);
    assert_int_equal(bench_ask(b, "PLAY", BENCH_URL, BENCH_OWN), 200);
}

/* must: F3 P4 */
static void headers_of_no_use_here_are_ignored(void **state)
{
    struct bench *b = *state;
    assert_int_equal(ask_for(b, BENCH_TRACK0, "RTP/AVP/TCP;unicast",
                             "Blocksize: 1\r\nBandwidth: 1\r\nConference: x\r\nHost: y\r\n"
                             "X-Unknown: z\r\nIf-Modified-Since: never\r\nCACHE-CONTROL: q\r\n"),
                     200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transports_are_chosen),
        TEST(groups_are_chosen_where_they_are),
        TEST(the_answer_says_what_a_receiver_needs),
        TEST(a_session_is_multicast_as_a_whole),
        TEST(groups_can_be_turned_off),
        TEST(two_headers_are_no_list),
        TEST(a_second_track_stays_clear_of_the_first),
        TEST(channels_run_out),
        TEST(a_track_set_up_again_goes_another_way),
        TEST(what_fails_leaves_what_was_set_up),
        TEST(headers_of_no_use_here_are_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
