#include "wire/rtcp_feedback.h"

#include <assert.h>
#include <errno.h>

#include "base/reader.h"

enum {
    FORMAT_NACK = 1, /* of RTPFB */
    FORMAT_PLI = 1,  /* of PSFB */
    FORMAT_FIR = 4,
    LEGACY_FIR = 192, /* RFC 2032 5.2.1: a header and the source's SSRC, no more */
    NACK_MOST = 64,
};

int rtcp_feedback_parse(struct rtcp_feedback *feedback, const struct rtcp *packet)
{
    struct reader r = reader_of(packet->body);
    struct rtcp_feedback parsed = {.kind = RTCP_FEEDBACK_OTHER};

    if (packet->type == LEGACY_FIR) {
        parsed.kind = RTCP_FEEDBACK_PLI;
        parsed.media_ssrc = reader_u32(&r);
    } else if (packet->type == RTCP_RTPFB || packet->type == RTCP_PSFB) {
        reader_u32(&r); /* who asks */
        parsed.media_ssrc = reader_u32(&r);
        parsed.items = r.rest;
        if (packet->type == RTCP_RTPFB && packet->count == FORMAT_NACK)
            parsed.kind = RTCP_FEEDBACK_NACK;
        else if (packet->type == RTCP_PSFB && packet->count == FORMAT_PLI)
            parsed.kind = RTCP_FEEDBACK_PLI;
        else if (packet->type == RTCP_PSFB && packet->count == FORMAT_FIR)
            parsed.kind = RTCP_FEEDBACK_FIR;
    } else {
        return -ENOENT;
    }
    if (r.is_short)
        return -EBADMSG;
    *feedback = parsed;
    return 0;
}

bool rtcp_fir_names(const struct rtcp_feedback *fir, uint32_t ssrc)
{
    struct reader r = reader_of(fir->items);
    while (r.rest.len >= 8) {
        if (reader_u32(&r) == ssrc)
            return true;
        reader_u32(&r); /* its number */
    }
    return false;
}

bool rtcp_nack_next(struct rtcp_nack *nack, uint16_t *seq)
{
    unsigned i = 0;
    if (nack->lost == 0 && nack->items.len < 4)
        return false;
    if (nack->lost == 0) {
        struct reader r = reader_of(nack->items);
        nack->first = reader_u16(&r);
        nack->lost = 1 | (uint32_t)reader_u16(&r) << 1;
        nack->items = r.rest;
    }
    while (!(nack->lost >> i & 1))
        i++;
    nack->lost &= nack->lost - 1;
    *seq = (uint16_t)(nack->first + i);
    return true;
}

static void write_head(struct writer *w, unsigned format, uint8_t type, size_t items_len,
                       uint32_t own_ssrc, uint32_t media_ssrc)
{
    writer_u8(w, (uint8_t)(0x80 | format));
    writer_u8(w, type);
    writer_u16(w, (uint16_t)(2 + items_len / 4));
    writer_u32(w, own_ssrc);
    writer_u32(w, media_ssrc);
}

void rtcp_write_pli(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc)
{
    write_head(w, FORMAT_PLI, RTCP_PSFB, 0, own_ssrc, media_ssrc);
}

void rtcp_write_fir(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc, uint8_t number)
{
    write_head(w, FORMAT_FIR, RTCP_PSFB, 8, own_ssrc, 0);
    writer_u32(w, media_ssrc);
    writer_u32(w, (uint32_t)number << 24);
}

void rtcp_write_nack(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc, const uint16_t *seqs,
                     size_t count)
{
    uint32_t items[NACK_MOST];
    size_t used = 0;

    assert(count > 0 && count <= NACK_MOST);
    for (size_t i = 0; i < count; i++) {
        uint16_t behind = used > 0 ? (uint16_t)(seqs[i] - (items[used - 1] >> 16)) : 0;
        if (behind > 0 && behind <= 16)
            items[used - 1] |= UINT32_C(1) << (behind - 1);
        else
            items[used++] = (uint32_t)seqs[i] << 16;
    }
    write_head(w, FORMAT_NACK, RTCP_RTPFB, used * 4, own_ssrc, media_ssrc);
    for (size_t i = 0; i < used; i++)
        writer_u32(w, items[i]);
}
