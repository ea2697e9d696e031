/* The virtual server's SETUP: which transport, which session. */
#include <errno.h>
#include <string.h>

#include "rtsp/server_internal.h"

/* Channels belong to the connection: whatever session a track is of. */
static bool is_channel_free(const struct rtsp_server *s, int track, unsigned channel)
{
    for (const struct rtsp_session *session = s->own; session; session = session->next)
        for (size_t i = 0; i < session->track_count; i++) {
            const struct server_track *t = &session->tracks[i];
            if (t->delivery.is_tcp && !(session == s->session && t->index == track) &&
                (t->delivery.channel[0] == channel || t->delivery.channel[1] == channel))
                return false;
        }
    return channel <= 255;
}

/* The pair the client proposes, or, where it is taken or missing, the next free one. */
static bool choose_channels(const struct rtsp_server *s, int track, const struct transport *t,
                            struct rtsp_delivery *d)
{
    unsigned first = t->has_interleaved ? t->interleaved[0] : 0;
    unsigned second = t->has_interleaved ? t->interleaved[1] : 1;
    while (!is_channel_free(s, track, first) || !is_channel_free(s, track, second)) {
        if (second >= 254)
            return false;
        first = (first + 2) & ~1u;
        second = first + 1;
    }
    d->channel[0] = (uint8_t)first;
    d->channel[1] = (uint8_t)second;
    return true;
}

/* One session goes one way. */
static bool is_of_one_way(const struct rtsp_server *s, int track, const struct rtsp_delivery *d)
{
    for (size_t i = 0; s->session && i < s->session->track_count; i++) {
        const struct server_track *t = &s->session->tracks[i];
        if (t->index != track &&
            (t->delivery.is_tcp != d->is_tcp || t->delivery.is_multicast != d->is_multicast ||
             strcmp(t->delivery.protocol, d->protocol) != 0))
            return false;
    }
    return true;
}

static bool is_acceptable(const struct rtsp_server *s, int track, const struct transport *t,
                          struct rtsp_delivery *d)
{
    bool is_allowed =
        t->is_tcp ? s->settings->allows_tcp : s->settings->allows_udp && !s->refuses_udp;
    bool is_publisher = s->session && s->session->announcement; /* mode may be missing there */
    *d = (struct rtsp_delivery){.is_tcp = t->is_tcp, .is_avpf = t->is_avpf};
    if (!t->is_rtp && (is_publisher || span_copy(d->protocol, sizeof d->protocol, t->protocol) < 0))
        return false;
    if (t->is_multicast || (t->is_record && !is_publisher) || t->is_layered || t->is_append ||
        !is_allowed || !is_of_one_way(s, track, d))
        return false;
    if (t->is_tcp)
        return choose_channels(s, track, t, d);
    d->client_port[0] = t->client_port[0];
    d->client_port[1] = t->client_port[1];
    return t->has_client_port;
}

/* Which group, port and TTL it is, is not the client's to say. */
static bool is_acceptable_group(const struct rtsp_server *s, int track, const struct transport *t,
                                struct rtsp_delivery *d)
{
    *d = (struct rtsp_delivery){.is_multicast = true, .is_avpf = t->is_avpf};
    return t->is_rtp && t->is_multicast && !t->is_tcp && !t->is_record && !t->is_layered &&
           !t->is_append && s->settings->allows_multicast && !s->refuses_udp &&
           !(s->session && s->session->announcement) && is_of_one_way(s, track, d);
}

/* What is not RTP can only be carried as it is, if the origin speaks it, and is therefore taken
 * where there is nothing else. */
static void take_transport(const struct rtsp_server *s, int track, const struct transport *t,
                           struct rtsp_offer *offer)
{
    struct rtsp_delivery d;
    bool is_better = !offer->has_unicast || (t->is_rtp && offer->unicast.protocol[0]);
    if (is_better && is_acceptable(s, track, t, &d)) {
        offer->unicast = d;
        offer->has_unicast = true;
    } else if (!offer->has_multicast && is_acceptable_group(s, track, t, &d)) {
        offer->multicast = d;
        offer->has_multicast = true;
    }
}

/* What of a list of transports we can do. 0, or the status to refuse with. */
static int read_offer(const struct rtsp_server *s, int track, struct span list,
                      struct rtsp_offer *offer)
{
    struct transport t;
    bool is_broken = false;
    int result;

    *offer = (struct rtsp_offer){0};
    while ((result = transport_parse_next(&t, &list)) != -ENOENT) {
        bool has_rtp = offer->has_unicast && !offer->unicast.protocol[0];
        /* RFC 2326 16: media goes to whom we speak with, not to whom he names. */
        bool is_foreign =
            result == 0 && t.destination.len > 0 && !span_is_text(t.destination, s->host);
        if (is_foreign && !has_rtp)
            return RTSP_FORBIDDEN;
        if (result == 0 && !is_foreign)
            take_transport(s, track, &t, offer);
        is_broken |= result < 0;
    }
    if (offer->has_unicast || offer->has_multicast)
        return 0;
    return is_broken ? RTSP_BAD_REQUEST : RTSP_UNSUPPORTED_TRANSPORT;
}

