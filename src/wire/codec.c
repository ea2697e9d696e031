#include "wire/codec.h"

#include "base/reader.h"

static const char *const names[] = {
    [CODEC_OTHER] = "other",   [CODEC_H264] = "H264", [CODEC_H265] = "H265",
    [CODEC_AV1] = "AV1",       [CODEC_VP8] = "VP8",   [CODEC_VP9] = "VP9",
    [CODEC_MPEG4] = "MP4V-ES", [CODEC_JPEG] = "JPEG", [CODEC_MP2T] = "MP2T",
};

enum codec codec_find(struct span encoding_name)
{
    for (unsigned i = CODEC_OTHER + 1; i < sizeof names / sizeof names[0]; i++)
        if (span_is_text_nocase(encoding_name, names[i]))
            return (enum codec)i;
    return CODEC_OTHER;
}

const char *codec_name(enum codec codec)
{
    return names[codec];
}

static bool is_h264_idr(uint8_t head)
{
    return (head & 0x1f) == 5;
}

/* RFC 6184 5.4 */
static bool is_h264_key(struct span payload)
{
    struct reader r = reader_of(payload);
    uint8_t head = reader_u8(&r);

    switch (head & 0x1f) {
    case 24: /* STAP-A */
        while (r.rest.len > 2) {
            struct span unit = reader_bytes(&r, reader_u16(&r));
            if (unit.len > 0 && is_h264_idr(unit.ptr[0]))
                return true;
        }
        return false;
    case 28: /* FU-A: the start bit, and the type of what is cut up */
    case 29: {
        uint8_t fu = reader_u8(&r);
        return fu & 0x80 && is_h264_idr(fu);
    }
    default:
        return is_h264_idr(head);
    }
}

static bool is_h265_irap(unsigned type)
{
    return type >= 16 && type <= 21;
}

/* RFC 7798 4.4 */
static bool is_h265_key(struct span payload)
{
    struct reader r = reader_of(payload);
    unsigned type = reader_u8(&r) >> 1 & 0x3f;
    reader_u8(&r);

    if (type == 48) { /* AP */
        while (r.rest.len > 2) {
            struct span unit = reader_bytes(&r, reader_u16(&r));
            if (unit.len > 0 && is_h265_irap(unit.ptr[0] >> 1 & 0x3f))
                return true;
        }
        return false;
    }
    if (type == 49) { /* FU */
        uint8_t fu = reader_u8(&r);
        return fu & 0x80 && is_h265_irap(fu & 0x3f);
    }
    return payload.len > 0 && is_h265_irap(type);
}

/* RFC 7741 4.2 and 4.3 */
static bool is_vp8_key(struct span payload)
{
    struct reader r = reader_of(payload);
    uint8_t head = reader_u8(&r);
    bool is_start = head & 0x10 && (head & 0x07) == 0;

    if (head & 0x80) { /* extension */
        uint8_t fields = reader_u8(&r);
        if (fields & 0x80 && reader_u8(&r) & 0x80) /* a picture id of two bytes */
            reader_u8(&r);
        if (fields & 0x40)
            reader_u8(&r);
        if (fields & 0x30)
            reader_u8(&r);
    }
    uint8_t frame = reader_u8(&r);
    return is_start && !r.is_short && !(frame & 0x01);
}

/* RFC 9628 4.2 */
static bool is_vp9_key(struct span payload)
{
    struct reader r = reader_of(payload);
    uint8_t head = reader_u8(&r);
    unsigned spatial_layer = 0;

    if (head & 0x80 && reader_u8(&r) & 0x80)
        reader_u8(&r);
    if (head & 0x20)
        spatial_layer = reader_u8(&r) >> 1 & 0x07;
    return !r.is_short && payload.len > 0 && !(head & 0x40) && head & 0x08 && spatial_layer == 0;
}

/* ISO 14496-2 6.2.5: a VOP's coding type is the two bits behind its start code; 0 is I. */
static bool is_mpeg4_key(struct span payload)
{
    for (size_t i = 0; i + 4 < payload.len; i++) {
        const uint8_t *p = payload.ptr + i;
        if (p[0] == 0 && p[1] == 0 && p[2] == 1 && p[3] == 0xb6)
            return p[4] >> 6 == 0;
    }
    return false;
}

/* RFC 2435 3.1: a type byte, then the fragment's offset in 24 bits. */
static bool is_jpeg_start(struct span payload)
{
    return payload.len >= 8 && payload.ptr[1] == 0 && payload.ptr[2] == 0 && payload.ptr[3] == 0;
}

enum { TS_PACKET = 188, TS_SYNC = 0x47 };

/* Whether such a packet is among those of a transport stream. */
static bool has_ts_packet(struct span payload, bool (*is_it)(const uint8_t *packet))
{
    for (; payload.len >= TS_PACKET; payload = span_skip(payload, TS_PACKET))
        if (payload.ptr[0] == TS_SYNC && is_it(payload.ptr))
            return true;
    return false;
}

static bool begins_unit(const uint8_t *packet)
{
    return packet[1] & 0x40;
}

/* ISO 13818-1 2.4.3.4. Sound has its indicator in nearly each packet: what begins must be a
 * picture's PES packet (stream_id 0xe0 to 0xef, 2.4.3.7). */
static bool is_ts_key(const uint8_t *packet)
{
    bool has_both = (packet[3] & 0x30) == 0x30;
    size_t at = 5u + packet[4];
    if (!begins_unit(packet) || !has_both || packet[4] == 0 || !(packet[5] & 0x40))
        return false;
    const uint8_t *pes = packet + at;
    return at + 4 <= TS_PACKET && pes[0] == 0 && pes[1] == 0 && pes[2] == 1 && pes[3] >> 4 == 0x0e;
}

static bool is_ts_pat(const uint8_t *packet)
{
    return begins_unit(packet) && (packet[1] & 0x1f) == 0 && packet[2] == 0;
}

bool codec_is_head(enum codec codec, struct span payload)
{
    return codec == CODEC_MP2T && has_ts_packet(payload, is_ts_pat);
}

bool codec_is_key(enum codec codec, struct span payload)
{
    switch (codec) {
    case CODEC_H264:
        return is_h264_key(payload);
    case CODEC_H265:
        return is_h265_key(payload);
    case CODEC_AV1:
        return payload.len > 1 && payload.ptr[0] & 0x08;
    case CODEC_VP8:
        return is_vp8_key(payload);
    case CODEC_VP9:
        return is_vp9_key(payload);
    case CODEC_MPEG4:
        return is_mpeg4_key(payload);
    case CODEC_JPEG:
        return is_jpeg_start(payload);
    case CODEC_MP2T:
        return has_ts_packet(payload, is_ts_key);
    case CODEC_OTHER:
        break;
    }
    return false;
}
