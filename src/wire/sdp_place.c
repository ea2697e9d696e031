/* Where a description says that media is sent, and by whom. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "wire/sdp.h"

enum { PORT_MOST = 65535, HOST_TEXT = 64 };

struct host {
    bool is_address;
    int family;
    uint8_t bytes[16];
};

static struct host host_of(struct span text)
{
    struct host host = {.family = span_find(text, ':') < text.len ? AF_INET6 : AF_INET};
    char copy[HOST_TEXT];
    host.is_address = span_copy(copy, sizeof copy, text) == 0 && strlen(copy) == text.len &&
                      inet_pton(host.family, copy, host.bytes) == 1;
    return host;
}

/* The same address, however it is written. */
static bool is_same_host(struct span a, struct span b)
{
    struct host x = host_of(a), y = host_of(b);
    if (!x.is_address || !y.is_address)
        return span_is_equal_nocase(a, b);
    return x.family == y.family && memcmp(x.bytes, y.bytes, sizeof x.bytes) == 0;
}

static bool is_group(struct span text)
{
    struct host host = host_of(text);
    return host.is_address &&
           (host.family == AF_INET ? (host.bytes[0] & 0xf0) == 0xe0 : host.bytes[0] == 0xff);
}

static struct span cut_word(struct span *rest)
{
    *rest = span_trim(*rest);
    return span_cut(rest, ' ');
}

static int fail(const char **reason, const char *text)
{
    *reason = text;
    return -EBADMSG;
}

/* "IN IP4", "IN IP6". False: another network. */
static bool cut_network(bool *is_ipv6, struct span *rest)
{
    struct span network = cut_word(rest), type = cut_word(rest);
    *is_ipv6 = span_is_text_nocase(type, "IP6");
    return span_is_text_nocase(network, "IN") && (*is_ipv6 || span_is_text_nocase(type, "IP4"));
}

/* IPv4 says /ttl[/count] of a group, IPv6 /count; nothing may stand behind an address of one host
 * (RFC 4566 5.7). Several addresses are layers of one media, of which we would have to make one. */
static int parse_suffix(struct sdp_place *place, struct span suffix, const char **reason)
{
    uint64_t number;
    if (!place->is_group)
        return fail(reason, "its c= line has a slash behind what is no group");
    if (!place->is_ipv6) {
        if (span_parse_uint(&number, span_cut(&suffix, '/'), UINT8_MAX) < 0)
            return fail(reason, "the TTL in its c= line is no number from 0 to 255");
        place->has_ttl = true;
        place->ttl = (uint8_t)number;
        if (suffix.len == 0)
            return 0;
    }
    if (span_parse_uint(&number, suffix, UINT32_MAX) < 0 || number == 0)
        return fail(reason, "what stands behind the address in its c= line is no number of them");
    return number == 1 ? 0 : fail(reason, "its c= line names several addresses (/count)");
}

/* c=<network> <type> <address>[/<ttl>][/<count>] */
static int parse_connection(struct sdp_place *place, struct span line, const char **reason)
{
    struct span rest = span_skip(line, 2);
    if (!cut_network(&place->is_ipv6, &rest))
        return fail(reason, "its c= line is not of the internet (IN IP4, IN IP6)");
    struct span suffix = cut_word(&rest);
    bool has_suffix = span_find(suffix, '/') < suffix.len;
    place->host = span_cut(&suffix, '/');
    struct host host = host_of(place->host);
    if (place->host.len == 0 || (host.is_address && place->is_ipv6 != (host.family == AF_INET6)))
        return fail(reason, "its c= line has no address of the kind it says");
    place->is_group = is_group(place->host);
    return has_suffix ? parse_suffix(place, suffix, reason) : 0;
}

/* The media's own line, and else the session's. */
static int find_connection(struct sdp_place *place, const struct sdp *sdp, size_t track,
                           const char **reason)
{
    const struct span texts[] = {sdp->tracks[track].text, sdp->head};
    for (size_t i = 0; i < 2; i++) {
        struct span line, rest = texts[i], found = {0};
        while (sdp_next_line(&line, &rest)) {
            if (!span_has_prefix(line, "c="))
                continue;
            if (found.len > 0)
                return fail(reason, "it names several addresses (c= lines) for one media");
            found = line;
        }
        if (found.len > 0)
            return parse_connection(place, found, reason);
    }
    return fail(reason, "no c= line says where the media is sent");
}

