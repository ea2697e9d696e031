#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/writer.h"

static bool is_mapped(const struct address *a)
{
    return a->u.any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a->u.v6.sin6_addr);
}

static void set_v4(struct address *a, struct in_addr host, uint16_t port)
{
    *a = (struct address){.len = sizeof a->u.v4};
    a->u.v4.sin_family = AF_INET;
    a->u.v4.sin_addr = host;
    a->u.v4.sin_port = htons(port);
}

static void set_v6(struct address *a, struct in6_addr host, uint16_t port)
{
    *a = (struct address){.len = sizeof a->u.v6};
    a->u.v6.sin6_family = AF_INET6;
    a->u.v6.sin6_addr = host;
    a->u.v6.sin6_port = htons(port);
}

int address_parse_host(struct address *a, struct span text, bool is_ipv6)
{
    char host[ADDRESS_TEXT];
    struct in_addr v4;
    struct in6_addr v6;

    if (span_copy(host, sizeof host, text) < 0 || memchr(host, '\0', text.len))
        return -EINVAL;
    if (!is_ipv6 && inet_pton(AF_INET, host, &v4) == 1)
        set_v4(a, v4, 0);
    else if (is_ipv6 && inet_pton(AF_INET6, host, &v6) == 1)
        set_v6(a, v6, 0);
    else
        return -EINVAL;
    return 0;
}

int address_parse(struct address *a, const char *text)
{
    struct span rest = span_text(text);
    uint64_t port;
    size_t colon = rest.len;

    while (colon > 0 && rest.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0 || span_parse_uint(&port, span_skip(rest, colon), 65535) < 0)
        return -EINVAL;
    rest.len = colon - 1;
    if (rest.len == 0) {
        set_v6(a, in6addr_any, (uint16_t)port);
        return 0;
    }
    bool is_bracketed = rest.ptr[0] == '[' && rest.ptr[rest.len - 1] == ']' && rest.len > 2;
    if (is_bracketed)
        rest = span_of(rest.ptr + 1, rest.len - 2);
    if (address_parse_host(a, rest, is_bracketed) < 0)
        return -EINVAL;
    address_set_port(a, (uint16_t)port);
    return 0;
}

struct address address_of(const struct sockaddr *sockaddr, socklen_t len)
{
    struct address a = {.len = len <= sizeof a.u ? len : 0};
    memcpy(&a.u, sockaddr, a.len);
    return a;
}

const char *address_write_host(char text[ADDRESS_TEXT], const struct address *a)
{
    text[0] = '\0';
    if (a->len == 0)
        return text;
    if (is_mapped(a))
        inet_ntop(AF_INET, a->u.v6.sin6_addr.s6_addr + 12, text, ADDRESS_TEXT);
    else if (a->u.any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &a->u.v6.sin6_addr, text, ADDRESS_TEXT);
    else
        inet_ntop(AF_INET, &a->u.v4.sin_addr, text, ADDRESS_TEXT);
    return text;
}

const char *address_write(char text[ADDRESS_TEXT], const struct address *a)
{
    char host[ADDRESS_TEXT];
    struct writer w = writer_of(text, ADDRESS_TEXT - 1);

    writer_format(&w, address_is_ipv6(a) ? "[%s]" : "%s", address_write_host(host, a));
    writer_format(&w, ":%u", (unsigned)address_port(a));
    text[w.len] = '\0';
    return text;
}

uint16_t address_port(const struct address *a)
{
    return ntohs(a->u.any.sa_family == AF_INET6 ? a->u.v6.sin6_port : a->u.v4.sin_port);
}

void address_set_port(struct address *a, uint16_t port)
{
    if (a->u.any.sa_family == AF_INET6)
        a->u.v6.sin6_port = htons(port);
    else
        a->u.v4.sin_port = htons(port);
}

struct in6_addr address_host_bytes(const struct address *a)
{
    struct in6_addr host = {0};
    if (a->u.any.sa_family == AF_INET6)
        return a->u.v6.sin6_addr;
    host.s6_addr[10] = host.s6_addr[11] = 0xff;
    memcpy(host.s6_addr + 12, &a->u.v4.sin_addr, 4);
    return host;
}

bool address_is_same_host(const struct address *a, const struct address *b)
{
    struct in6_addr one = address_host_bytes(a), other = address_host_bytes(b);
    return memcmp(&one, &other, sizeof one) == 0;
}

bool address_is_equal(const struct address *a, const struct address *b)
{
    return address_is_same_host(a, b) && address_port(a) == address_port(b);
}

bool address_is_any(const struct address *a)
{
    if (a->u.any.sa_family == AF_INET6)
        return IN6_IS_ADDR_UNSPECIFIED(&a->u.v6.sin6_addr);
    return a->u.v4.sin_addr.s_addr == htonl(INADDR_ANY);
}

bool address_is_multicast(const struct address *a)
{
    struct in6_addr host = address_host_bytes(a);
    if (IN6_IS_ADDR_V4MAPPED(&host))
        return (host.s6_addr[12] & 0xf0) == 0xe0;
    return IN6_IS_ADDR_MULTICAST(&host);
}

bool address_is_ipv6(const struct address *a)
{
    return a->u.any.sa_family == AF_INET6 && !is_mapped(a);
}
