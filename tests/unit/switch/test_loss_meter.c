#include "switch/loss_meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct loss_meter meter;

static int setup(void **state)
{
    (void)state;
    memset(&meter, 0, sizeof meter);
    return 0;
}

static void take_rtp(unsigned seq)
{
    uint8_t p[40] = {0x80, 33, (uint8_t)(seq >> 8), (uint8_t)seq};
    p[11] = 7; /* the SSRC */
    loss_meter_packet(&meter, span_of(p, sizeof p), 0);
}

static void take_ts(unsigned counter)
{
    uint8_t p[2 * MPEGTS_PACKET] = {0x47, 1, 0, (uint8_t)(0x10 | (counter & 15))};
    p[MPEGTS_PACKET] = 0x47;
    p[MPEGTS_PACKET + 1] = 1;
    p[MPEGTS_PACKET + 3] = (uint8_t)(0x10 | ((counter + 1) & 15));
    loss_meter_packet(&meter, span_of(p, sizeof p), 0);
}

static void rtp_is_known_by_its_sequence(void **state)
{
    (void)state;
    for (unsigned seq = 65530; seq < 65550; seq++)
        take_rtp(seq);
    assert_int_equal(meter.kind, LOSS_RTP);
    assert_int_equal(loss_meter_lost(&meter), 0);
    take_rtp(65553);
    assert_int_equal(loss_meter_lost(&meter), 3);
    take_rtp(65551); /* late is not lost */
    assert_int_equal(loss_meter_lost(&meter), 2);
}

static void a_transport_stream_is_known_at_once(void **state)
{
    (void)state;
    take_ts(14);
    assert_int_equal(meter.kind, LOSS_MPEGTS);
    take_ts(16);
    take_ts(20);
    assert_int_equal(loss_meter_lost(&meter), 2);
}

static void other_datagrams_lose_nothing(void **state)
{
    uint8_t bytes[100] = {0};
    (void)state;
    loss_meter_packet(&meter, span_of(bytes, 0), 0);
    for (unsigned i = 0; i < 1000; i++) {
        memset(bytes, (int)(i * 37), sizeof bytes);
        loss_meter_packet(&meter, span_of(bytes, sizeof bytes), 0);
        take_rtp(i * 5); /* looks like it, and never goes on */
    }
    assert_int_equal(meter.kind, LOSS_UNKNOWN);
    assert_int_equal(loss_meter_lost(&meter), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rtp_is_known_by_its_sequence, setup),
        cmocka_unit_test_setup(a_transport_stream_is_known_at_once, setup),
        cmocka_unit_test_setup(other_datagrams_lose_nothing, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
