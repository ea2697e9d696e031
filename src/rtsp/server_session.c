/* The virtual server's session: SETUP, PLAY, PAUSE, TEARDOWN. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "rtsp/server_internal.h"

bool server_has_session(const struct rtsp_server *s, const struct rtsp_message *m)
{
    struct session_field field;
    struct span text = rtsp_header_find(m, "Session");
    bool is_named = text.ptr != NULL;

    /* A keep-alive outside a session is a question like OPTIONS. */
    if (!is_named && (m->method == RTSP_GET_PARAMETER || m->method == RTSP_SET_PARAMETER))
        return true;
    return s->state != SERVER_INIT && is_named && session_field_parse(&field, text) == 0 &&
           span_is_text(field.id, s->session);
}

static struct server_track *find_track(struct rtsp_server *s, int index)
{
    for (size_t i = 0; i < s->track_count; i++)
        if (s->tracks[i].index == index)
            return &s->tracks[i];
    return NULL;
}

static bool is_channel_free(const struct rtsp_server *s, int track, unsigned channel)
{
    for (size_t i = 0; i < s->track_count; i++)
        if (s->tracks[i].index != track && (s->tracks[i].delivery.channel[0] == channel ||
                                            s->tracks[i].delivery.channel[1] == channel))
            return false;
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

static bool is_acceptable(const struct rtsp_server *s, int track, const struct transport *t,
                          struct rtsp_delivery *d)
{
    bool is_allowed = t->is_tcp ? s->settings->allows_tcp : s->settings->allows_udp;
    *d = (struct rtsp_delivery){.is_tcp = t->is_tcp};
    if (!t->is_rtp || t->is_multicast || t->is_record || !is_allowed)
        return false;
    for (size_t i = 0; i < s->track_count; i++) /* one session, one way */
        if (s->tracks[i].index != track && s->tracks[i].delivery.is_tcp != t->is_tcp)
            return false;
    if (t->is_tcp)
        return choose_channels(s, track, t, d);
    d->client_port[0] = t->client_port[0];
    d->client_port[1] = t->client_port[1];
    return t->has_client_port;
}

/* The first transport of the list that we can do. 0, or the status to refuse with. */
static int choose_transport(const struct rtsp_server *s, int track, struct span list,
                            struct rtsp_delivery *d)
{
    struct transport t;
    bool is_broken = false;
    int result;

    while ((result = transport_parse_next(&t, &list)) != -ENOENT) {
        if (result < 0) {
            is_broken = true;
            continue;
        }
        /* RFC 2326 16: media goes to whom we speak with, not to whom he names. */
        if (t.destination.len > 0)
            return RTSP_FORBIDDEN;
        if (is_acceptable(s, track, &t, d))
            return 0;
    }
    return is_broken ? RTSP_BAD_REQUEST : RTSP_UNSUPPORTED_TRANSPORT;
}

void server_setup(struct rtsp_server *s, const struct rtsp_message *m, const char *name, int track)
{
    struct span transport = rtsp_header_find(m, "Transport");
    bool is_named = rtsp_header_find(m, "Session").ptr != NULL;

    if (is_named && !server_has_session(s, m)) {
        server_reply(s, RTSP_SESSION_NOT_FOUND);
        return;
    }
    if (s->state == SERVER_PLAYING) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    int status =
        transport.ptr ? choose_transport(s, track, transport, &s->wanted) : RTSP_BAD_REQUEST;
    if (status != 0) {
        server_reply(s, status);
        return;
    }
    s->waits_for = RTSP_SETUP;
    s->ops->setup(s->owner, name, track, &s->wanted);
}

static struct server_track *keep_track(struct rtsp_server *s, const struct rtsp_delivery *d)
{
    int index = s->track < 0 ? 0 : s->track;
    struct server_track *t = find_track(s, index);
    if (!t) {
        struct server_track *larger = realloc(s->tracks, (s->track_count + 1) * sizeof *larger);
        if (!larger)
            return NULL;
        s->tracks = larger;
        t = &s->tracks[s->track_count++];
    }
    *t =
        (struct server_track){.index = (uint8_t)index, .has_suffix = s->track >= 0, .delivery = *d};
    return t;
}

static void write_transport(struct writer *w, const struct rtsp_delivery *d)
{
    struct transport t = {
        .protocol = span_text(d->is_tcp ? "RTP/AVP/TCP" : "RTP/AVP"),
        .has_client_port = !d->is_tcp,
        .has_server_port = !d->is_tcp,
        .has_interleaved = d->is_tcp,
        .client_port = {d->client_port[0], d->client_port[1]},
        .server_port = {d->server_port[0], d->server_port[1]},
        .interleaved = {d->channel[0], d->channel[1]},
        .has_ssrc = d->has_ssrc,
        .ssrc = d->ssrc,
    };
    writer_text(w, "Transport: ");
    transport_write(w, &t);
    writer_text(w, "\r\n");
}

void rtsp_server_set_up(struct rtsp_server *s, int status, const struct rtsp_delivery *delivery)
{
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (status != RTSP_OK) {
        server_reply(s, status);
        return;
    }
    if (s->state == SERVER_INIT) {
        random_token(s->session, SESSION_ID_LEN);
        s->state = SERVER_READY;
        free(s->base);
        s->base = s->url;
        s->url = NULL;
    }
    s->alive_us = s->now_us;
    if (!keep_track(s, delivery)) {
        server_reply(s, RTSP_INTERNAL_ERROR);
        return;
    }
    server_start_reply(s, &w, RTSP_OK);
    write_transport(&w, delivery);
    rtsp_write_header(&w, "Session", "%s;timeout=%u", s->session, s->settings->session_timeout_s);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_OK);
}