/* Where the Session header is missing: the session of this connection that still lacks the track,
 * for there are clients that forget the header in their second SETUP; else a new one. */
static struct rtsp_session *session_for(struct rtsp_server *s, const char *name, int track)
{
    for (struct rtsp_session *session = s->own; session; session = session->next)
        if (session->state == SERVER_READY && session->who == s->who && !session->announcement &&
            strcmp(session->name, name) == 0 && !session_track(session, track))
            return session;
    return session_new(s, name);
}

void server_setup(struct rtsp_server *s, const struct rtsp_message *m, const char *name)
{
    struct span transport = rtsp_header_find(m, "Transport");

    server_find_announced(s, m->url);
    int index = s->track < 0 ? 0 : s->track;
    bool is_publisher = s->session && s->session->announcement;
    if (s->session && s->session->state > SERVER_READY) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    if (is_publisher && s->track < 0) {
        server_reply(s, RTSP_NOT_FOUND);
        return;
    }
    if (s->session && !is_publisher && strcmp(s->session->name, name) != 0) {
        server_reply(s, RTSP_AGGREGATE_NOT_ALLOWED);
        return;
    }
    if (!s->session)
        s->session = session_for(s, name, index);
    int status = !s->session     ? RTSP_INTERNAL_ERROR
                 : transport.ptr ? read_offer(s, index, transport, &s->offer)
                                 : RTSP_BAD_REQUEST;
    if (status != 0) {
        rtsp_server_set_up(s, status, NULL);
        return;
    }
    s->session->alive_us = s->now_us; /* the request is about it, whether it names it or not */
    s->waits_for = RTSP_SETUP;
    s->ops->setup(s->owner, s->session, s->session->name, s->track, &s->offer);
}

/* RFC 2326 12.39: to a group with all that a receiver has to know, and without an SSRC. */
static struct transport transport_to_group(const struct rtsp_delivery *d)
{
    return (struct transport){
        .protocol = transport_rtp(d->is_avpf, false),
        .is_multicast = true,
        .destination = span_text(d->group),
        .source = span_text(d->source),
        .has_port = true,
        .port = {d->group_port[0], d->group_port[1]},
        .has_ttl = true,
        .ttl = d->ttl,
    };
}

static struct transport transport_to_client(const struct rtsp_delivery *d, bool is_record)
{
    return (struct transport){
        .protocol = d->protocol[0] ? span_text(d->protocol) : transport_rtp(d->is_avpf, d->is_tcp),
        .has_client_port = !d->is_tcp,
        .has_server_port = !d->is_tcp,
        .has_interleaved = d->is_tcp,
        .client_port = {d->client_port[0], d->client_port[1]},
        .server_port = {d->server_port[0], d->server_port[1]},
        .interleaved = {d->channel[0], d->channel[1]},
        .has_ssrc = d->has_ssrc,
        .ssrc = d->ssrc,
        .is_record = is_record,
    };
}

static void write_transport(struct writer *w, const struct rtsp_delivery *d, bool is_record)
{
    struct transport t =
        d->is_multicast ? transport_to_group(d) : transport_to_client(d, is_record);
    writer_text(w, "Transport: ");
    transport_write(w, &t);
    writer_text(w, "\r\n");
}

/* A session that never got a track has never been. */
static void refuse(struct rtsp_server *s, int status)
{
    struct rtsp_session *session = s->session;
    if (session && session->state == SERVER_INIT && !session->announcement)
        session_end(session, RTSP_END_OWNER);
    server_reply(s, status);
}

/* The track; and the session, when it is its first. 0 or -ENOMEM. */
static int keep(struct rtsp_server *s, const struct rtsp_delivery *delivery)
{
    struct rtsp_session *session = s->session;
    const struct server_track *t = session_keep_track(session, s->track, delivery);
    if (!t)
        return -ENOMEM;
    if (session->state != SERVER_INIT)
        return 0;
    if (session_establish(session) < 0) {
        session_drop_track(session, t->index);
        return -ENOMEM;
    }
    session->base = s->url;
    s->url = NULL;
    return 0;
}

void rtsp_server_set_up(struct rtsp_server *s, int status, const struct rtsp_delivery *delivery)
{
    struct rtsp_session *session = s->session;
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (status == RTSP_OK && !session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status == RTSP_OK && keep(s, delivery) < 0)
        status = RTSP_INTERNAL_ERROR;
    if (status != RTSP_OK) {
        refuse(s, status);
        return;
    }
    server_start_reply(s, &w, RTSP_OK);
    write_transport(&w, delivery, session->announcement != NULL);
    rtsp_write_header(&w, "Session", "%s;timeout=%u", session->id, s->settings->session_timeout_s);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_OK);
}