/* m=<media> <port>[/<count>] */
static int parse_port(struct sdp_place *place, struct span text, const char **reason)
{
    struct span line;
    uint64_t number;
    sdp_next_line(&line, &text);
    struct span rest = span_skip(line, 2);
    cut_word(&rest);
    struct span count = cut_word(&rest);
    bool has_count = span_find(count, '/') < count.len;
    if (span_parse_uint(&number, span_cut(&count, '/'), PORT_MOST) < 0)
        return fail(reason, "the port in an m= line is no number up to 65535");
    place->port = (uint16_t)number;
    if (has_count && (span_parse_uint(&number, count, PORT_MOST) < 0 || number != 1))
        return fail(reason, "an m= line names several ports (/count)");
    place->rtcp_port = place->port == PORT_MOST ? PORT_MOST : (uint16_t)(place->port + 1);
    if (place->port == 0) /* the media is not sent (RFC 3264 5.1) */
        place->rtcp_port = 0;
    return 0;
}

/* rtcp:<port> [<network> <type> <address>] */
static int parse_rtcp(struct sdp_place *place, struct span value, const char **reason)
{
    uint64_t number;
    bool is_ipv6;
    if (span_parse_uint(&number, cut_word(&value), PORT_MOST) < 0 || number == 0)
        return fail(reason, "an a=rtcp line has no port from 1 to 65535");
    place->rtcp_port = (uint16_t)number;
    value = span_trim(value);
    if (value.len == 0)
        return 0;
    if (!cut_network(&is_ipv6, &value) || !host_of(place->rtcp_host = cut_word(&value)).is_address)
        return fail(reason, "an a=rtcp line has no address behind its port");
    return 0;
}

static int parse_track_attributes(struct sdp_place *place, struct span text, const char **reason)
{
    struct span line, value;
    bool is_muxed = false;
    int result = 0;
    while (result == 0 && sdp_next_line(&line, &text)) {
        if (sdp_is_attribute(line, "rtcp", &value))
            result = parse_rtcp(place, value, reason);
        else if (sdp_is_attribute(line, "rtcp-mux", &value))
            is_muxed = true;
        else if (sdp_is_attribute(line, "rtcp-unicast", &value))
            place->reports_to_one = true;
    }
    if (is_muxed)
        place->rtcp_port = place->port;
    return result;
}

/* source-filter: <incl or excl> <network> <types> <destination> <source>... (RFC 4570 3). The
 * destination may be *; another one's filter is not ours. A filter we do not understand is not
 * taken for none: it says whom not to listen to. */
static int parse_filter(struct sdp_place *place, struct span value, bool *is_ours,
                        const char **reason)
{
    bool is_ipv6;
    struct span mode = cut_word(&value), types = value;
    struct span network = cut_word(&types), type = cut_word(&types);
    bool is_any_type = span_is_text_nocase(network, "IN") && span_is_text(type, "*");
    struct sdp_sources *sources =
        span_is_text_nocase(mode, "incl") ? &place->included : &place->excluded;
    if ((!is_any_type && !cut_network(&is_ipv6, &value)) ||
        (sources == &place->excluded && !span_is_text_nocase(mode, "excl")))
        return fail(reason, "an a=source-filter line makes no sense");
    if (is_any_type)
        value = types;
    struct span to = cut_word(&value);
    value = span_trim(value);
    if (to.len == 0 || value.len == 0)
        return fail(reason, "an a=source-filter line names no source");
    if (!span_is_text(to, "*") && !is_same_host(to, place->host))
        return 0;
    *is_ours = true;
    while ((value = span_trim(value)).len > 0) {
        if (sources->count == SDP_SOURCES)
            return fail(reason, "a=source-filter lines name more than four sources");
        sources->hosts[sources->count++] = span_cut(&value, ' ');
    }
    return 0;
}

/* A media's own filters stand instead of the session's (RFC 4570 3.1). */
static int find_filters(struct sdp_place *place, const struct sdp *sdp, size_t track,
                        const char **reason)
{
    const struct span texts[] = {sdp->tracks[track].text, sdp->head};
    bool is_ours = false;
    for (size_t i = 0; i < 2 && !is_ours; i++) {
        struct span line, value, rest = texts[i];
        while (sdp_next_line(&line, &rest))
            if (sdp_is_attribute(line, "source-filter", &value) &&
                parse_filter(place, value, &is_ours, reason) < 0)
                return -EBADMSG;
    }
    return 0;
}

int sdp_track_place(struct sdp_place *out, const struct sdp *sdp, size_t track, const char **reason)
{
    struct sdp_place place = {0};
    struct span text = sdp->tracks[track].text;
    int result = find_connection(&place, sdp, track, reason);
    if (result == 0)
        result = parse_port(&place, text, reason);
    if (result == 0)
        result = parse_track_attributes(&place, text, reason);
    if (result == 0)
        result = find_filters(&place, sdp, track, reason);
    if (result == 0)
        *out = place;
    return result;
}
