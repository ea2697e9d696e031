#include "net/address_range.h"

#include <string.h>

static const struct {
    const char *text;
    enum address_kind kind;
    bool is_nat64;
} rows[] = {
    {"0.0.0.0/0", ADDRESS_ORDINARY},
    {"0.0.0.0/8", ADDRESS_UNSPECIFIED},
    {"10.0.0.0/8", ADDRESS_PRIVATE},
    {"100.64.0.0/10", ADDRESS_PRIVATE},
    {"127.0.0.0/8", ADDRESS_LOOPBACK},
    {"169.254.0.0/16", ADDRESS_LINK_LOCAL},
    {"172.16.0.0/12", ADDRESS_PRIVATE},
    {"192.0.0.0/24", ADDRESS_RESERVED},
    {"192.0.2.0/24", ADDRESS_DOCUMENTATION},
    {"192.88.99.0/24", ADDRESS_RESERVED}, /* the relays of 6to4 */
    {"192.168.0.0/16", ADDRESS_PRIVATE},
    {"198.18.0.0/15", ADDRESS_RESERVED}, /* benchmarks */
    {"198.51.100.0/24", ADDRESS_DOCUMENTATION},
    {"203.0.113.0/24", ADDRESS_DOCUMENTATION},
    {"224.0.0.0/4", ADDRESS_MULTICAST},
    {"240.0.0.0/4", ADDRESS_RESERVED},
    {"255.255.255.255/32", ADDRESS_BROADCAST},

    {"::/0", ADDRESS_RESERVED}, /* only 2000::/3 has been given out */
    {"::/96", ADDRESS_TUNNEL},  /* IPv4-compatible, RFC 4291 2.5.5.1 */
    {"::/128", ADDRESS_UNSPECIFIED},
    {"::1/128", ADDRESS_LOOPBACK},
    {"::ffff:0:0:0/96", ADDRESS_TUNNEL},    /* IPv4-translated, RFC 2765 2.1 */
    {"64:ff9b::/96", ADDRESS_TUNNEL, true}, /* NAT64, RFC 6052 */
    {"64:ff9b:1::/48", ADDRESS_TUNNEL},     /* NAT64 of a site, RFC 8215 */
    {"100::/64", ADDRESS_RESERVED},         /* discard only, RFC 6666 */
    {"2000::/3", ADDRESS_ORDINARY},
    {"2001::/23", ADDRESS_RESERVED}, /* protocols of the IETF */
    {"2001::/32", ADDRESS_TUNNEL},   /* Teredo, RFC 4380 */
    {"2001:db8::/32", ADDRESS_DOCUMENTATION},
    {"2002::/16", ADDRESS_TUNNEL}, /* 6to4, RFC 3056 */
    {"3fff::/20", ADDRESS_DOCUMENTATION},
    {"5f00::/16", ADDRESS_RESERVED}, /* segment routing, RFC 9602 */
    {"fc00::/7", ADDRESS_PRIVATE},
    {"fe80::/10", ADDRESS_LINK_LOCAL},
    {"fec0::/10", ADDRESS_PRIVATE},
    {"ff00::/8", ADDRESS_MULTICAST},
};

static struct address_range find(const struct address *a, bool *is_nat64)
{
    struct address_range best = {.kind = ADDRESS_RESERVED};
    bool is_found = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct address_prefix prefix;
        if (address_prefix_parse(&prefix, span_text(rows[i].text)) == 0 &&
            address_in_prefix(a, &prefix) && (!is_found || prefix.bits > best.prefix.bits)) {
            best = (struct address_range){prefix, rows[i].kind};
            *is_nat64 = rows[i].is_nat64;
            is_found = true;
        }
    }
    return best;
}

/* Whether the last four bytes, read as an IPv4 address, lie in an ordinary range. */
static bool leads_to_ordinary(const struct address *a)
{
    struct address v4 = {.len = sizeof v4.u.v4};
    bool is_nat64;
    v4.u.v4.sin_family = AF_INET;
    memcpy(&v4.u.v4.sin_addr, a->u.v6.sin6_addr.s6_addr + 12, 4);
    return find(&v4, &is_nat64).kind == ADDRESS_ORDINARY;
}

/* An interface identifier that holds an IPv4 address (RFC 5214 6.1), under whichever prefix. */
static bool is_isatap(const struct address *a)
{
    const uint8_t *id = a->u.v6.sin6_addr.s6_addr + 8;
    return address_is_ipv6(a) && (id[0] & 0xfd) == 0 && id[1] == 0 && id[2] == 0x5e &&
           id[3] == 0xfe;
}

struct address_range address_range_of(const struct address *a)
{
    bool is_nat64 = false;
    struct address_range range = find(a, &is_nat64);

    if (is_nat64 && leads_to_ordinary(a))
        range.kind = ADDRESS_ORDINARY;
    if (range.kind == ADDRESS_ORDINARY && is_isatap(a) && !leads_to_ordinary(a))
        range = (struct address_range){.prefix = {.is_ipv6 = true, .bits = 129},
                                       .kind = ADDRESS_TUNNEL};
    return range;
}

const char *address_kind_name(enum address_kind kind)
{
    static const char *const names[] = {
        [ADDRESS_ORDINARY] = "ordinary",   [ADDRESS_UNSPECIFIED] = "unspecified",
        [ADDRESS_LOOPBACK] = "loopback",   [ADDRESS_LINK_LOCAL] = "link-local",
        [ADDRESS_PRIVATE] = "private",     [ADDRESS_MULTICAST] = "multicast",
        [ADDRESS_BROADCAST] = "broadcast", [ADDRESS_DOCUMENTATION] = "documentation",
        [ADDRESS_RESERVED] = "reserved",   [ADDRESS_TUNNEL] = "an IPv4 address within IPv6",
    };
    return names[kind];
}
