#include "gateway/group_range.h"

#include <errno.h>
#include <string.h>

enum {
    TWIN_BITS_V4 = 23,
    FREE_BITS_V6 = 32, /* of which the highest is set */
    WELL_KNOWN_MOST = 0x200,
    SOLICITED_LEAST = 0xff, /* ff02::1:ff00:0/104, by the highest of its four bytes */
};

static const uint32_t class_d = 0xe0000000, link_local = 0xe0000000, iana = 0xe0000100;
static const uint32_t ssm = 0xe8000000, scoped = 0xef000000;
/* RFC 2974 3: the global scope's, and the highest of the two scopes of RFC 2365 6. */
static const uint32_t announcements[] = {0xe0027ffe, 0xefffffff, 0xefc3ffff};

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_within(uint32_t host, unsigned bits, uint32_t of, unsigned of_bits)
{
    return bits >= of_bits && (host ^ of) >> (32 - of_bits) == 0;
}

static bool overlaps(uint32_t host, unsigned bits, uint32_t of, unsigned of_bits)
{
    unsigned least = bits < of_bits ? bits : of_bits;
    return (host ^ of) >> (32 - least) == 0;
}

static const char *find_fault_v4(const struct address_prefix *p, bool allows_reserved)
{
    uint32_t host = word_at(p->host);
    if (!is_within(host, p->bits, class_d, 4))
        return "no multicast groups (those of IPv4 are in 224.0.0.0/4: 239.255.0.0/16, say)";
    if (overlaps(host, p->bits, link_local, 24))
        return "224.0.0.0/24 is for the protocols of routers, and leaves no link";
    if (overlaps(host, p->bits, iana, 24))
        return "224.0.1.0/24 is for protocols like NTP";
    if (!allows_reserved && !is_within(host, p->bits, ssm, 8) &&
        !is_within(host, p->bits, scoped, 8))
        return "reserved, or assigned to others: take 239.255.0.0/16, 239.192.0.0/14 or a part of "
               "232.0.0.0/8, or say allowReserved: yes where it is yours";
    return NULL;
}

/* RFC 4291 2.7: eight ones, four flags, four bits of scope. */
static const char *find_fault_v6(const struct address_prefix *p, bool allows_reserved)
{
    unsigned flags = p->host[1] >> 4, scope = p->host[1] & 0xf;
    if (p->host[0] != 0xff || p->bits < 8)
        return "no multicast groups (those of IPv6 are in ff00::/8: ff15::/16, say)";
    if (p->bits < 16)
        return "flags and scope are open: at least 16 bits have to be given (ff15::/16)";
    if (scope <= 1 || scope == 0xf || scope == 3)
        return "a scope that reaches no other host: take ff15::/16 (site) or ff18::/16";
    if (!(flags & 1) && (scope == 2 || !allows_reserved))
        return "for well-known groups (the flag T is not set): take ff15::/16";
    return NULL;
}

static bool has_fit(const struct group_range *range)
{
    for (uint64_t i = 0; i < group_range_count(range); i++) {
        struct address group = group_range_at(range, i);
        if (group_is_fit(&group))
            return true;
    }
    return false;
}

int group_range_init(struct group_range *range, const struct address_prefix *prefix,
                     bool allows_reserved, struct writer *complaint)
{
    unsigned rest = (prefix->is_ipv6 ? 128 : 32) - prefix->bits;
    const char *fault = prefix->is_ipv6 ? find_fault_v6(prefix, allows_reserved)
                                        : find_fault_v4(prefix, allows_reserved);
    *range = (struct group_range){.prefix = *prefix, .free_bits = (uint8_t)rest};
    if (prefix->is_ipv6 && rest >= FREE_BITS_V6)
        range->free_bits = FREE_BITS_V6 - 1;
    if (!fault && !has_fit(range))
        fault = "on the link these groups are the same as those of 224.0.0.0/24 and their like";
    if (!fault)
        return 0;
    writer_text(complaint, fault);
    return -EINVAL;
}

uint64_t group_range_count(const struct group_range *range)
{
    return UINT64_C(1) << range->free_bits;
}

struct address group_range_at(const struct group_range *range, uint64_t index)
{
    const struct address_prefix *p = &range->prefix;
    uint8_t host[16];
    size_t len = p->is_ipv6 ? 16 : 4;
    struct address group = {0};

    memcpy(host, p->host, sizeof host);
    if (p->is_ipv6 && 128 - p->bits >= FREE_BITS_V6)
        host[12] |= 0x80;
    for (size_t i = 0; i < 4; i++)
        host[len - 1 - i] |= (uint8_t)(index >> 8 * i);
    if (p->is_ipv6) {
        group.u.v6.sin6_family = AF_INET6;
        memcpy(&group.u.v6.sin6_addr, host, 16);
        group.len = sizeof group.u.v6;
    } else {
        group.u.v4.sin_family = AF_INET;
        memcpy(&group.u.v4.sin_addr, host, 4);
        group.len = sizeof group.u.v4;
    }
    return group;
}

static uint32_t low_word(const struct address *group)
{
    struct in6_addr host = address_host_bytes(group);
    return word_at(host.s6_addr + 12);
}

uint64_t group_link_key(const struct address *group)
{
    uint32_t low = low_word(group);
    if (address_is_ipv6(group))
        return UINT64_C(1) << 32 | low;
    return low & ((UINT32_C(1) << TWIN_BITS_V4) - 1);
}

bool group_is_fit(const struct address *group)
{
    uint32_t low = low_word(group);
    if (address_is_ipv6(group))
        return low >= WELL_KNOWN_MOST && low >> 24 < SOLICITED_LEAST;
    for (size_t i = 0; i < sizeof announcements / sizeof announcements[0]; i++)
        if (low == announcements[i])
            return false;
    return group_link_key(group) > 0xff;
}
