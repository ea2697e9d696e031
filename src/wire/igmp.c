#include "wire/igmp.h"

#include <errno.h>
#include <string.h>

#include "base/reader.h"

enum {
    IPV4_HEAD = 20,
    IPV6_HEAD = 40,
    PROTOCOL_IGMP = 2,
    PROTOCOL_ICMPV6 = 58,
    IGMP_QUERY = 0x11,
    IGMP_V1_REPORT = 0x12,
    IGMP_V2_REPORT = 0x16,
    IGMP_V2_LEAVE = 0x17,
    IGMP_V3_REPORT = 0x22,
    MLD_QUERY = 130,
    MLD_V1_REPORT = 131,
    MLD_V1_DONE = 132,
    MLD_V2_REPORT = 143,
};

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static void read_host(uint8_t host[IGMP_HOST], struct reader *r, bool is_ipv6)
{
    struct span s = reader_bytes(r, is_ipv6 ? 16 : 4);
    memset(host, 0, IGMP_HOST);
    if (s.len == 16) {
        memcpy(host, s.ptr, 16);
    } else if (s.len == 4 && memcmp(s.ptr, "\0\0\0\0", 4) != 0) {
        memcpy(host, mapped, sizeof mapped);
        memcpy(host + 12, s.ptr, 4);
    }
}

