#include "wire/sap.h"

#include <errno.h>
#include <string.h>

enum {
    VERSION = 1 << 5,
    VERSION_MASK = 7 << 5,
    IS_IPV6 = 1 << 4,
    IS_DELETION = 1 << 2,
    IS_ENCRYPTED = 1 << 1,
    IS_COMPRESSED = 1,
};

static const char sdp_type[] = "application/sdp";

static size_t source_len(bool is_ipv6)
{
    return is_ipv6 ? 16 : 4;
}

int sap_parse(struct sap *sap, struct span datagram)
{
    struct sap parsed = {0};
    if (datagram.len < 4 || (datagram.ptr[0] & VERSION_MASK) != VERSION)
        return -EBADMSG;
    uint8_t flags = datagram.ptr[0];
    parsed.is_ipv6 = flags & IS_IPV6;
    parsed.is_deletion = flags & IS_DELETION;
    parsed.hash = (uint16_t)(datagram.ptr[2] << 8 | datagram.ptr[3]);
    size_t source = source_len(parsed.is_ipv6), head = 4 + source + 4u * datagram.ptr[1];
    if (datagram.len < head)
        return -EBADMSG;
    memcpy(parsed.source, datagram.ptr + 4, source);
    if (flags & (IS_ENCRYPTED | IS_COMPRESSED))
        return -ENOTSUP;
    parsed.payload = span_skip(datagram, head);
    /* RFC 2974 6: without a type it begins with that of SDP's first line; a deletion's with o=. */
    if (!span_has_prefix(parsed.payload, "v=0") && !span_has_prefix(parsed.payload, "o=")) {
        size_t end = span_find(parsed.payload, '\0');
        if (end == parsed.payload.len)
            return -EBADMSG;
        parsed.type = span_of(parsed.payload.ptr, end);
        parsed.payload = span_skip(parsed.payload, end + 1);
    }
    *sap = parsed;
    return 0;
}

void sap_write(struct writer *w, const struct sap *sap)
{
    writer_u8(w, (uint8_t)(VERSION | (sap->is_ipv6 ? IS_IPV6 : 0) |
                           (sap->is_deletion ? IS_DELETION : 0)));
    writer_u8(w, 0);
    writer_u16(w, sap->hash);
    writer_bytes(w, sap->source, source_len(sap->is_ipv6));
    writer_bytes(w, sdp_type, sizeof sdp_type);
    writer_span(w, sap->payload);
}

uint16_t sap_hash(struct span payload)
{
    uint32_t sum = UINT32_C(2166136261); /* FNV-1a */
    for (size_t i = 0; i < payload.len; i++)
        sum = (sum ^ payload.ptr[i]) * UINT32_C(16777619);
    uint16_t hash = (uint16_t)(sum >> 16 ^ sum);
    return hash > 0 ? hash : 1;
}