void server_play(struct rtsp_server *s, const struct rtsp_message *m)
{
    struct range_field range;
    struct span text = rtsp_header_find(m, "Range");

    if (text.ptr && range_field_parse(&range, text) < 0) {
        server_reply(s, RTSP_BAD_REQUEST);
        return;
    }
    /* RFC 2326 12.29: NPT must be understood. Live media has no past to seek in, whatever the
     * start: the answer says "now". */
    if (text.ptr && range.kind == RANGE_OTHER && !span_has_prefix_nocase(text, "clock")) {
        server_reply(s, RTSP_NOT_IMPLEMENTED);
        return;
    }
    s->waits_for = RTSP_PLAY;
    s->ops->play(s->owner);
}

/* RFC 2326 12.33: the URL as it was used in SETUP. */
static void write_rtp_info(struct rtsp_server *s, struct writer *w, const struct rtsp_first *firsts,
                           size_t count)
{
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        char url[LIMIT_URL + 32];
        struct writer u = writer_of(url, sizeof url);
        const struct server_track *t = find_track(s, (int)firsts[i].track);
        if (!t)
            continue;
        writer_text(&u, s->base);
        if (t->has_suffix)
            writer_format(&u, "/trackID=%u", firsts[i].track);
        struct rtp_info info = {
            .url = writer_written(&u),
            .has_seq = firsts[i].is_known,
            .has_rtptime = firsts[i].is_known,
            .seq = firsts[i].seq,
            .rtptime = firsts[i].rtptime,
        };
        writer_text(w, is_first ? "RTP-Info: " : ",");
        rtp_info_write(w, &info);
        is_first = false;
    }
    if (!is_first)
        writer_text(w, "\r\n");
}

void rtsp_server_played(struct rtsp_server *s, int status, const struct rtsp_first *firsts,
                        size_t count)
{
    char bytes[LIMIT_RTSP_HEAD];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (status != RTSP_OK) {
        server_reply(s, status);
        return;
    }
    s->state = SERVER_PLAYING;
    server_start_reply(s, &w, RTSP_OK);
    rtsp_write_header(&w, "Session", "%s", s->session);
    rtsp_write_header(&w, "Range", "npt=now-");
    struct writer before = w;
    write_rtp_info(s, &w, firsts, count);
    if (w.is_full)
        w = before; /* many tracks under a long URL: the reply goes without it */
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_OK);
}

void server_pause(struct rtsp_server *s)
{
    if (s->state != SERVER_PLAYING) {
        server_reply_allow(s, RTSP_NOT_VALID_IN_THIS_STATE);
        return;
    }
    s->ops->pause(s->owner);
    s->state = SERVER_READY;
    server_reply(s, RTSP_OK);
}

void server_end_session(struct rtsp_server *s)
{
    s->ops->teardown(s->owner);
    s->state = SERVER_INIT;
    s->track_count = 0;
    s->session[0] = '\0';
}

void server_teardown(struct rtsp_server *s)
{
    server_end_session(s);
    server_reply(s, RTSP_OK);
}