/* The one's complement sum of 16-bit words (RFC 1071). */
static uint32_t sum_of(struct span s, uint32_t sum)
{
    for (size_t i = 0; i < s.len; i += 2)
        sum += (uint32_t)s.ptr[i] << 8 | (i + 1 < s.len ? s.ptr[i + 1] : 0);
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Codes of time are numbers up to half their range, and above it floating point: 4 bits, or 12, of
 * mantissa and 3 of exponent (RFC 3376 4.1.1, RFC 3810 5.1.3). */
static uint32_t time_of(uint32_t code, unsigned mantissa_bits)
{
    uint32_t half = UINT32_C(1) << (mantissa_bits + 3);
    if (code < half)
        return code;
    uint32_t mantissa = code & ((UINT32_C(1) << mantissa_bits) - 1);
    return (mantissa | UINT32_C(1) << mantissa_bits) << ((code >> mantissa_bits & 7) + 3);
}

/* What a message of the old kind says, in a record of the new one. */
static void set_old(struct igmp *m, bool is_leave, struct span group)
{
    m->is_old = true;
    m->old_change = is_leave ? IGMP_TO_INCLUDE : IGMP_IS_EXCLUDE;
    m->record_count = 1;
    m->records = group;
}

static int parse_query(struct igmp *m, struct reader *r, uint32_t code, bool is_new)
{
    m->is_query = true;
    m->is_old = !is_new;
    read_host(m->group, r, m->is_ipv6);
    if (!is_new) {
        m->response_ms = m->is_ipv6 ? code : code * 100;
    } else {
        m->response_ms = m->is_ipv6 ? time_of(code, 12) : time_of(code, 4) * 100;
        m->robustness = reader_u8(r) & 7;
        m->interval_s = time_of(reader_u8(r), 4);
        uint16_t source_count = reader_u16(r);
        reader_bytes(r, source_count * (m->is_ipv6 ? 16u : 4u));
    }
    return r->is_short ? -EBADMSG : 0;
}

static int parse_igmp(struct igmp *m, struct span s)
{
    struct reader r = reader_of(s);
    uint8_t type = reader_u8(&r), code = reader_u8(&r);
    reader_u16(&r); /* the checksum */

    if (s.len < 8 || fold(sum_of(s, 0)) != 0)
        return -EBADMSG;
    switch (type) {
    case IGMP_QUERY: /* RFC 3376 7.1 */
        return s.len == 8 || s.len >= 12 ? parse_query(m, &r, code, s.len >= 12) : -EBADMSG;
    case IGMP_V1_REPORT:
    case IGMP_V2_REPORT:
    case IGMP_V2_LEAVE:
        set_old(m, type == IGMP_V2_LEAVE, reader_bytes(&r, 4));
        break;
    case IGMP_V3_REPORT:
        reader_u16(&r);
        m->record_count = reader_u16(&r);
        m->records = r.rest;
        break;
    default:
        return -ENOENT;
    }
    return r.is_short ? -EBADMSG : 0;
}

static int parse_mld(struct igmp *m, struct span s)
{
    struct reader r = reader_of(s);
    uint8_t type = reader_u8(&r);
    reader_u8(&r);
    reader_u16(&r); /* the checksum */
    uint16_t code = reader_u16(&r);

    switch (type) {
    case MLD_QUERY: /* RFC 3810 8.1 */
        reader_u16(&r);
        return s.len == 24 || s.len >= 28 ? parse_query(m, &r, code, s.len >= 28) : -EBADMSG;
    case MLD_V1_REPORT:
    case MLD_V1_DONE:
        reader_u16(&r);
        set_old(m, type == MLD_V1_DONE, reader_bytes(&r, 16));
        break;
    case MLD_V2_REPORT:
        m->record_count = reader_u16(&r);
        m->records = r.rest;
        break;
    default:
        return -ENOENT;
    }
    return r.is_short ? -EBADMSG : 0;
}

static int parse_ipv4(struct igmp *m, struct span packet)
{
    struct reader r = reader_of(packet);
    size_t head = (size_t)(reader_u8(&r) & 15) * 4;
    reader_u8(&r);
    size_t total = reader_u16(&r);
    reader_u16(&r);
    uint16_t fragment = reader_u16(&r) & 0x3fff;
    uint8_t ttl = reader_u8(&r), protocol = reader_u8(&r);
    reader_u16(&r);
    read_host(m->from, &r, false);

    if (r.is_short || head < IPV4_HEAD || total < head || total > packet.len)
        return -EBADMSG;
    if (protocol != PROTOCOL_IGMP)
        return -ENOENT;
    if (ttl != 1 || fragment != 0)
        return -EBADMSG;
    return parse_igmp(m, span_of(packet.ptr + head, total - head));
}

/* RFC 3810 5.1.14, 5.2.13 */
static bool is_of_link(const struct igmp *m)
{
    return m->from[0] == 0xfe && (m->from[1] & 0xc0) == 0x80;
}

/* Takes the options before the message off, among them the router alert (RFC 3810 5). */
static uint8_t skip_options(struct reader *r, uint8_t next)
{
    if (next != 0)
        return next;
    uint8_t behind = reader_u8(r);
    reader_bytes(r, (size_t)reader_u8(r) * 8 + 6);
    return behind;
}

static int parse_ipv6(struct igmp *m, struct span packet)
{
    struct reader r = reader_of(packet);
    reader_u32(&r);
    size_t len = reader_u16(&r);
    uint8_t next = reader_u8(&r), hops = reader_u8(&r);
    struct span hosts = span_of(r.rest.ptr, r.rest.len < 32 ? 0 : 32);
    read_host(m->from, &r, true);
    reader_bytes(&r, 16);

    m->is_ipv6 = true;
    if (r.is_short || len > r.rest.len)
        return -EBADMSG;
    r.rest.len = len;
    next = skip_options(&r, next);
    if (next != PROTOCOL_ICMPV6)
        return r.is_short ? -EBADMSG : -ENOENT;
    uint32_t sum = sum_of(hosts, (uint32_t)r.rest.len + PROTOCOL_ICMPV6);
    if (hops != 1 || fold(sum_of(r.rest, sum)) != 0)
        return -EBADMSG;
    int result = parse_mld(m, r.rest);
    return result == 0 && !is_of_link(m) ? -EBADMSG : result;
}

int igmp_parse(struct igmp *message, struct span packet)
{
    struct igmp parsed = {0};
    int result = -EBADMSG;
    if (packet.len > 0 && packet.ptr[0] >> 4 == 4)
        result = parse_ipv4(&parsed, packet);
    else if (packet.len > 0 && packet.ptr[0] >> 4 == 6)
        result = parse_ipv6(&parsed, packet);
    if (result == 0)
        *message = parsed;
    return result;
}

bool igmp_record_next(struct igmp_record *record, struct igmp *m)
{
    while (m->record_count > 0) {
        struct reader r = reader_of(m->records);
        struct igmp_record next = {.is_ipv6 = m->is_ipv6};
        uint8_t change, extra_words = 0;

        m->record_count--;
        if (m->is_old) {
            change = m->old_change;
        } else {
            change = reader_u8(&r);
            extra_words = reader_u8(&r);
            next.source_count = reader_u16(&r);
        }
        read_host(next.group, &r, m->is_ipv6);
        next.sources = reader_bytes(&r, next.source_count * (m->is_ipv6 ? 16 : 4));
        reader_bytes(&r, (size_t)extra_words * 4);
        if (r.is_short)
            break;
        m->records = r.rest;
        if (change < IGMP_IS_INCLUDE || change > IGMP_BLOCK)
            continue;
        next.change = change;
        *record = next;
        return true;
    }
    m->record_count = 0;
    return false;
}

void igmp_record_source(uint8_t source[IGMP_HOST], const struct igmp_record *record, size_t i)
{
    struct reader r = reader_of(span_skip(record->sources, i * (record->is_ipv6 ? 16 : 4)));
    read_host(source, &r, record->is_ipv6);
}
