/* RTSP URLs (RFC 2326 3.2, RFC 3986): parsing, writing, and resolving a=control references.
 * Spans point into the parsed text. Pure, any thread. */
#ifndef WEIR_WIRE_URL_H
#define WEIR_WIRE_URL_H

#include "base/span.h"
#include "base/writer.h"

enum { URL_PORT_RTSP = 554, URL_PORT_RTSPS = 322 };

struct url {
    bool is_tls; /* rtsps */
    bool has_user;
    struct span user;     /* percent-encoded as it stood; see url_decode */
    struct span password; /* likewise; empty when there is none */
    struct span host;     /* a name, an IPv4 address, or an IPv6 address without its brackets */
    bool is_ipv6;         /* the host stood in brackets */
    bool has_port;
    uint16_t port;     /* the scheme's default when it was not given */
    struct span path;  /* begins with '/', or empty */
    struct span query; /* without the '?' */
};

/* An absolute rtsp:// or rtsps:// URL. The userinfo ends at the last '@' before the path, so that
 * passwords with an '@' work as people type them. 0; -EINVAL: another scheme, no host, a port out
 * of 1-65535, a control character or a blank anywhere, longer than LIMIT_URL. */
int url_parse(struct url *url, struct span text);
/* scheme://host[:port]/path[?query], never with the userinfo: the form to send, log and show.
 * The port is left out when it is the scheme's default. */
void url_write(struct writer *w, const struct url *url);
/* Percent-decodes into a terminated text. 0; -EINVAL for a bad escape or a decoded NUL;
 * -ENAMETOOLONG. */
int url_decode(char *dst, size_t cap, struct span s);
/* Writes the URL that `reference` (an a=control value) means under `base` (RFC 2326 C.1.1):
 * "*" or "" is the base itself; an absolute URL stands for itself, without its userinfo; "/x"
 * replaces the path; anything else is appended to the whole base, query included, as all clients
 * of this field do it, with exactly one '/' between them. `base` is written without its
 * userinfo. 0; -EINVAL when base is no URL; -ENOSPC. */
int url_resolve(struct writer *w, struct span base, struct span reference);

#endif
