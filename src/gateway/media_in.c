#include "gateway/media_in_internal.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "net/address_range.h"

enum { NO_TRACK = 255 };

void media_in_init(struct media_in *in, struct gateway *gateway)
{
    memset(in, 0, sizeof *in);
    in->gateway = gateway;
    in->ssrc = random_u32();
    random_token(in->cname, sizeof in->cname - 1);
    memset(in->track_of_channel, NO_TRACK, sizeof in->track_of_channel);
}

void media_in_attach(struct media_in *in, struct connection *connection)
{
    in->connection = connection;
    in->peer = *connection_peer(connection);
    in->local = *connection_local(connection);
}

void media_in_take(struct media_in_track *t, bool is_rtcp, struct span data)
{
    struct media_in *in = t->in;
    unsigned track = (unsigned)(t - in->tracks);
    if (!in->stream || data.len == 0)
        return;
    in->has_media |= !is_rtcp;
    in->heard_us = clock_now_us();
    if (in->take)
        in->take(in->owner, track, is_rtcp, data, in->heard_us);
    else
        stream_receive(in->stream, track, is_rtcp, data, true, in->heard_us);
}

static void on_packet(void *owner, bool is_rtcp, struct span data, const struct address *from)
{
    (void)from;
    media_in_take(owner, is_rtcp, data);
}

void media_in_on_drained(void *owner)
{
    struct media_in_track *t = owner;
    int64_t now_us = clock_now_us();
    if (!t->in->stream)
        return;
    stream_send(t->in->stream, now_us);
    media_in_tick(t->in, now_us);
}

void media_in_on_stray(void *owner)
{
    struct media_in_track *t = owner;
    if (t->in->stream)
        stream_count_stray(t->in->stream);
}

static const struct input_udp_ops input_ops = {
    .packet = on_packet, .drained = media_in_on_drained, .stray = media_in_on_stray};

int media_in_open(struct media_in *in, unsigned track)
{
    struct media_in_track *t = &in->tracks[track];
    struct input_udp_place place = {
        .local = in->local,
        .is_pair = true,
        .senders = INPUT_FIRST, /* the port it sends from need not be the announced one */
        .sources = {in->peer},
        .source_count = 1,
    };

    t->in = in;
    address_set_port(&place.local, 0);
    return t->input ? 0
                    : input_udp_new(&t->input, in->gateway->loop, &place, in->gateway->inbox,
                                    &input_ops, t);
}

uint16_t media_in_port(const struct media_in *in, unsigned track)
{
    return input_udp_port(in->tracks[track].input);
}

/* Our packets go there too, so that an origin must not point us where it could not be reached
 * itself: into our own network, or at ourselves, from outside. */
bool media_in_may_be_source(const struct media_in *in, const struct address *source)
{
    enum address_kind kind = address_range_of(source).kind;
    return kind == ADDRESS_ORDINARY || (kind == address_range_of(&in->peer).kind &&
                                        (kind == ADDRESS_PRIVATE || kind == ADDRESS_LOOPBACK));
}

void media_in_allow(struct media_in *in, unsigned track, struct span source)
{
    char text[ADDRESS_TEXT + 4] = "[", host[ADDRESS_TEXT];
    struct address address;
    if (source.len == 0 || span_copy(host, sizeof host, source) < 0)
        return;
    struct writer w = writer_of(text, sizeof text - 1);
    writer_format(&w, strchr(host, ':') ? "[%s]:0" : "%s:0", host);
    text[w.len] = '\0';
    struct media_in_track *t = &in->tracks[track];
    if (address_parse(&address, text) < 0 || !media_in_may_be_source(in, &address))
        return;
    if (input_udp_allow(t->input, &address) == 0)
        t->source = address;
}

void media_in_aim(struct media_in *in, unsigned track, const uint16_t remote_port[2])
{
    memcpy(in->tracks[track].remote_port, remote_port, sizeof in->tracks[track].remote_port);
}

