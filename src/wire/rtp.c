#include "wire/rtp.h"

#include <errno.h>

#include "base/reader.h"
#include "base/writer.h"

enum { RTP_VERSION = 2, RTP_FIXED = 12, SECOND_US = 1000 * 1000 };

/* RFC 3550 5.3.1: four bytes of head, then a length in words. */
static void skip_extension(struct reader *r)
{
    reader_u16(r);
    reader_bytes(r, (size_t)reader_u16(r) * 4);
}

int rtp_parse(struct rtp *rtp, struct span packet)
{
    struct reader r = reader_of(packet);
    uint8_t first = reader_u8(&r), second = reader_u8(&r);
    struct rtp parsed = {.is_marked = second >> 7, .payload_type = second & 0x7f};

    parsed.seq = reader_u16(&r);
    parsed.timestamp = reader_u32(&r);
    parsed.ssrc = reader_u32(&r);
    reader_bytes(&r, (size_t)(first & 0x0f) * 4);
    if (first & 0x10)
        skip_extension(&r);
    if (r.is_short || first >> 6 != RTP_VERSION)
        return -EBADMSG;
    parsed.payload = r.rest;
    if (first & 0x20) {
        uint8_t padding = r.rest.len > 0 ? r.rest.ptr[r.rest.len - 1] : 0;
        if (padding == 0 || padding > r.rest.len)
            return -EBADMSG;
        parsed.payload.len -= padding;
    }
    *rtp = parsed;
    return 0;
}

void rtp_renumber(uint8_t *packet, uint16_t seq, uint32_t timestamp, uint32_t ssrc)
{
    struct writer w = writer_of(packet + 2, RTP_FIXED - 2);
    writer_u16(&w, seq);
    writer_u32(&w, timestamp);
    writer_u32(&w, ssrc);
}

int16_t rtp_seq_distance(uint16_t a, uint16_t b)
{
    return (int16_t)(uint16_t)(a - b);
}

uint32_t rtp_ticks(int64_t us, uint32_t clock_rate)
{
    uint64_t whole = (uint64_t)us / SECOND_US, rest = (uint64_t)us % SECOND_US;
    return (uint32_t)(whole * clock_rate + rest * clock_rate / SECOND_US);
}

bool rtp_is_rtcp(struct span packet)
{
    if (packet.len < 4)
        return false;
    while (packet.len > 0) {
        struct reader r = reader_of(packet);
        uint8_t first = reader_u8(&r), type = reader_u8(&r);
        size_t len = ((size_t)reader_u16(&r) + 1) * 4;
        if (first >> 6 != RTP_VERSION || type < 192 || type > 223 || len > packet.len)
            return false;
        packet = span_skip(packet, len);
    }
    return true;
}
