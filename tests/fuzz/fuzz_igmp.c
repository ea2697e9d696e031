/* Whatever stands on a link: the walk over its records ends, and what we ask is what is read. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/igmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Asks for a group that was reported, as a querier would. */
static void ask(const struct igmp_record *record)
{
    uint8_t bytes[128];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct igmp_query query = {
        .is_ipv6 = record->is_ipv6, .response_ds = 10, .interval_s = 125, .robustness = 2};
    struct igmp read;

    memcpy(query.group, record->group, IGMP_HOST);
    query.from[0] = 0xfe;
    query.from[1] = 0x80;
    igmp_write_query(&w, &query);
    assert(writer_result(&w) == 0 && igmp_parse(&read, writer_written(&w)) == 0);
    assert(read.is_query && !read.is_old && read.response_ms == 1000 && read.interval_s == 125);
    assert(memcmp(read.group, query.group, IGMP_HOST) == 0);
}

static void walk(struct span packet)
{
    struct igmp message;
    struct igmp_record record;
    uint8_t source[IGMP_HOST];
    size_t count = 0;

    if (igmp_parse(&message, packet) < 0 || message.is_query)
        return;
    while (igmp_record_next(&record, &message)) {
        assert(record.change >= IGMP_IS_INCLUDE && record.change <= IGMP_BLOCK);
        for (size_t i = 0; i < record.source_count; i++)
            igmp_record_source(source, &record, i);
        if (count++ == 0)
            ask(&record);
        count += record.source_count;
    }
    assert(count <= packet.len / 4 && message.record_count == 0);
}

/* A checksum is not guessed: it is put right, where the message begins as they all do. */
static void mend(uint8_t *packet, size_t len, size_t head, uint32_t sum)
{
    if (head + 4 > len)
        return;
    packet[head + 2] = packet[head + 3] = 0;
    for (size_t i = head; i < len; i++)
        sum += (uint32_t)packet[i] << ((i - head) % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    packet[head + 2] = (uint8_t)(~sum >> 8);
    packet[head + 3] = (uint8_t)~sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    uint32_t hosts = (uint32_t)size - 48 + 58;

    walk(span_of(data, size));
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    for (size_t i = 8; i < 40 && i < size; i++)
        hosts += (uint32_t)data[i] << (i % 2 ? 0 : 8);
    if (size > 0 && data[0] >> 4 == 4)
        mend(copy, size, (size_t)(data[0] & 15) * 4, 0);
    else
        mend(copy, size, 48, hosts);
    walk(span_of(copy, size));
    free(copy);
    return 0;
}