static struct udp_target target(const struct media_in *in, const struct media_in_track *t,
                                bool is_rtcp)
{
    struct udp_target to = {.to = t->source.len > 0 ? t->source : in->peer};
    if (is_rtcp && t->reports.len > 0)
        to.to = t->reports;
    else
        address_set_port(&to.to, t->remote_port[is_rtcp]);
    return to;
}

void media_in_open_way(struct media_in *in, unsigned track)
{
    static const uint8_t empty_rtp[12] = {0x80};
    struct media_in_track *t = &in->tracks[track];
    uint8_t bytes[128];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct iovec rtp = {(void *)empty_rtp, sizeof empty_rtp};
    struct udp_target to = target(in, t, false);

    if (stream_protocol(in->stream)[0]) /* of a protocol we do not know, nothing can be said */
        rtp.iov_len = 0;
    udp_socket_send(input_udp_socket(t->input, false), &to, &rtp, 1);
    if (rtp.iov_len == 0)
        return;
    if (t->rtcp.receivers_bps == 0)
        return; /* it wants to hear nothing: RFC 3556 2 */
    rtcp_write_rr(&w, in->ssrc, NULL, span_text(in->cname));
    media_in_send_rtcp(in, track, writer_written(&w));
}

void media_in_set_channels(struct media_in *in, unsigned track, const uint8_t channels[2])
{
    for (size_t i = 0; i < sizeof in->track_of_channel; i++) /* it may have had others */
        if (in->track_of_channel[i] != NO_TRACK && in->track_of_channel[i] / 2 == track)
            in->track_of_channel[i] = NO_TRACK;
    in->track_of_channel[channels[0]] = (uint8_t)(2 * track);
    in->track_of_channel[channels[1]] = (uint8_t)(2 * track + 1);
    in->tracks[track].rtcp_channel = channels[1];
}

bool media_in_has_channel(const struct media_in *in, uint8_t channel)
{
    return in->track_of_channel[channel] != NO_TRACK;
}

void media_in_frame(struct media_in *in, uint8_t channel, struct span packet, int64_t now_us)
{
    uint8_t place = in->track_of_channel[channel];
    if (!in->stream || place == NO_TRACK || packet.len == 0)
        return;
    in->has_media = true;
    in->heard_us = now_us;
    stream_receive(in->stream, place / 2, place % 2, packet, false, now_us);
}

struct udp_socket *media_in_rtcp_socket(const struct media_in_track *t)
{
    struct udp_socket *second = input_udp_socket(t->input, true);
    if (t->rtcp_input)
        return input_udp_socket(t->rtcp_input, false);
    return second ? second : input_udp_socket(t->input, false);
}

static void write_out(const struct media_in *in, struct span bytes)
{
    if (in->write)
        in->write(in->owner, bytes);
    else
        connection_write(in->connection, bytes);
}

void media_in_send_rtcp(struct media_in *in, unsigned track, struct span compound)
{
    struct media_in_track *t = &in->tracks[track];
    struct iovec part = {(void *)compound.ptr, compound.len};
    uint8_t frame[4] = {'$', t->rtcp_channel, (uint8_t)(compound.len >> 8), (uint8_t)compound.len};
    struct udp_target to;

    if (in->is_tcp) {
        write_out(in, span_of(frame, sizeof frame));
        write_out(in, compound);
    } else if (t->input && (t->remote_port[1] != 0 || t->reports.len > 0)) {
        to = target(in, t, true);
        udp_socket_send(media_in_rtcp_socket(t), &to, &part, 1);
    }
    t->has_reported = true;
}

void media_in_close(struct media_in *in)
{
    for (unsigned track = 0; track < LIMIT_TRACKS; track++) {
        input_udp_close(in->tracks[track].input);
        input_udp_close(in->tracks[track].rtcp_input);
        in->tracks[track] = (struct media_in_track){0};
    }
    memset(in->track_of_channel, NO_TRACK, sizeof in->track_of_channel);
    in->has_media = in->is_active = in->is_group = false;
    in->group_interface = 0;
}
