#include "switch/mp2t.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/rtp.h"

enum { PACKET = 188, SEVEN = 7 * PACKET };

static uint8_t datagram[SEVEN];

static struct span stream(size_t packets)
{
    for (size_t i = 0; i < sizeof datagram; i++)
        datagram[i] = i % PACKET == 0 ? 0x47 : (uint8_t)i;
    return span_of(datagram, packets * PACKET);
}

/* RFC 2250 2: type 33, 90 kHz, whole packets; not a byte of them is another. */
static void a_datagram_becomes_a_packet(void **state)
{
    static struct mp2t m;
    struct rtp first, rtp;
    (void)state;
    mp2t_init(&m);
    assert_int_equal(rtp_parse(&first, mp2t_wrap(&m, stream(7), 5000000)), 0);
    assert_int_equal(first.payload_type, 33);
    assert_int_equal(first.payload.len, SEVEN);
    assert_memory_equal(first.payload.ptr, datagram, SEVEN);
    assert_false(first.is_marked);
    for (unsigned i = 1; i < 70000; i++) { /* the numbers wrap */
        struct span packet = mp2t_wrap(&m, stream(1), 5000000 + i * INT64_C(1000));
        assert_int_equal(rtp_parse(&rtp, packet), 0);
        assert_int_equal(rtp.seq, (uint16_t)(first.seq + i));
        assert_int_equal(rtp.timestamp, first.timestamp + i * 90);
        assert_int_equal(rtp.ssrc, first.ssrc);
        assert_int_equal(packet.len, 12 + PACKET);
    }
}

static void a_break_is_marked_once(void **state)
{
    static struct mp2t m;
    struct rtp rtp;
    (void)state;
    mp2t_init(&m);
    mp2t_break(&m); /* nothing came before */
    rtp_parse(&rtp, mp2t_wrap(&m, stream(1), 0));
    assert_false(rtp.is_marked);
    mp2t_break(&m);
    rtp_parse(&rtp, mp2t_wrap(&m, stream(1), 0));
    assert_true(rtp.is_marked && rtp.payload_type == 33);
    rtp_parse(&rtp, mp2t_wrap(&m, stream(1), 0));
    assert_false(rtp.is_marked);
}

static void what_comes_is_looked_at(void **state)
{
    static struct mp2t m;
    (void)state;
    mp2t_init(&m);
    assert_int_equal(mp2t_look(stream(7)), MP2T_PLAIN);
    assert_int_equal(mp2t_look(mp2t_wrap(&m, stream(7), 0)), MP2T_RTP);
    m.packet[1] = 96;
    assert_int_equal(mp2t_look(span_of(m.packet, 12 + SEVEN)), MP2T_FOREIGN);
    m.packet[1] = 33;
    assert_int_equal(mp2t_look(span_of(m.packet, 12 + SEVEN - 1)), MP2T_FOREIGN);
    m.packet[12 + PACKET] = 0x48;
    assert_int_equal(mp2t_look(span_of(m.packet, 12 + SEVEN)), MP2T_FOREIGN);
    assert_int_equal(mp2t_look(span_of(m.packet, 12)), MP2T_FOREIGN);
    assert_int_equal(mp2t_look(span_skip(stream(7), 1)), MP2T_FOREIGN);
    datagram[PACKET] = 0;
    assert_int_equal(mp2t_look(span_of(datagram, SEVEN)), MP2T_FOREIGN);
    assert_int_equal(mp2t_look(span_text("")), MP2T_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_becomes_a_packet),
        cmocka_unit_test(a_break_is_marked_once),
        cmocka_unit_test(what_comes_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
