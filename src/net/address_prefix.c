#include "net/address_prefix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

enum { MAPPED_BITS = 96 };

/* How many bytes an address of that kind has. */
static size_t host_len(bool is_ipv6)
{
    return is_ipv6 ? 16 : 4;
}

static bool is_mapped(const uint8_t host[16])
{
    static const uint8_t start[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(host, start, sizeof start) == 0;
}

/* Whether the first `bits` bits are the same. */
static bool is_same(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static void clear_rest(struct address_prefix *p)
{
    for (size_t i = 0; i < sizeof p->host; i++) {
        size_t kept = p->bits > 8 * i ? p->bits - 8 * i : 0;
        if (kept < 8)
            p->host[i] &= (uint8_t)(0xff00u >> kept);
    }
}

/* The prefix of IPv4 addresses that one of mapped addresses means. */
static void unmap(struct address_prefix *p)
{
    p->is_ipv6 = false;
    p->bits = (uint8_t)(p->bits - MAPPED_BITS);
    memmove(p->host, p->host + 12, 4);
    memset(p->host + 4, 0, 12);
}

int address_prefix_parse(struct address_prefix *prefix, struct span text)
{
    struct address_prefix parsed = {0};
    bool has_bits = span_find(text, '/') < text.len;
    struct span bits_text = text, host = span_cut(&bits_text, '/');
    char copy[INET6_ADDRSTRLEN];
    uint64_t bits;

    bool is_bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    if (is_bracketed)
        host = span_of(host.ptr + 1, host.len - 2);
    if (span_copy(copy, sizeof copy, host) < 0 || strlen(copy) != host.len)
        return -EINVAL;
    if (inet_pton(AF_INET6, copy, parsed.host) == 1)
        parsed.is_ipv6 = true;
    else if (is_bracketed || inet_pton(AF_INET, copy, parsed.host) != 1)
        return -EINVAL;
    bits = 8 * host_len(parsed.is_ipv6);
    if (has_bits && span_parse_uint(&bits, bits_text, bits) < 0)
        return -EINVAL;
    parsed.bits = (uint8_t)bits;
    if (parsed.is_ipv6 && parsed.bits >= MAPPED_BITS && is_mapped(parsed.host))
        unmap(&parsed);
    clear_rest(&parsed);
    *prefix = parsed;
    return 0;
}

bool address_in_prefix(const struct address *a, const struct address_prefix *prefix)
{
    const uint8_t *host = a->u.v6.sin6_addr.s6_addr;
    bool is_ipv6 = address_is_ipv6(a);

    if (a->len == 0 || is_ipv6 != prefix->is_ipv6)
        return false;
    if (a->u.any.sa_family == AF_INET)
        host = (const uint8_t *)&a->u.v4.sin_addr;
    else if (!is_ipv6)
        host += 12;
    return is_same(host, prefix->host, prefix->bits);
}
