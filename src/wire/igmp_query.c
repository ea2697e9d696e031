#include <string.h>

#include "wire/igmp.h"

static const uint8_t none[IGMP_HOST];
static const uint8_t all_hosts[IGMP_HOST] = {[10] = 0xff, 0xff, 224, 0, 0, 1};
static const uint8_t all_nodes[IGMP_HOST] = {0xff, 0x02, [15] = 1};

void igmp_query_target(uint8_t target[IGMP_HOST], const struct igmp_query *q)
{
    bool is_general = memcmp(q->group, none, IGMP_HOST) == 0;
    const uint8_t *all = q->is_ipv6 ? all_nodes : all_hosts;
    memcpy(target, is_general ? all : q->group, IGMP_HOST);
}

/* Puts in the checksum of what begins at `begin`. Where `sum` is not 0 something else counts too.
 */
static void seal(struct writer *w, size_t begin, size_t checksum, uint32_t sum)
{
    if (w->is_full)
        return;
    for (size_t i = begin; i + 1 < w->len; i += 2)
        sum += (uint32_t)w->buf[i] << 8 | w->buf[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    sum = ~sum;
    w->buf[checksum] = (uint8_t)(sum >> 8);
    w->buf[checksum + 1] = (uint8_t)sum;
}

static uint32_t sum_of(const uint8_t host[IGMP_HOST])
{
    uint32_t sum = 0;
    for (size_t i = 0; i < IGMP_HOST; i += 2)
        sum += (uint32_t)host[i] << 8 | host[i + 1];
    return sum;
}

/* Robustness, the interval, no sources (RFC 3376 4.1, RFC 3810 5.1). */
static void write_tail(struct writer *w, const struct igmp_query *q)
{
    writer_u8(w, q->robustness);
    writer_u8(w, q->interval_s);
    writer_u16(w, 0);
}

static void write_ipv4(struct writer *w, const struct igmp_query *q, const uint8_t *target)
{
    size_t begin = w->len;
    writer_u8(w, 0x46); /* with one word of options */
    writer_u8(w, 0xc0); /* internetwork control (RFC 3376 4) */
    writer_u16(w, 24 + 12);
    writer_u16(w, 0);
    writer_u16(w, 0x4000); /* do not fragment: then the number of the packet means nothing */
    writer_u8(w, 1);
    writer_u8(w, 2); /* IGMP */
    writer_u16(w, 0);
    writer_bytes(w, q->from + 12, 4);
    writer_bytes(w, target + 12, 4);
    writer_u32(w, 0x94040000); /* router alert (RFC 2113) */
    seal(w, begin, begin + 10, 0);

    begin = w->len;
    writer_u8(w, 0x11);
    writer_u8(w, q->response_ds);
    writer_u16(w, 0);
    writer_bytes(w, q->group + 12, 4);
    write_tail(w, q);
    seal(w, begin, begin + 2, 0);
}

static void write_ipv6(struct writer *w, const struct igmp_query *q, const uint8_t *target)
{
    writer_u32(w, 0x60000000);
    writer_u16(w, 8 + 28);
    writer_u8(w, 0); /* hop-by-hop options */
    writer_u8(w, 1);
    writer_bytes(w, q->from, IGMP_HOST);
    writer_bytes(w, target, IGMP_HOST);
    writer_u8(w, 58); /* ICMPv6 */
    writer_u8(w, 0);
    writer_u32(w, 0x05020000); /* router alert (RFC 2711) */
    writer_u16(w, 0x0100);     /* padding */

    size_t begin = w->len;
    writer_u8(w, 130);
    writer_u8(w, 0);
    writer_u16(w, 0);
    writer_u16(w, (uint16_t)(q->response_ds * 100));
    writer_u16(w, 0);
    writer_bytes(w, q->group, IGMP_HOST);
    write_tail(w, q);
    seal(w, begin, begin + 2, sum_of(q->from) + sum_of(target) + 28 + 58);
}

void igmp_write_query(struct writer *w, const struct igmp_query *q)
{
    uint8_t target[IGMP_HOST];
    igmp_query_target(target, q);
    if (q->is_ipv6)
        write_ipv6(w, q, target);
    else
        write_ipv4(w, q, target);
}
