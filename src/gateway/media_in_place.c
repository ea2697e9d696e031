/* Media that is sent to a group, or to a port: nobody has agreed with us on who sends it. */
#include <errno.h>

#include "base/clock.h"
#include "gateway/media_in_internal.h"
#include "net/interface.h"

enum {
    TTL_MOST = 16, /* of our reports, whatever an origin says of its media */
};

static void on_rtp(void *owner, bool is_second, struct span data, const struct address *from)
{
    struct media_in_track *t = owner;
    (void)is_second;
    t->speaker = *from;
    t->heard_us = clock_now_us();
    media_in_take(t, false, data);
}

/* To a group's port of RTCP other receivers report, too: only what is said where the media comes
 * from is the sender's. */
static void on_rtcp(void *owner, bool is_second, struct span data, const struct address *from)
{
    struct media_in_track *t = owner;
    (void)is_second;
    if (t->speaker.len > 0 && address_is_same_host(&t->speaker, from))
        media_in_take(t, true, data);
}

static const struct input_udp_ops rtp_ops = {
    .packet = on_rtp, .drained = media_in_on_drained, .stray = media_in_on_stray};
static const struct input_udp_ops rtcp_ops = {.packet = on_rtcp, .drained = media_in_on_drained};

static int open_rtcp(struct media_in_track *t, const struct media_in_place *place)
{
    struct input_udp_place rtcp = place->rtp;
    rtcp.senders = INPUT_ANYBODY;
    rtcp.is_pair = false;
    address_set_port(&rtcp.local, place->rtcp_port);
    return input_udp_new(&t->rtcp_input, t->in->gateway->loop, &rtcp, t->in->gateway->inbox,
                         &rtcp_ops, t);
}

/* What we say to a group is for others, and we need not hear it ourselves. */
static int aim_reports(struct media_in_track *t, const struct media_in_place *place)
{
    struct multicast_way way = {.interface = place->rtp.interface, .ttl = place->ttl};
    t->reports = place->reports;
    if (place->reports.len == 0 || !address_is_multicast(&place->reports))
        return 0;
    return multicast_send_by(udp_socket_fd(media_in_rtcp_socket(t)),
                             place->reports.u.any.sa_family == AF_INET6, &way);
}

int media_in_open_at(struct media_in *in, unsigned track, const struct media_in_place *place)
{
    struct media_in_track *t = &in->tracks[track];
    struct input_udp_place rtp = place->rtp;
    uint16_t port = address_port(&rtp.local);
    int result;

    rtp.senders = INPUT_FIRST;
    rtp.is_pair = false;
    t->in = in;
    t->input = input_udp_close(t->input);
    t->rtcp_input = input_udp_close(t->rtcp_input);
    t->speaker.len = 0;
    if (address_is_multicast(&rtp.local)) {
        in->is_group = true;
        in->group_interface = rtp.interface;
        if (rtp.interface == 0) /* it comes by the one a route leads to */
            interface_to(&in->group_interface, &rtp.local);
    }
    result = input_udp_new(&t->input, in->gateway->loop, &rtp, in->gateway->inbox, &rtp_ops, t);
    if (result == 0 && place->rtcp_port != 0 && place->rtcp_port != port)
        result = open_rtcp(t, place);
    if (result == 0)
        result = aim_reports(t, place);
    return result;
}

bool media_in_forget_silent(struct media_in *in, int64_t since_us)
{
    bool has_forgotten = false;
    for (unsigned i = 0; i < LIMIT_TRACKS; i++) {
        struct media_in_track *t = &in->tracks[i];
        if (t->speaker.len == 0 || t->heard_us >= since_us)
            continue;
        input_udp_forget(t->input);
        t->speaker.len = 0;
        has_forgotten = true;
    }
    return has_forgotten;
}

int media_in_rejoin(struct media_in *in, unsigned track, unsigned interface)
{
    struct media_in_track *t = &in->tracks[track];
    int result = input_udp_rejoin(t->input, interface);
    in->group_interface = interface;
    if (result == 0 && t->rtcp_input)
        result = input_udp_rejoin(t->rtcp_input, interface);
    return result;
}

static int parse_host(struct address *a, struct span text)
{
    return address_parse_host(a, text, span_find(text, ':') < text.len);
}

/* Who may send to the group. Others than those of its own kind cannot. */
static void add_source(struct media_in_place *place, const struct address *source)
{
    if (source->u.any.sa_family != place->rtp.local.u.any.sa_family)
        return;
    struct address *host = &place->rtp.sources[place->rtp.source_count++];
    *host = *source;
    address_set_port(host, 0);
}

/* RFC 2326 12.39: destination, port and ttl are the group's. Of a source-specific one the origin
 * alone hears of us (RFC 5760). */
static int plan_group(struct media_in_place *place, const struct media_in *in,
                      const struct transport *answer)
{
    struct address source, *group = &place->rtp.local;
    if (!answer->has_port || parse_host(group, answer->destination) < 0 ||
        !address_is_multicast(group) || multicast_is_reserved(group))
        return -EADDRNOTAVAIL;
    address_set_port(group, answer->port[0]);
    place->rtcp_port = answer->port[1];
    interface_of(&place->rtp.interface, &in->local);
    if (group->u.any.sa_family == AF_INET6)
        group->u.v6.sin6_scope_id = place->rtp.interface;
    if (parse_host(&source, answer->source) == 0 && media_in_may_be_source(in, &source) &&
        !address_is_same_host(&source, &in->peer))
        add_source(place, &source);
    add_source(place, &in->peer);
    if (place->rtp.source_count == 0)
        return -EADDRNOTAVAIL;
    place->reports = multicast_is_source_specific(group) ? place->rtp.sources[0] : *group;
    address_set_port(&place->reports, answer->port[1]);
    place->ttl = answer->has_ttl && answer->ttl > 0 ? answer->ttl : 1;
    place->ttl = place->ttl > TTL_MOST ? TTL_MOST : place->ttl;
    return 0;
}

int media_in_join(struct media_in *in, unsigned track, const struct transport *answer)
{
    struct media_in_place place = {0};
    int result = plan_group(&place, in, answer);
    if (result == 0)
        result = media_in_open_at(in, track, &place);
    return result < 0 && result != -ENOMEM ? -EADDRNOTAVAIL : result;
}
