/* A compound that was accepted can be walked to its end, and its SSRCs moved. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(const struct rtcp_report *report, struct span name)
{
    uint8_t bytes[512];
    struct rtcp packet;
    struct rtcp_report again;
    struct writer w = writer_of(bytes, sizeof bytes);
    rtcp_write_rr(&w, 1, report, name);
    struct span written = writer_written(&w);
    assert(rtcp_check(written) == 0 && rtcp_parse_next(&packet, &written) == 0);
    assert(rtcp_report_parse(&again, &packet, 0) == 0);
    assert(again.lost == report->lost && again.jitter == report->jitter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    struct rtcp packet;
    struct rtcp_report report;
    size_t walked = 0;
    int result;

    if (rtcp_check(rest) < 0)
        return 0;
    uint8_t *copy = malloc(size);
    memcpy(copy, data, size);
    while ((result = rtcp_parse_next(&packet, &rest)) == 0) {
        rtcp_set_ssrc(copy + walked, 7);
        if (packet.type == RTCP_SR)
            rtcp_set_sr_timestamp(copy + walked, 7);
        walked += packet.packet.len;
        for (unsigned i = 0; rtcp_report_parse(&report, &packet, i) == 0; i++)
            write_again(&report, span_of(data, size));
    }
    assert(result == -ENOENT && walked == size);
    assert(rtcp_check(span_of(copy, size)) == 0);
    free(copy);
    return 0;
}
