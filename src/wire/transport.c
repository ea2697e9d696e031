#include "wire/transport.h"

#include <errno.h>
#include <string.h>

enum { PORT_MOST = 65535, BYTE_MOST = 255 };

/* "a-b" or "a", which means a and a + 1. */
static int parse_pair(uint64_t pair[2], struct span value, uint64_t least, uint64_t most)
{
    struct span first = span_trim(span_cut(&value, '-'));
    value = span_trim(value);
    if (span_parse_uint(&pair[0], first, most) < 0 || pair[0] < least)
        return -EBADMSG;
    pair[1] = pair[0] + 1;
    if (value.len > 0 && span_parse_uint(&pair[1], value, most) < 0)
        return -EBADMSG;
    /* One number twice (a client without RTCP, or both muxed) is a pair too. */
    return pair[1] < pair[0] || pair[1] > pair[0] + 1 || pair[1] > most ? -EBADMSG : 0;
}

static int parse_ports(bool *has, uint16_t ports[2], struct span value)
{
    uint64_t pair[2];
    if (parse_pair(pair, value, 1, PORT_MOST) < 0)
        return -EBADMSG;
    *has = true;
    ports[0] = (uint16_t)pair[0];
    ports[1] = (uint16_t)pair[1];
    return 0;
}

static int parse_channels(struct transport *t, struct span value)
{
    uint64_t pair[2];
    if (parse_pair(pair, value, 0, BYTE_MOST) < 0)
        return -EBADMSG;
    t->has_interleaved = true;
    t->interleaved[0] = (uint8_t)pair[0];
    t->interleaved[1] = (uint8_t)pair[1];
    return 0;
}

static int parse_numbers(struct transport *t, struct span name, struct span value)
{
    uint64_t number;
    if (span_is_text_nocase(name, "layers")) {
        if (span_parse_uint(&number, value, BYTE_MOST) < 0 || number == 0)
            return -EBADMSG;
        t->is_layered = number > 1;
    } else if (span_is_text_nocase(name, "ttl")) {
        if (span_parse_uint(&number, value, BYTE_MOST) < 0)
            return -EBADMSG;
        t->has_ttl = true;
        t->ttl = (uint8_t)number;
    } else if (span_is_text_nocase(name, "ssrc") &&
               span_parse_hex(&number, value, UINT32_MAX) == 0) {
        t->has_ssrc = true; /* cameras write all kinds of things here, and nobody needs it */
        t->ssrc = (uint32_t)number;
    }
    return 0;
}

/* mode="PLAY", or a list. */
static bool is_record(struct span modes)
{
    while (modes.len > 0) {
        struct span mode = span_trim(span_cut(&modes, ','));
        if (span_is_text_nocase(mode, "RECORD") || span_is_text_nocase(mode, "RECEIVE"))
            return true;
    }
    return false;
}

static int parse_parameter(struct transport *t, struct span name, struct span value)
{
    if (span_is_text_nocase(name, "client_port"))
        return parse_ports(&t->has_client_port, t->client_port, value);
    if (span_is_text_nocase(name, "server_port"))
        return parse_ports(&t->has_server_port, t->server_port, value);
    if (span_is_text_nocase(name, "port"))
        return parse_ports(&t->has_port, t->port, value);
    if (span_is_text_nocase(name, "interleaved"))
        return parse_channels(t, value);
    if (span_is_text_nocase(name, "destination"))
        t->destination = value;
    else if (span_is_text_nocase(name, "source"))
        t->source = value;
    else if (span_is_text_nocase(name, "mode"))
        t->is_record = is_record(value);
    else if (span_is_text_nocase(name, "append"))
        t->is_append = true;
    return parse_numbers(t, name, value);
}

struct span transport_rtp(bool is_avpf, bool is_tcp)
{
    if (is_avpf)
        return span_text(is_tcp ? "RTP/AVPF/TCP" : "RTP/AVPF");
    return span_text(is_tcp ? "RTP/AVP/TCP" : "RTP/AVP");
}

static bool is_profile(struct span protocol, const char *name)
{
    size_t len = strlen(name);
    return span_has_prefix_nocase(protocol, name) &&
           (protocol.len == len || protocol.ptr[len] == '/');
}

static bool is_rtp(struct span protocol)
{
    return is_profile(protocol, "RTP/AVP") || is_profile(protocol, "RTP/AVPF");
}

static void set_protocol(struct transport *t, struct span protocol)
{
    t->protocol = protocol;
    t->is_rtp = is_rtp(protocol);
    t->is_avpf = is_profile(protocol, "RTP/AVPF");
    t->is_tcp =
        protocol.len >= 4 && span_is_text_nocase(span_skip(protocol, protocol.len - 4), "/TCP");
}

int transport_parse_next(struct transport *transport, struct span *rest)
{
    struct transport t = {0};
    struct span spec = {0};
    bool says_multicast = false, says_unicast = false;
    int result = 0;

    while (rest->len > 0 && spec.len == 0)
        spec = span_trim(span_cut_unquoted(rest, ','));
    if (spec.len == 0)
        return -ENOENT;
    set_protocol(&t, span_trim(span_cut_unquoted(&spec, ';')));
    while (spec.len > 0) {
        struct span value = span_cut_unquoted(&spec, ';');
        struct span name = span_trim(span_cut_unquoted(&value, '='));
        says_multicast |= span_is_text_nocase(name, "multicast");
        says_unicast |= span_is_text_nocase(name, "unicast");
        if (parse_parameter(&t, name, span_trim(span_unquote(span_trim(value)))) < 0)
            result = -EBADMSG;
    }
    t.is_multicast = says_multicast || (t.is_rtp && !says_unicast && !t.has_client_port &&
                                        !t.has_server_port && !t.has_interleaved);
    if (result == 0)
        *transport = t;
    return result;
}

static void write_text(struct writer *w, const char *name, struct span value)
{
    if (value.len > 0)
        writer_format(w, ";%s=%.*s", name, SPAN_ARG(value));
}

static void write_pair(struct writer *w, const char *name, bool has, unsigned first,
                       unsigned second)
{
    if (has)
        writer_format(w, ";%s=%u-%u", name, first, second);
}

void transport_write(struct writer *w, const struct transport *t)
{
    writer_span(w, t->protocol);
    if (t->is_multicast || is_rtp(t->protocol))
        writer_text(w, t->is_multicast ? ";multicast" : ";unicast");
    write_text(w, "destination", t->destination);
    write_text(w, "source", t->source);
    write_pair(w, "client_port", t->has_client_port, t->client_port[0], t->client_port[1]);
    write_pair(w, "server_port", t->has_server_port, t->server_port[0], t->server_port[1]);
    write_pair(w, "port", t->has_port, t->port[0], t->port[1]);
    if (t->has_ttl)
        writer_format(w, ";ttl=%u", (unsigned)t->ttl);
    write_pair(w, "interleaved", t->has_interleaved, t->interleaved[0], t->interleaved[1]);
    if (t->has_ssrc)
        writer_format(w, ";ssrc=%08X", t->ssrc);
    if (t->is_record)
        writer_text(w, ";mode=RECORD");
}
