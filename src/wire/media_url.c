#include "wire/media_url.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/limits.h"

static int complain(struct writer *complaint, const char *text)
{
    writer_text(complaint, text);
    return -EINVAL;
}

void media_url_quote(struct writer *w, struct span text)
{
    writer_text(w, "'");
    for (size_t i = 0; i < text.len && i < MEDIA_HOST_TEXT; i++)
        writer_u8(w, text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f ? text.ptr[i] : '?');
    writer_text(w, text.len > MEDIA_HOST_TEXT ? "...'" : "'");
}

int media_host_set(struct media_host *host, struct span text, struct writer *complaint)
{
    struct media_host taken = {.is_ipv6 = span_find(text, ':') < text.len};
    uint8_t bytes[16];
    if (text.len > 0 && span_copy(taken.text, sizeof taken.text, text) == 0 &&
        !memchr(text.ptr, '\0', text.len) &&
        inet_pton(taken.is_ipv6 ? AF_INET6 : AF_INET, taken.text, bytes) == 1) {
        *host = taken;
        return 0;
    }
    media_url_quote(complaint, text);
    return complain(complaint, " is not an address; hosts are named by their addresses: 192.0.2.1, "
                               "[2001:db8::1]");
}

/* Groups that no media may be sent to. */
static int check_group(struct media_url *url, const uint8_t a[16], struct writer *complaint)
{
    if (url->host.is_ipv6) {
        unsigned scope = a[1] & 15;
        url->is_group = a[0] == 0xff;
        url->is_source_specific = url->is_group && a[1] >> 4 == 3 && a[2] == 0 && a[3] == 0;
        if (url->is_group && (scope == 0 || scope == 15))
            return complain(complaint, "groups of this scope are reserved; ff15::/16 is free "
                                       "within a site, ff18::/16 within an organisation");
        if (url->is_group && a[1] == 2)
            return complain(complaint,
                            "ff02::/16 belongs to the network's own protocols; ff12::/16 "
                            "is free on one network, ff15::/16 within a site");
        return 0;
    }
    url->is_group = (a[0] & 0xf0) == 0xe0;
    url->is_source_specific = a[0] == 232;
    if (a[0] == 224 && a[1] == 0 && a[2] == 0)
        return complain(complaint, "224.0.0.0/24 belongs to the network's own protocols; "
                                   "239.255.0.0/16 is free within a site");
    if (a[0] >= 240)
        return complain(complaint, "neither a host nor a group: groups are 224.0.1.0 to "
                                   "239.255.255.255, and 239.255.0.0/16 is free within a site");
    return 0;
}

/* The host of a URL: nothing, an IPv4 address, or an IPv6 address, which may name its interface. */
static int set_host(struct media_url *url, struct span text, struct writer *complaint)
{
    uint8_t bytes[16];
    struct span scope = text;
    struct span host = span_cut(&scope, '%');

    if (text.len == 0)
        return 0;
    int result = media_host_set(&url->host, host, complaint);
    if (result == 0 && scope.len > 0) {
        if (span_has_prefix(scope, "25")) /* RFC 6874: the '%' itself is escaped */
            scope = span_skip(scope, 2);
        result = media_url_set(url, MEDIA_IFACE, span_text("iface"), scope, complaint);
    }
    if (result < 0)
        return result;
    inet_pton(url->host.is_ipv6 ? AF_INET6 : AF_INET, url->host.text, bytes);
    return check_group(url, bytes, complaint);
}

/* Takes "host", or "[host]", off *rest. */
static int cut_host(struct span *host, struct span *rest, struct writer *complaint)
{
    if (rest->len == 0 || rest->ptr[0] != '[') {
        *host = span_of(rest->ptr, span_find(*rest, ':'));
        *rest = span_skip(*rest, host->len);
        return 0;
    }
    size_t end = span_find(*rest, ']');
    *host = span_of(rest->ptr + 1, end - 1);
    if (end == rest->len || span_find(*host, ':') == host->len)
        return complain(complaint, "an IPv6 address stands in brackets: [ff15::1]:5000");
    *rest = span_skip(*rest, end + 1);
    return 0;
}

static int set_port(struct media_url *url, struct span text, struct writer *complaint)
{
    uint64_t port;
    if (text.len == 0)
        return complain(complaint, "there is no port: put it behind the host, as in "
                                   "239.255.1.1:5000");
    if (text.ptr[0] != ':')
        return complain(complaint, "behind the host comes a colon and the port");
    if (span_parse_uint(&port, span_skip(text, 1), 65535) < 0 || port == 0) {
        media_url_quote(complaint, span_skip(text, 1));
        return complain(complaint, " is no port: 1 to 65535; an IPv6 address stands in brackets");
    }
    if (url->is_rtp && port == 65535)
        return complain(complaint, "RTP on port 65535 leaves no port for RTCP, the next one");
    url->port = (uint16_t)port;
    return 0;
}

/* HOST:PORT, @HOST:PORT (an input, for VLC), SOURCE@GROUP:PORT (VLC) */
static int set_authority(struct media_url *url, struct span text, struct writer *complaint)
{
    struct span rest = text, source = {0}, host;
    if (span_find(text, '@') < text.len)
        source = span_cut(&rest, '@');
    int result = cut_host(&host, &rest, complaint);
    if (result == 0)
        result = set_host(url, host, complaint);
    if (result == 0)
        result = set_port(url, rest, complaint);
    if (result == 0 && source.len > 0)
        result = media_url_set(url, MEDIA_SOURCE, span_text("source"), source, complaint);
    return result;
}

static bool is_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7f)
            return false;
    return s.len <= LIMIT_URL;
}

int media_url_parse(struct media_url *url, struct span text, struct writer *complaint)
{
    struct media_url parsed = {.ttl = 1, .loops = true};
    parsed.is_rtp = span_has_prefix_nocase(text, "rtp://");
    if (!is_clean(text))
        return complain(complaint, "a URL has no blanks and no special characters");
    if (!parsed.is_rtp && !span_has_prefix_nocase(text, "udp://"))
        return complain(complaint, "it begins with udp:// or rtp://, as udp://239.255.1.1:5000");

    struct span query = span_skip(text, 6), path;
    path = span_cut(&query, '?');
    struct span authority = span_cut(&path, '/');
    if (path.len > 0)
        return complain(complaint, "behind the port only options may stand: ?name=value");
    int result = set_authority(&parsed, authority, complaint);
    if (result == 0)
        result = media_url_set_all(&parsed, query, complaint);
    if (result < 0)
        return -EINVAL;
    *url = parsed;
    return 0;
}

void media_url_write(struct writer *w, const struct media_url *url)
{
    writer_text(w, url->is_rtp ? "rtp://" : "udp://");
    if (!url->host.text[0])
        writer_text(w, "@");
    writer_format(w, url->host.is_ipv6 ? "[%s]:%u" : "%s:%u", url->host.text, (unsigned)url->port);
    media_url_write_options(w, url);
}
