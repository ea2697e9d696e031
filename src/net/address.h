/* Socket addresses, IPv4 and IPv6: one struct for both, text forms, comparison. Any thread. */
#ifndef WEIR_NET_ADDRESS_H
#define WEIR_NET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/span.h"

enum { ADDRESS_TEXT = 64 }; /* "[ipv6%scope]:port" and a NUL */

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } u;
    socklen_t len; /* 0: no address */
};

/* "host:port", "[ipv6]:port", ":port" (every interface, IPv6 and IPv4); hosts are numbers, not
 * names. 0 or -EINVAL. */
int address_parse(struct address *a, const char *text);
/* The host alone, with port 0: a dotted quad with four plain decimal numbers, or an IPv6 address
 * without its brackets and without a scope. 0 or -EINVAL. */
int address_parse_host(struct address *a, struct span text, bool is_ipv6);
/* Takes the kernel's form; a v4-mapped IPv6 address stays as it is. */
struct address address_of(const struct sockaddr *sockaddr, socklen_t len);
/* "host:port", v4-mapped addresses as IPv4. Returns text. */
const char *address_write(char text[ADDRESS_TEXT], const struct address *a);
/* The host alone, without brackets. Returns text. */
const char *address_write_host(char text[ADDRESS_TEXT], const struct address *a);
uint16_t address_port(const struct address *a);
void address_set_port(struct address *a, uint16_t port);
/* The 16 bytes that name the host, an IPv4 address in its mapped form. */
struct in6_addr address_host_bytes(const struct address *a);
/* Same host, whatever the port; a v4-mapped address equals its IPv4 form. */
bool address_is_same_host(const struct address *a, const struct address *b);
bool address_is_equal(const struct address *a, const struct address *b);
/* Every interface (0.0.0.0 or ::). */
bool address_is_any(const struct address *a);
bool address_is_multicast(const struct address *a);
/* Whether it is shown as IPv6: not a v4-mapped address. */
bool address_is_ipv6(const struct address *a);

#endif
