#include "wire/rtcp.h"

#include <errno.h>

#include "base/reader.h"

enum {
    RTCP_HEAD = 4,
    RTCP_BLOCK = 24,
    RTCP_SENDER = 20, /* what an SR tells of its sender */
    RTCP_FEEDBACK_LEAST = 8,
    SDES_CNAME = 1,
};

/* An SDES or BYE of nobody may hold a reason, but no SSRC (RFC 3550 6.5, 6.6). */
static bool has_ssrc(const struct rtcp *packet, size_t len)
{
    bool is_list = packet->type == RTCP_SDES || packet->type == RTCP_BYE;
    return len > RTCP_HEAD && (packet->count > 0 || !is_list);
}

/* One chunk: an SSRC, then items up to a zero that fills its word. The last chunk of some senders
 * ends with the packet instead. */
static void skip_chunk(struct reader *r)
{
    size_t before = r->rest.len;
    reader_u32(r);
    while (!r->is_short && r->rest.len > 0 && reader_u8(r) != 0)
        reader_bytes(r, reader_u8(r));
    if (r->rest.len > 0)
        reader_bytes(r, (4 - (before - r->rest.len) % 4) % 4);
}

/* Whether the body holds all that the head promises (RFC 3550 6.4-6.7, RFC 4585 6.1). */
static bool is_whole(const struct rtcp *packet)
{
    struct reader r = reader_of(packet->body);
    size_t blocks = (size_t)packet->count * RTCP_BLOCK;

    if (packet->type == RTCP_SR) {
        reader_bytes(&r, 4 + RTCP_SENDER + blocks);
    } else if (packet->type == RTCP_RR) {
        reader_bytes(&r, 4 + blocks);
    } else if (packet->type == RTCP_SDES) {
        for (unsigned i = 0; i < packet->count; i++)
            skip_chunk(&r);
    } else if (packet->type == RTCP_BYE) {
        reader_bytes(&r, (size_t)packet->count * 4);
        if (r.rest.len > 0)
            reader_bytes(&r, reader_u8(&r));
    } else if (packet->type >= RTCP_APP && packet->type <= RTCP_PSFB) {
        reader_bytes(&r, RTCP_FEEDBACK_LEAST); /* an APP: SSRC and name */
    }
    return !r.is_short;
}

/* RFC 3550 6.4.1: padding says in its last byte how long it is, and ends the compound. */
static int cut_padding(struct span *body, bool is_last)
{
    uint8_t padding = body->len > 0 ? body->ptr[body->len - 1] : 0;
    if (!is_last || padding == 0 || padding % 4 != 0 || padding > body->len)
        return -EBADMSG;
    body->len -= padding;
    return 0;
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
    parsed.body = span_of(rest->ptr + RTCP_HEAD, len - RTCP_HEAD);
    if (first & 0x20 && cut_padding(&parsed.body, len == rest->len) < 0)
        return -EBADMSG;
    if (!is_whole(&parsed))
        return -EBADMSG;
    r = reader_of(parsed.body);
    if (has_ssrc(&parsed, len))
        parsed.ssrc = reader_u32(&r);
    if (parsed.type == RTCP_SR) {
        parsed.ntp = (uint64_t)reader_u32(&r) << 32;
        parsed.ntp |= reader_u32(&r);
        parsed.rtp_timestamp = reader_u32(&r);
    }
    *packet = parsed;
    *rest = span_skip(*rest, len);
    return 0;
}

bool rtcp_names(const struct rtcp *packet, uint32_t ssrc)
{
    struct reader r = reader_of(packet->body);
    if (packet->type != RTCP_BYE)
        return packet->ssrc == ssrc;
    for (unsigned i = 0; i < packet->count; i++)
        if (reader_u32(&r) == ssrc)
            return true;
    return false;
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

int rtcp_report_parse(struct rtcp_report *report, const struct rtcp *packet, unsigned index)
{
    bool is_sr = packet->type == RTCP_SR;
    if ((!is_sr && packet->type != RTCP_RR) || index >= packet->count)
        return -ENOENT;
    struct reader r = reader_of(packet->body);
    reader_bytes(&r, 4 + (is_sr ? RTCP_SENDER : 0) + (size_t)index * RTCP_BLOCK);
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

void rtcp_write_sdes(struct writer *w, uint32_t ssrc, struct span cname)
{
    if (cname.len > 255)
        cname.len = 255;
    size_t items = 4 + 2 + cname.len;    /* SSRC, item head, text */
    size_t padded = (items / 4 + 1) * 4; /* at least one zero ends the list (RFC 3550 6.5) */

    write_head(w, 1, RTCP_SDES, RTCP_HEAD + padded);
    writer_u32(w, ssrc);
    writer_u8(w, SDES_CNAME);
    writer_u8(w, (uint8_t)cname.len);
    writer_span(w, cname);
    for (size_t i = items; i < padded; i++)
        writer_u8(w, 0);
}

void rtcp_write_rr(struct writer *w, uint32_t own_ssrc, const struct rtcp_report *report,
                   struct span cname)
{
    write_head(w, report ? 1 : 0, RTCP_RR, report ? 8 + RTCP_BLOCK : 8);
    writer_u32(w, own_ssrc);
    if (report)
        write_block(w, report);
    rtcp_write_sdes(w, own_ssrc, cname);
}

void rtcp_write_bye(struct writer *w, uint32_t ssrc)
{
    write_head(w, 1, RTCP_BYE, 8);
    writer_u32(w, ssrc);
}

void rtcp_write_goodbye(struct writer *w, uint32_t ssrc)
{
    write_head(w, 0, RTCP_RR, 8);
    writer_u32(w, ssrc);
    rtcp_write_bye(w, ssrc);
}
