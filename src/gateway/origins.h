/* Which origins clients may name: the config's `origins`. Nothing is allowed that no rule allows;
 * special ranges (net/address_range.h) and the gateway's own addresses are refused even where a
 * name's rule matches. A `source` the config spells out is not asked about here.
 *
 * Before a look-up origins_check_url(), after it origins_keep() on what the name stands for; then
 * connect to one of those addresses without asking for the name again. Pure, any thread. */
#ifndef WEIR_GATEWAY_ORIGINS_H
#define WEIR_GATEWAY_ORIGINS_H

#include "net/address_prefix.h"
#include "wire/url.h"

enum {
    ORIGIN_PORTS = 8,  /* one rule names */
    ORIGIN_HOST = 254, /* a DNS name, RFC 1035 2.3.4, and a NUL */
};

struct origin_rule {
    char
        host[ORIGIN_HOST]; /* lower case: "live.example.com", "*.example.com", "*"; "": a network */
    struct address_prefix network;
    bool takes_any_port;
    size_t port_count; /* 0: the port of the URL's scheme */
    uint16_t ports[ORIGIN_PORTS];
};

struct origins {
    const struct origin_rule *rules; /* borrowed */
    size_t rule_count;
    struct address own[2]; /* where the gateway itself listens; len 0: nowhere */
    /* Whether the machine has this address: asked where the gateway listens on every interface. */
    bool (*is_local)(const struct address *address);
};

enum origin_verdict {
    ORIGIN_ALLOWED,
    ORIGIN_MALFORMED,  /* neither a plain address nor a DNS name: 127.1, 0x7f000001, ::1%lo */
    ORIGIN_NOT_LISTED, /* no rule allows it, or not on this port */
    ORIGIN_SPECIAL,    /* in a special range that no rule names */
    ORIGIN_OWN,        /* the gateway itself */
};

/* "live.example.com", "*.example.com", "*", "192.0.2.7", "10.0.0.0/8", "[2001:db8::]/32"; each
 * with ":8554", ":554,8554" or ":*", else it is for the port of the URL's scheme. 0; -EINVAL with
 * what is wrong. */
int origin_rule_parse(struct origin_rule *rule, struct span text, const char **reason);

/* A DNS name as it may stand in a URL: lower case, without a dot at its end. 0; -EINVAL when it is
 * none, or looks like a number and so might mean an address in a spelling of its own. */
int origin_host_parse(char host[ORIGIN_HOST], struct span text);

/* Whether a URL's host and port may be tried at all. Where the host is an address the verdict is
 * final; a name's addresses have to be checked in turn. */
enum origin_verdict origins_check_url(const struct origins *origins, const struct url *url);
/* One address (with its port) that the host of a URL which may be tried stands for. */
enum origin_verdict origins_check_address(const struct origins *origins, const struct url *url,
                                          const struct address *address);
/* Keeps those of the addresses that may be connected to, in their order. Returns how many; when
 * none, *why says what was wrong with the last. */
size_t origins_keep(const struct origins *origins, const struct url *url, struct address *addresses,
                    size_t count, enum origin_verdict *why);
/* Whether the gateway itself listens there. */
bool origins_is_own(const struct origins *origins, const struct address *address);
/* For the log. */
const char *origin_verdict_reason(enum origin_verdict verdict);

#endif
