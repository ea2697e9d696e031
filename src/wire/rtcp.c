#include "wire/rtcp.h"

#include <errno.h>

#include "base/reader.h"

enum { RTCP_HEAD = 4, RTCP_BLOCK = 24, SDES_CNAME = 1 };

/* An SDES or BYE of nobody may hold a reason, but no SSRC (RFC 3550 6.5, 6.6). */
static bool has_ssrc(const struct rtcp *packet, size_t len)
{
    bool is_list = packet->type == RTCP_SDES || packet->type == RTCP_BYE;
    return len > RTCP_HEAD && (packet->count > 0 || !is_list);
}

int rtcp_parse_next(struct rtcp *packet, struct span *rest)
{
    struct reader r = reader_of(*rest);
    if (rest->len == 0)
        return -ENOENT;
    uint8_t first = reader_u8(&r);
    struct rtcp parsed = {.count = first & 0x1f, .type = reader_u8(&r)};
    size_t len = ((size_t)reader_u16(&r) + 1) * 4;

    if (r.is_short || first >> 6 != 2 || len > rest->len)
        return -EBADMSG;
    parsed.packet = span_of(rest->ptr, len);
    r.rest.len = len - RTCP_HEAD;
    if (has_ssrc(&parsed, len))
        parsed.ssrc = reader_u32(&r);
    if (parsed.type == RTCP_SR) {
        parsed.ntp = (uint64_t)reader_u32(&r) << 32;
        parsed.ntp |= reader_u32(&r);
        parsed.rtp_timestamp = reader_u32(&r);
        reader_bytes(&r, 8); /* packet and byte counts */
    }
    if (r.is_short || (parsed.type == RTCP_RR && len < 2 * RTCP_HEAD))
        return -EBADMSG;
    *packet = parsed;
    *rest = span_skip(*rest, len);
    return 0;
}

int rtcp_check(struct span compound)
{
    struct rtcp packet;
    struct span rest = compound;
    int result;

    if (!(compound.len >= 2 && compound.ptr[1] >= 192 && compound.ptr[1] <= 223))
        return -EBADMSG;
    if (compound.ptr[0] & 0x20 && (compound.ptr[1] == RTCP_SR || compound.ptr[1] == RTCP_RR))
        return -EBADMSG;
    while ((result = rtcp_parse_next(&packet, &rest)) == 0)
        ;
    return result == -ENOENT ? 0 : result;
}

static void write_u32_at(uint8_t *at, uint32_t value)
{
    struct writer w = writer_of(at, 4);
    writer_u32(&w, value);
}

void rtcp_set_ssrc(uint8_t *packet, uint32_t ssrc)
{
    size_t len = ((size_t)(packet[2] << 8 | packet[3]) + 1) * 4;
    struct rtcp head = {.count = packet[0] & 0x1f, .type = packet[1]};
    if (has_ssrc(&head, len))
        write_u32_at(packet + RTCP_HEAD, ssrc);
}

void rtcp_set_sr_timestamp(uint8_t *packet, uint32_t rtp_timestamp)
{
    write_u32_at(packet + 16, rtp_timestamp);
}

int rtcp_report_parse(struct rtcp_report *report, const struct rtcp *packet)
{
    size_t head = packet->type == RTCP_SR ? 28 : packet->type == RTCP_RR ? 8 : SIZE_MAX;
    if (packet->count == 0 || head == SIZE_MAX || packet->packet.len < head + RTCP_BLOCK)
        return -ENOENT;
    struct reader r = reader_of(span_skip(packet->packet, head));
    struct rtcp_report parsed = {.ssrc = reader_u32(&r)};
    uint32_t loss = reader_u32(&r);

    parsed.fraction_lost = (uint8_t)(loss >> 24);
    parsed.lost = (int32_t)(loss & 0xffffff);
    if (parsed.lost & 0x800000)
        parsed.lost -= 0x1000000; /* 24 bits, signed */
    parsed.highest_seq = reader_u32(&r);
    parsed.jitter = reader_u32(&r);
    parsed.last_sr = reader_u32(&r);
    parsed.delay_since_last_sr = reader_u32(&r);
    *report = parsed;
    return 0;
}

static void write_head(struct writer *w, unsigned count, uint8_t type, size_t len)
{
    writer_u8(w, (uint8_t)(0x80 | count));
    writer_u8(w, type);
    writer_u16(w, (uint16_t)(len / 4 - 1));
}

static void write_block(struct writer *w, const struct rtcp_report *report)
{
    int32_t lost = report->lost;
    lost = lost > 0x7fffff ? 0x7fffff : lost < -0x800000 ? -0x800000 : lost;
    writer_u32(w, report->ssrc);
    writer_u32(w, (uint32_t)report->fraction_lost << 24 | ((uint32_t)lost & 0xffffff));
    writer_u32(w, report->highest_seq);
    writer_u32(w, report->jitter);
    writer_u32(w, report->last_sr);
    writer_u32(w, report->delay_since_last_sr);
}

void rtcp_write_rr(struct writer *w, uint32_t own_ssrc, const struct rtcp_report *report,
                   struct span cname)
{
    if (cname.len > 255)
        cname.len = 255;
    size_t items = 4 + 2 + cname.len;    /* SSRC, item head, text */
    size_t padded = (items / 4 + 1) * 4; /* at least one zero ends the list (RFC 3550 6.5) */

    write_head(w, report ? 1 : 0, RTCP_RR, report ? 8 + RTCP_BLOCK : 8);
    writer_u32(w, own_ssrc);
    if (report)
        write_block(w, report);
    write_head(w, 1, RTCP_SDES, RTCP_HEAD + padded);
    writer_u32(w, own_ssrc);
    writer_u8(w, SDES_CNAME);
    writer_u8(w, (uint8_t)cname.len);
    writer_span(w, cname);
    for (size_t i = items; i < padded; i++)
        writer_u8(w, 0);
}

void rtcp_write_bye(struct writer *w, uint32_t ssrc)
{
    write_head(w, 0, RTCP_RR, 8);
    writer_u32(w, ssrc);
    write_head(w, 1, RTCP_BYE, 8);
    writer_u32(w, ssrc);
}
