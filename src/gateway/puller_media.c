/* The puller's media: ports and channels, who may send, and what we send back. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/puller_internal.h"

/* RFC 8085 5: anyone can send to a UDP port. Only the origin is heard, or the `source` it named;
 * the port it sends from need not be the announced one, but the first stays the only one. */
static bool is_welcome(struct puller_track *t, bool is_rtcp, const struct address *from)
{
    struct address *known = &t->from[is_rtcp];
    if (known->len > 0)
        return address_is_equal(known, from);
    if (!address_is_same_host(connection_peer(t->puller->connection), from) &&
        (t->source.len == 0 || !address_is_same_host(&t->source, from)))
        return false;
    *known = *from;
    return true;
}

static void on_datagram(void *owner, bool is_rtcp, struct span data, const struct address *from)
{
    struct puller_track *t = owner;
    struct puller *p = t->puller;
    if (!p->stream || data.len == 0)
        return;
    if (!is_welcome(t, is_rtcp, from)) {
        stream_count_stray(p->stream);
        return;
    }
    if (!is_rtcp) {
        p->has_media = true;
        p->silence_us = INT64_MAX;
    }
    stream_receive(p->stream, (unsigned)(t - p->tracks), is_rtcp, data, true, clock_now_us());
}

static void on_drained(void *owner)
{
    struct puller_track *t = owner;
    if (t->puller->stream)
        stream_send(t->puller->stream, clock_now_us());
}

static const struct udp_pair_ops pair_ops = {.datagram = on_datagram, .drained = on_drained};

int puller_offer(struct puller *p, unsigned track, struct transport *transport)
{
    struct puller_track *t = &p->tracks[track];
    struct address local = *connection_local(p->connection);

    transport->is_tcp = p->uses_tcp;
    if (p->uses_tcp) {
        transport->has_interleaved = true;
        transport->interleaved[0] = (uint8_t)(2 * track);
        transport->interleaved[1] = (uint8_t)(2 * track + 1);
        return 0;
    }
    t->puller = p;
    address_set_port(&local, 0);
    if (!t->pair) {
        int result =
            udp_pair_new(&t->pair, p->gateway->loop, &local, p->gateway->inbox, &pair_ops, t);
        if (result < 0)
            return result;
    }
    transport->has_client_port = true;
    transport->client_port[0] = udp_pair_port(t->pair);
    transport->client_port[1] = (uint16_t)(transport->client_port[0] + 1);
    return 0;
}

static struct udp_target target(const struct puller *p, const struct puller_track *t, bool is_rtcp)
{
    struct udp_target to = {.to = t->source.len > 0 ? t->source : *connection_peer(p->connection)};
    address_set_port(&to.to, t->server_port[is_rtcp]);
    return to;
}

/* A packet of ours to each of the origin's ports opens the way back through firewalls and NAT. */
static void open_way(struct puller *p, unsigned track)
{
    static const uint8_t empty_rtp[12] = {0x80};
    struct puller_track *t = &p->tracks[track];
    uint8_t bytes[128];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct iovec rtp = {(void *)empty_rtp, sizeof empty_rtp};
    struct udp_target to = target(p, t, false);

    if (stream_protocol(p->stream)[0]) /* of a protocol we do not know, nothing can be said */
        rtp.iov_len = 0;
    udp_pair_send(t->pair, false, &to, &rtp, 1);
    if (rtp.iov_len == 0)
        return;
    if (t->rtcp.receivers_bps == 0)
        return; /* it wants to hear nothing: RFC 3556 2 */
    rtcp_write_rr(&w, p->ssrc, NULL, span_text(p->cname));
    puller_send_rtcp(p, track, writer_written(&w));
}

int puller_set_up(struct puller *p, unsigned track, const struct transport *transport)
{
    struct puller_track *t = &p->tracks[track];
    char text[ADDRESS_TEXT + 4] = "[", host[ADDRESS_TEXT];

    if (transport->is_tcp != p->uses_tcp || transport->is_multicast)
        return -EPROTONOSUPPORT;
    if (p->uses_tcp) {
        const uint8_t *channels = transport->interleaved;
        uint8_t own[2] = {(uint8_t)(2 * track), (uint8_t)(2 * track + 1)};
        if (!transport->has_interleaved)
            channels = own;
        p->track_of_channel[channels[0]] = own[0];
        p->track_of_channel[channels[1]] = own[1];
        t->rtcp_channel = channels[1];
        return 0;
    }
    if (transport->source.len > 0 && span_copy(host, sizeof host, transport->source) == 0) {
        struct writer w = writer_of(text, sizeof text - 1);
        writer_format(&w, strchr(host, ':') ? "[%s]:0" : "%s:0", host);
        text[w.len] = '\0';
        address_parse(&t->source, text); /* a name is no address: then only the peer may send */
    }
    if (!transport->has_server_port)
        return 0;
    memcpy(t->server_port, transport->server_port, sizeof t->server_port);
    open_way(p, track);
    return 0;
}

void puller_receive_frame(struct puller *p, uint8_t channel, struct span packet)
{
    uint8_t place = p->track_of_channel[channel];
    if (!p->stream || place == PULLER_NO_TRACK || packet.len == 0)
        return;
    p->has_media = true;
    stream_receive(p->stream, place / 2, place % 2, packet, false, clock_now_us());
}

void puller_send_rtcp(struct puller *p, unsigned track, struct span compound)
{
    struct puller_track *t = &p->tracks[track];
    struct iovec part = {(void *)compound.ptr, compound.len};
    uint8_t frame[4] = {'$', t->rtcp_channel, (uint8_t)(compound.len >> 8), (uint8_t)compound.len};
    struct udp_target to;

    if (p->uses_tcp) {
        puller_write(p, span_of(frame, sizeof frame));
        puller_write(p, compound);
    } else if (t->pair && t->server_port[1] != 0) {
        to = target(p, t, true);
        udp_pair_send(t->pair, true, &to, &part, 1);
    }
    t->has_reported = true;
}

void puller_close_media(struct puller *p)
{
    for (unsigned track = 0; track < LIMIT_TRACKS; track++) {
        p->tracks[track].pair = udp_pair_close(p->tracks[track].pair);
        p->tracks[track] = (struct puller_track){0};
    }
    memset(p->track_of_channel, PULLER_NO_TRACK, sizeof p->track_of_channel);
}
