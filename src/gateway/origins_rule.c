/* The spelling of a rule, and of a host. */
#include <errno.h>
#include <string.h>

#include "gateway/origins.h"
#include "net/address_range.h"

static bool is_name_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_label(struct span label)
{
    for (size_t i = 0; i < label.len; i++)
        if (!is_name_byte(label.ptr[i]))
            return false;
    return label.len > 0 && label.len <= 63 && label.ptr[0] != '-' &&
           label.ptr[label.len - 1] != '-';
}

/* Whether a resolver might take a name that ends so for a number: 1, 0177, 0x7f, 0x. */
static bool is_number(struct span label)
{
    bool is_hex = span_has_prefix(label, "0x");
    for (size_t i = is_hex ? 2 : 0; i < label.len; i++) {
        uint8_t c = label.ptr[i];
        if (!(c >= '0' && c <= '9') && !(is_hex && c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

int origin_host_parse(char host[ORIGIN_HOST], struct span text)
{
    char lower[ORIGIN_HOST];
    if (text.len > 0 && text.ptr[text.len - 1] == '.')
        text.len--;
    if (text.len == 0 || span_copy(lower, sizeof lower, text) < 0)
        return -EINVAL;
    for (size_t i = 0; i < text.len; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] | 0x20);
    struct span rest = span_of(lower, text.len), label;
    if (rest.ptr[rest.len - 1] == '.')
        return -EINVAL;
    do {
        label = span_cut(&rest, '.');
        if (!is_label(label))
            return -EINVAL;
    } while (rest.len > 0);
    if (is_number(label))
        return -EINVAL;
    return span_copy(host, ORIGIN_HOST, span_of(lower, text.len));
}

static int parse_ports(struct origin_rule *rule, struct span text)
{
    uint64_t port;
    if (span_is_text(text, "*")) {
        rule->takes_any_port = true;
        return 0;
    }
    if (span_has_suffix(text, ","))
        return -EINVAL;
    do {
        struct span item = span_trim(span_cut(&text, ','));
        if (rule->port_count == ORIGIN_PORTS || span_parse_uint(&port, item, 65535) < 0 ||
            port == 0)
            return -EINVAL;
        rule->ports[rule->port_count++] = (uint16_t)port;
    } while (text.len > 0);
    return 0;
}

/* Multicast, broadcast and no address at all. */
static bool can_be_origin(const struct address *network)
{
    enum address_kind kind = address_range_of(network).kind;
    return kind != ADDRESS_MULTICAST && kind != ADDRESS_BROADCAST && kind != ADDRESS_UNSPECIFIED;
}

/* 192.0.2.7, 10.0.0.0/8, [2001:db8::]/32. `address` is what stands before the '/'. */
static const char *parse_network(struct origin_rule *rule, struct span text,
                                 const struct address *address)
{
    if (address_prefix_parse(&rule->network, text) < 0)
        return "the prefix is not a number of bits";
    return rule->network.bits > 0 && !can_be_origin(address) ? "no origin can be there" : NULL;
}

static const char *parse_name(struct origin_rule *rule, struct span text)
{
    bool is_wild = span_has_prefix(text, "*.");
    if (span_is_text(text, "*"))
        return span_copy(rule->host, sizeof rule->host, text) < 0 ? "too long" : NULL;
    if (origin_host_parse(rule->host, is_wild ? span_skip(text, 2) : text) < 0)
        return "neither a host's name (live.example.com, *.example.com, *) nor an address "
               "(192.0.2.7, 10.0.0.0/8, [2001:db8::]/32)";
    if (is_wild && strlen(rule->host) + 3 > sizeof rule->host)
        return "the name is too long";
    if (is_wild) {
        memmove(rule->host + 2, rule->host, strlen(rule->host) + 1);
        rule->host[0] = '*';
        rule->host[1] = '.';
    }
    return NULL;
}

static const char *parse_host(struct origin_rule *rule, struct span text)
{
    bool is_ipv6 = text.ptr[0] == '[';
    struct span plain = span_of(text.ptr, span_find(text, '/'));
    struct address address;

    if (is_ipv6)
        plain = span_of(plain.ptr + 1, span_find(plain, ']') - 1);
    if (address_parse_host(&address, plain, is_ipv6) == 0)
        return parse_network(rule, text, &address);
    if (is_ipv6 || span_find(text, '/') < text.len)
        return "not an address (192.0.2.7, 10.0.0.0/8, [2001:db8::]/32)";
    return parse_name(rule, text);
}

int origin_rule_parse(struct origin_rule *rule, struct span text, const char **reason)
{
    struct origin_rule parsed = {0};
    size_t bracket = text.len > 0 && text.ptr[0] == '[' ? span_find(text, ']') : 0;
    size_t colon = bracket + span_find(span_skip(text, bracket), ':');

    if (colon == 0 || bracket == text.len)
        *reason = text.len > 0 && text.ptr[0] == '[' ? "the bracket is not closed" : "no host";
    else if (colon < text.len && parse_ports(&parsed, span_skip(text, colon + 1)) < 0)
        *reason = "the ports are not numbers (:554, :554,8554, or :* for any); an IPv6 address "
                  "stands in brackets";
    else
        *reason = parse_host(&parsed, span_of(text.ptr, colon));
    if (*reason)
        return -EINVAL;
    *rule = parsed;
    return 0;
}
