#include "wire/transport.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* must: T1 T2 */
/* A list in order of preference, blanks, quotes, unknown parameters. */
static void a_list_is_read_in_order(void **state)
{
    struct span rest =
        span_text("RTP/AVP ; unicast; client_port = 5000-5001 ;foo=bar, "
                  "RTP/AVP/TCP;interleaved=4-5;mode=\"PLAY\",RTP/AVP;multicast;ttl=16;port=6000");
    struct transport t;
    (void)state;
    assert_int_equal(transport_parse_next(&t, &rest), 0);
    assert_true(t.is_rtp && !t.is_tcp && !t.is_multicast && t.has_client_port);
    assert_int_equal(t.client_port[1], 5001);
    assert_int_equal(transport_parse_next(&t, &rest), 0);
    assert_true(t.is_tcp && t.has_interleaved && !t.is_multicast && !t.is_record);
    assert_int_equal(t.interleaved[1], 5);
    assert_int_equal(transport_parse_next(&t, &rest), 0);
    assert_true(t.is_multicast && t.has_ttl);
    assert_int_equal(t.port[1], 6001);
    assert_int_equal(transport_parse_next(&t, &rest), -ENOENT);
}

/* RFC 2326 12.39 says multicast where nothing is said; who names ports means unicast. */
static void unicast_is_what_clients_mean(void **state)
{
    struct span bare = span_text("RTP/AVP"), ports = span_text("RTP/AVP;client_port=1-2");
    struct transport t;
    (void)state;
    assert_int_equal(transport_parse_next(&t, &bare), 0);
    assert_true(t.is_multicast);
    assert_int_equal(transport_parse_next(&t, &ports), 0);
    assert_false(t.is_multicast);
}

/* must: T2 T3 T6 */
static void wrong_numbers_are_refused_and_the_list_goes_on(void **state)
{
    static const char *const rows[] = {
        "RTP/AVP;client_port=0-1",   "RTP/AVP;client_port=2-1",
        "RTP/AVP;client_port=1-3",   "RTP/AVP;client_port=65536",
        "RTP/AVP;client_port=65535", "RTP/AVP;client_port=x",
        "RTP/AVP;interleaved=256",   "RTP/AVP;interleaved=255-256",
        "RTP/AVP;ttl=256",           "RTP/AVP;layers=0",
        "RTP/AVP;layers=x",
    };
    struct transport t;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span rest = span_text(rows[i]);
        assert_int_equal(transport_parse_next(&t, &rest), -EBADMSG);
        assert_int_equal(transport_parse_next(&t, &rest), -ENOENT);
    }
}

static void what_cameras_write_is_read(void **state)
{
    struct span rest = span_text("RTP/AVP/UDP;unicast;destination=192.0.2.5;source=192.0.2.9;"
                                 "client_port=5000-5001;server_port=8216-8217;ssrc=4f5d3c2b");
    struct span odd = span_text("RTP/AVP;unicast;client_port=5000-5001;ssrc=not hexadecimal");
    struct transport t;
    (void)state;
    assert_int_equal(transport_parse_next(&t, &rest), 0);
    assert_true(t.is_rtp && span_is_text(t.source, "192.0.2.9") && t.server_port[0] == 8216);
    assert_int_equal(t.ssrc, 0x4f5d3c2b);
    assert_int_equal(transport_parse_next(&t, &odd), 0);
    assert_false(t.has_ssrc);
}

static void an_answer_is_written(void **state)
{
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct transport t = {.protocol = span_text("RTP/AVP"),
                          .has_client_port = true,
                          .client_port = {5000, 5001},
                          .has_server_port = true,
                          .server_port = {6000, 6001},
                          .has_ssrc = true,
                          .ssrc = 0xabc};
    (void)state;
    transport_write(&w, &t);
    assert_true(span_is_text(writer_written(&w), "RTP/AVP;unicast;client_port=5000-5001;"
                                                 "server_port=6000-6001;ssrc=00000ABC"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_in_order),
        cmocka_unit_test(unicast_is_what_clients_mean),
        cmocka_unit_test(wrong_numbers_are_refused_and_the_list_goes_on),
        cmocka_unit_test(what_cameras_write_is_read),
        cmocka_unit_test(an_answer_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
