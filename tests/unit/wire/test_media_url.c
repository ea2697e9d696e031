#include "wire/media_url.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text, *host;
    unsigned port;
    const char *iface, *source, *written;
} urls[] = {
    {"udp://@:5000", "", 5000, "", "", "udp://@:5000"},
    {"udp://:5000", "", 5000, "", "", "udp://@:5000"},
    {"UDP://0.0.0.0:5000", "0.0.0.0", 5000, "", "", "udp://0.0.0.0:5000"},
    {"udp://[::]:5000/", "::", 5000, "", "", "udp://[::]:5000"},
    {"udp://@239.255.1.1:1", "239.255.1.1", 1, "", "", "udp://239.255.1.1:1"},
    {"udp://239.255.1.1:65535?iface=eth1&ttl=0", "239.255.1.1", 65535, "eth1", "",
     "udp://239.255.1.1:65535?iface=eth1&ttl=0"},
    {"udp://239.1.1.1:9?localaddr=192.0.2.7", "239.1.1.1", 9, "192.0.2.7", "",
     "udp://239.1.1.1:9?iface=192.0.2.7"},
    {"rtp://232.1.1.1:5004?source=192.0.2.7", "232.1.1.1", 5004, "", "192.0.2.7",
     "rtp://232.1.1.1:5004?source=192.0.2.7"},
    {"rtp://232.1.1.1:5004?sources=192.0.2.7,192.0.2.8", "232.1.1.1", 5004, "", "192.0.2.7",
     "rtp://232.1.1.1:5004?source=192.0.2.7,192.0.2.8"},
    {"udp://192.0.2.7@232.1.1.1:5000?source=192.0.2.8", "232.1.1.1", 5000, "", "192.0.2.7",
     "udp://232.1.1.1:5000?source=192.0.2.7,192.0.2.8"},
    {"udp://[2001:db8::7]@[ff35::1]:5000", "ff35::1", 5000, "", "2001:db8::7",
     "udp://[ff35::1]:5000?source=2001:db8::7"},
    {"udp://[ff15::1%eth1]:5000", "ff15::1", 5000, "eth1", "", "udp://[ff15::1]:5000?iface=eth1"},
    {"udp://[ff15::1%25eth1]:5000", "ff15::1", 5000, "eth1", "", "udp://[ff15::1]:5000?iface=eth1"},
    {"udp://[ff15::1]:5000?iface=[fe80::1]", "ff15::1", 5000, "fe80::1", "",
     "udp://[ff15::1]:5000?iface=fe80::1"},
    {"udp://239.1.1.1:9?iface=a%26b", "239.1.1.1", 9, "a&b", "", "udp://239.1.1.1:9?iface=a%26b"},
    {"udp://239.1.1.1:9?loop=no&dscp=34&ttl=255", "239.1.1.1", 9, "", "",
     "udp://239.1.1.1:9?ttl=255&loop=no&dscp=34"},
};

static void urls_are_read_as_ffmpeg_and_vlc_write_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        uint8_t bytes[256], words[MEDIA_COMPLAINT];
        struct writer w = writer_of(bytes, sizeof bytes), c = writer_of(words, sizeof words);
        struct media_url url;
        if (media_url_parse(&url, span_text(urls[i].text), &c) < 0)
            fail_msg("%s: %.*s", urls[i].text, SPAN_ARG(writer_written(&c)));
        assert_string_equal(url.host.text, urls[i].host);
        assert_int_equal(url.port, urls[i].port);
        assert_string_equal(url.iface, urls[i].iface);
        assert_string_equal(url.source_count > 0 ? url.sources[0].text : "", urls[i].source);
        media_url_write(&w, &url);
        assert_int_equal(w.len, strlen(urls[i].written));
        assert_memory_equal(bytes, urls[i].written, w.len);
    }
}

