#include "gateway/origins.h"

#include <string.h>

#include "net/address_range.h"

static bool takes_port(const struct origin_rule *rule, const struct url *url)
{
    if (rule->takes_any_port)
        return true;
    if (rule->port_count == 0)
        return url->port == (url->is_tls ? URL_PORT_RTSPS : URL_PORT_RTSP);
    for (size_t i = 0; i < rule->port_count; i++)
        if (rule->ports[i] == url->port)
            return true;
    return false;
}

static bool takes_host(const struct origin_rule *rule, const char *host)
{
    if (rule->host[0] != '*')
        return strcmp(rule->host, host) == 0;
    /* "*" ends every name; "*.example.com" those with something before it. */
    return rule->host[1] == '\0' || span_has_suffix(span_text(host), rule->host + 1);
}

static bool is_host_listed(const struct origins *o, const struct url *url, const char *host)
{
    for (size_t i = 0; i < o->rule_count; i++)
        if (o->rules[i].host[0] && takes_port(&o->rules[i], url) && takes_host(&o->rules[i], host))
            return true;
    return false;
}

static bool is_in_network(const struct origin_rule *rule, const struct url *url,
                          const struct address *address)
{
    return !rule->host[0] && takes_port(rule, url) && address_in_prefix(address, &rule->network);
}

static bool is_address_listed(const struct origins *o, const struct url *url,
                              const struct address *address)
{
    for (size_t i = 0; i < o->rule_count; i++)
        if (is_in_network(&o->rules[i], url, address))
            return true;
    return false;
}

/* A rule names a range when it is as narrow: 0.0.0.0/0 is not a word for 127.0.0.0/8. */
static bool is_range_named(const struct origins *o, const struct url *url,
                           const struct address *address, unsigned bits)
{
    for (size_t i = 0; i < o->rule_count; i++)
        if (is_in_network(&o->rules[i], url, address) && o->rules[i].network.bits >= bits)
            return true;
    return false;
}

bool origins_is_own(const struct origins *o, const struct address *address)
{
    for (size_t i = 0; i < sizeof o->own / sizeof o->own[0]; i++) {
        const struct address *own = &o->own[i];
        if (own->len == 0 || address_port(own) != address_port(address))
            continue;
        if (address_is_any(own) ? o->is_local(address) : address_is_same_host(own, address))
            return true;
    }
    return false;
}

static enum origin_verdict check(const struct origins *o, const struct url *url,
                                 const struct address *address)
{
    struct address_range range = address_range_of(address);
    if (range.kind != ADDRESS_ORDINARY && !is_range_named(o, url, address, range.prefix.bits))
        return ORIGIN_SPECIAL;
    return origins_is_own(o, address) ? ORIGIN_OWN : ORIGIN_ALLOWED;
}

enum origin_verdict origins_check_url(const struct origins *o, const struct url *url)
{
    char host[ORIGIN_HOST];
    struct address address;

    if (address_parse_host(&address, url->host, url->is_ipv6) == 0) {
        address_set_port(&address, url->port);
        return is_address_listed(o, url, &address) ? check(o, url, &address) : ORIGIN_NOT_LISTED;
    }
    if (url->is_ipv6 || origin_host_parse(host, url->host) < 0)
        return ORIGIN_MALFORMED;
    return is_host_listed(o, url, host) ? ORIGIN_ALLOWED : ORIGIN_NOT_LISTED;
}

enum origin_verdict origins_check_address(const struct origins *o, const struct url *url,
                                          const struct address *address)
{
    enum origin_verdict verdict = origins_check_url(o, url);
    return verdict == ORIGIN_ALLOWED ? check(o, url, address) : verdict;
}

size_t origins_keep(const struct origins *o, const struct url *url, struct address *addresses,
                    size_t count, enum origin_verdict *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        enum origin_verdict verdict = origins_check_address(o, url, &addresses[i]);
        if (verdict == ORIGIN_ALLOWED)
            addresses[kept++] = addresses[i];
        else
            *why = verdict;
    }
    return kept;
}

const char *origin_verdict_reason(enum origin_verdict verdict)
{
    static const char *const reasons[] = {
        [ORIGIN_ALLOWED] = "allowed",
        [ORIGIN_MALFORMED] = "neither a plain address nor a host's name",
        [ORIGIN_NOT_LISTED] = "not among the origins",
        [ORIGIN_SPECIAL] = "an address of a special range",
        [ORIGIN_OWN] = "this gateway itself",
    };
    return reasons[verdict];
}
