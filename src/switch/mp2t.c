#include "switch/mp2t.h"

#include "base/random.h"
#include "base/writer.h"
#include "wire/mpegts.h"
#include "wire/rtp.h"

enum mp2t_kind mp2t_look(struct span datagram)
{
    struct rtp rtp;
    if (mpegts_is(datagram))
        return MP2T_PLAIN;
    if (rtp_parse(&rtp, datagram) == 0 && rtp.payload_type == MP2T_PAYLOAD_TYPE &&
        mpegts_is(rtp.payload))
        return MP2T_RTP;
    return MP2T_FOREIGN;
}

void mp2t_init(struct mp2t *m)
{
    m->ssrc = random_u32();
    m->seq = (uint16_t)random_u32();
    m->timestamp_base = random_u32();
    m->has_begun = m->is_broken = false;
}

void mp2t_break(struct mp2t *m)
{
    m->is_broken = m->has_begun;
}

struct span mp2t_wrap(struct mp2t *m, struct span datagram, int64_t now_us)
{
    struct writer w = writer_of(m->packet, sizeof m->packet);
    if (!m->has_begun)
        m->first_us = now_us;
    m->has_begun = true;
    writer_u8(&w, 0x80);
    writer_u8(&w, (uint8_t)(MP2T_PAYLOAD_TYPE | (m->is_broken ? 0x80 : 0)));
    writer_u16(&w, m->seq++);
    writer_u32(&w, m->timestamp_base + rtp_ticks(now_us - m->first_us, MP2T_CLOCK_RATE));
    writer_u32(&w, m->ssrc);
    writer_span(&w, datagram);
    m->is_broken = false;
    return writer_written(&w);
}