static const struct {
    const char *text, *thing, *way_out;
} refused[] = {
    {"", "udp://", "rtp://"},
    {"239.1.1.1:5000", "udp://", "rtp://"},
    {"http://239.1.1.1:5000", "udp://", "rtp://"},
    {"udp://239.1.1.1", "port", "239.255.1.1:5000"},
    {"udp://", "port", ":5000"},
    {"udp://239.1.1.1:", "port", "65535"},
    {"udp://239.1.1.1:0", "'0'", "65535"},
    {"udp://239.1.1.1:65536", "'65536'", "65535"},
    {"udp://ff15::1:5000", "'ff15'", "[2001:db8::1]"},
    {"udp://[ff15::1:5000", "brackets", "[ff15::1]:5000"},
    {"udp://[]:5000", "brackets", "[ff15::1]:5000"},
    {"udp://[239.1.1.1]:5000", "brackets", "[ff15::1]:5000"},
    {"udp://[ff15::1]5000", "colon", "port"},
    {"rtp://239.1.1.1:65535", "RTCP", "next"},
    {"udp://camera.example.net:5000", "'camera.example.net'", "192.0.2.1"},
    {"udp://127.1:5000", "'127.1'", "192.0.2.1"},
    {"udp://camera@239.1.1.1:5000", "'camera'", "192.0.2.1"},
    {"udp://192.0.2.1@[ff15::1]:5000", "same kind", "both IPv6"},
    {"udp://[ff15::1]:5000?source=192.0.2.1", "same kind", "both IPv6"},
    {"udp://239.1.1.1:5000/live", "behind the port", "?name=value"},
    {"udp://239.1.1.1:5000?pkt_size=1316", "'pkt_size'", "iface, source, ttl, loop, dscp"},
    {"udp://239.1.1.1:5000?ttl=256", "ttl", "255"},
    {"udp://239.1.1.1:5000?ttl=", "ttl", "255"},
    {"udp://239.1.1.1:5000?loop=maybe", "loop", "yes or no"},
    {"udp://239.1.1.1:5000?dscp=64", "dscp", "63"},
    {"udp://239.1.1.1:5000?iface=", "iface", "address"},
    {"udp://239.1.1.1:5000?iface=%1b[31m", "iface", "address"},
    {"udp://239.1.1.1:5000?source=%1b", "'?'", "192.0.2.1"},
    {"udp://239.1.1.1:5000?iface=%zz", "'iface'", "%-escape"},
    {"udp://239.1.1.1:5000?source=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5", "sources",
     "4"},
    {"udp://239.1.1.1:5000?a b", "blanks", "characters"},
    {"udp://224.0.0.251:5353", "224.0.0.0/24", "239.255.0.0/16"},
    {"udp://240.0.0.1:5000", "neither", "239.255.0.0/16"},
    {"udp://255.255.255.255:5000", "neither", "239.255.0.0/16"},
    {"udp://[ff02::fb]:5353", "ff02::/16", "ff15::/16"},
    {"udp://[ff10::1]:5000", "reserved", "ff15::/16"},
    {"udp://[ff0f::1]:5000", "reserved", "ff15::/16"},
};

static void complaints_name_the_thing_and_the_way_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char words[MEDIA_COMPLAINT + 1] = "";
        struct writer c = writer_of(words, sizeof words - 1);
        struct media_url url = {.port = 7};
        assert_int_equal(media_url_parse(&url, span_text(refused[i].text), &c), -EINVAL);
        if (!strstr(words, refused[i].thing) || !strstr(words, refused[i].way_out))
            fail_msg("%s: %s", refused[i].text, words);
        assert_int_equal(url.port, 7);
    }
}

static void groups_are_told_from_hosts(void **state)
{
    static const struct {
        const char *text;
        bool is_group, is_source_specific;
    } rows[] = {
        {"udp://223.255.255.255:1", false, false}, {"udp://224.0.1.0:1", true, false},
        {"udp://225.3.2.1:1", true, false},        {"udp://232.0.0.1:1", true, true},
        {"udp://239.255.255.255:1", true, false},  {"udp://@:1", false, false},
        {"udp://[2001:db8::1]:1", false, false},   {"udp://[ff15::1]:1", true, false},
        {"udp://[ff35::8000:1]:1", true, true},    {"udp://[ff35:40:2001:db8::1]:1", true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t words[MEDIA_COMPLAINT];
        struct writer c = writer_of(words, sizeof words);
        struct media_url url;
        assert_int_equal(media_url_parse(&url, span_text(rows[i].text), &c), 0);
        assert_int_equal(url.is_group, rows[i].is_group);
        assert_int_equal(url.is_source_specific, rows[i].is_source_specific);
    }
}

static void options_are_set_and_read_by_name(void **state)
{
    char words[MEDIA_COMPLAINT + 1] = "";
    uint8_t bytes[256];
    struct writer c = writer_of(words, sizeof words - 1), w = writer_of(bytes, sizeof bytes);
    struct media_url url;
    (void)state;
    assert_int_equal(media_url_parse(&url, span_text("udp://239.1.1.1:5000"), &c), 0);
    assert_int_equal(media_url_check(&url, 0, &c), 0);
    assert_int_equal(media_url_set(&url, MEDIA_OF_OUTPUT, span_text("ttl"), span_text("16"), &c),
                     0);
    assert_int_equal(url.ttl, 16);
    assert_int_equal(media_url_get(&w, &url, MEDIA_OF_OUTPUT, span_text("ttl")), 0);
    assert_true(span_is_text(writer_written(&w), "16"));
    assert_int_equal(media_url_get(&w, &url, MEDIA_OF_INPUT, span_text("ttl")), -ENOENT);
    assert_int_equal(media_url_set(&url, MEDIA_OF_INPUT, span_text("ttl"), span_text("1"), &c),
                     -ENOENT);
    assert_non_null(strstr(words, "'ttl'"));
    assert_non_null(strstr(words, "iface, source"));
    assert_int_equal(url.ttl, 16);
    assert_int_equal(media_url_check(&url, MEDIA_OF_OUTPUT, &c), 0);
    assert_int_equal(media_url_check(&url, MEDIA_OF_INPUT, &c), -EINVAL);
    assert_non_null(strstr(words, "ttl is an option of outputs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_read_as_ffmpeg_and_vlc_write_them),
        cmocka_unit_test(complaints_name_the_thing_and_the_way_out),
        cmocka_unit_test(groups_are_told_from_hosts),
        cmocka_unit_test(options_are_set_and_read_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
