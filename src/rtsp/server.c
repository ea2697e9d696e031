#include "rtsp/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/server_internal.h"

static const int64_t half_message_us = 10 * CLOCK_SECOND_US;
static const int64_t first_request_us = 10 * CLOCK_SECOND_US;
static const int64_t no_request_us = 60 * CLOCK_SECOND_US;

int rtsp_server_new(struct rtsp_server **server, struct rtsp_sessions *sessions, void *owner,
                    const char *host, int64_t now_us)
{
    struct rtsp_server *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->sessions = sessions;
    s->settings = sessions->settings;
    s->ops = sessions->ops;
    s->counts = sessions->counts;
    s->owner = owner;
    span_copy(s->host, sizeof s->host, span_text(host));
    s->now_us = s->request_us = now_us;
    *server = s;
    return 0;
}

struct rtsp_server *rtsp_server_free(struct rtsp_server *s)
{
    if (s) {
        while (s->own)
            session_let_go(s->own);
        server_forget_request(s);
        free(s->via);
        free(s->url);
        free(s);
    }
    return NULL;
}

void rtsp_server_refuse_udp(struct rtsp_server *s)
{
    s->refuses_udp = true;
}

bool rtsp_server_has_asked(const struct rtsp_server *s)
{
    return s->has_asked;
}

/* Requests. */

/* What stands before the track, and what may stand behind it: a query. */
static int set_url(struct rtsp_server *s, struct span url, size_t base_len)
{
    struct span rest = span_skip(url, base_len);
    struct span tail = span_skip(rest, span_find(rest, '?'));
    char *copy = malloc(base_len + 1 + tail.len + 1);
    if (!copy)
        return -ENOMEM;
    span_copy(copy, base_len + 1, span_of(url.ptr, base_len));
    span_copy(copy + base_len + 1, tail.len + 1, tail);
    free(s->url);
    s->url = copy;
    return 0;
}

static bool accepts_sdp(const struct rtsp_message *m)
{
    bool is_said = false;
    for (size_t i = 0; i < m->header_count; i++) {
        struct span accept = m->headers[i].value;
        if (!span_is_text_nocase(m->headers[i].name, "Accept"))
            continue;
        is_said = true;
        while (accept.len > 0) {
            struct span range = span_cut(&accept, ',');
            range = span_trim(span_cut(&range, ';'));
            if (span_is_text_nocase(range, "application/sdp") || span_is_text(range, "*/*") ||
                span_is_text_nocase(range, "application/*"))
                return true;
        }
    }
    return !is_said;
}

static void describe(struct rtsp_server *s, const struct rtsp_message *m, const char *name)
{
    if (!accepts_sdp(m)) {
        server_reply(s, RTSP_NOT_ACCEPTABLE);
        return;
    }
    s->waits_for = RTSP_DESCRIBE;
    s->ops->describe(s->owner, name);
}

/* Without a body it is a keep-alive; a parameter we know does not exist. */
static void parameter(struct rtsp_server *s, const struct rtsp_message *m)
{
    server_reply(s, m->body.len == 0 ? RTSP_OK : RTSP_PARAMETER_NOT_UNDERSTOOD);
}

/* DESCRIBE and SETUP: what the URL names. 0, or the status to refuse with. */
static int take_url(struct rtsp_server *s, char name[LIMIT_NAME], const struct rtsp_message *m)
{
    size_t base_len;
    int status = server_parse_url(s, name, &s->track, &base_len, m->url);
    if (status == 0 && set_url(s, m->url, base_len) < 0)
        status = RTSP_INTERNAL_ERROR;
    return status;
}

/* The session a request is about. 0, or the status to refuse with. */
static int take_session(struct rtsp_server *s, const struct rtsp_message *m)
{
    bool is_named = rtsp_header_find(m, "Session").ptr != NULL;

    s->session = is_named ? session_find(s, m) : NULL;
    if (s->session) {
        s->session->alive_us = s->now_us;
        return 0;
    }
    switch (m->method) {
    case RTSP_PLAY:
    case RTSP_PAUSE:
    case RTSP_TEARDOWN:
        return RTSP_SESSION_NOT_FOUND;
    case RTSP_SETUP: /* without one it makes one */
    case RTSP_GET_PARAMETER:
    case RTSP_SET_PARAMETER: /* without one it is a question like OPTIONS */
        return is_named ? RTSP_SESSION_NOT_FOUND : 0;
    default:
        return 0;
    }
}

/* PLAY, PAUSE, TEARDOWN: what of the session the URL names. What is no name of a stream ("*", or a
 * host alone) is meant for the session as a whole. 0, or the status to refuse with. */
static int take_target(struct rtsp_server *s, const struct rtsp_message *m)
{
    char name[LIMIT_NAME];
    size_t base_len;
    if (server_parse_url(s, name, &s->track, &base_len, m->url) != 0) {
        s->track = -1;
        return 0;
    }
    if (strcmp(name, s->session->name) != 0 ||
        (s->track >= 0 && !session_track(s->session, s->track)))
        return RTSP_NOT_FOUND;
    if (s->session->track_count == 1) /* its one stream is the whole of it */
        s->track = -1;
    /* RFC 2326 11.3.11 */
    return s->track >= 0 && m->method != RTSP_TEARDOWN ? RTSP_ONLY_AGGREGATE_ALLOWED : 0;
}

static void perform(struct rtsp_server *s, const struct rtsp_message *m, const char *name)
{
    switch (m->method) {
    case RTSP_OPTIONS:
        server_reply_allow(s, RTSP_OK);
        break;
    case RTSP_DESCRIBE:
        describe(s, m, name);
        break;
    case RTSP_SETUP:
        server_setup(s, m, name, s->track);
        break;
    case RTSP_PLAY:
        server_play(s, m);
        break;
    case RTSP_PAUSE:
        server_pause(s);
        break;
    case RTSP_TEARDOWN:
        server_teardown(s);
        break;
    case RTSP_GET_PARAMETER:
    case RTSP_SET_PARAMETER:
        parameter(s, m);
        break;
    case RTSP_METHOD_UNKNOWN:
        server_reply(s, RTSP_NOT_IMPLEMENTED);
        break;
    default:
        server_reply_allow(s, RTSP_METHOD_NOT_ALLOWED);
    }
}

static void dispatch(struct rtsp_server *s, const struct rtsp_message *m)
{
    char name[LIMIT_NAME] = "";
    int status = server_identify(s, m);

    if (status == 0)
        status = server_permit(s, m, take_session(s, m));
    if (status == 0 && (m->method == RTSP_DESCRIBE || m->method == RTSP_SETUP))
        status = take_url(s, name, m);
    else if (status == 0 &&
             (m->method == RTSP_PLAY || m->method == RTSP_PAUSE || m->method == RTSP_TEARDOWN))
        status = take_target(s, m);
    if (status != 0)
        server_refuse(s, status);
    else
        perform(s, m, name);
}

static void request(struct rtsp_server *s, const struct rtsp_message *m, struct span bytes)
{
    s->counts->requests++;
    s->request_us = s->now_us;
    s->has_asked = true;
    if (server_answers_repeat(s, bytes))
        return;
    server_note_request(s, m, bytes);
    s->session = NULL;
    s->retry_after_s = 0;
    s->has_cseq = m->has_cseq;
    s->cseq = m->cseq;
    span_copy(s->timestamp, sizeof s->timestamp, rtsp_header_find(m, "Timestamp"));
    if (m->error_status != 0) {
        s->counts->malformed++;
        server_reply(s, m->error_status);
    } else if (!server_refuses(s, m) && !server_stops_loop(s, m)) {
        dispatch(s, m);
    }
}

static bool has_channel(const struct rtsp_session *session, uint8_t channel)
{
    for (size_t i = 0; i < session->track_count; i++) {
        const struct rtsp_delivery *d = &session->tracks[i].delivery;
        if (d->is_tcp && (d->channel[0] == channel || d->channel[1] == channel))
            return true;
    }
    return false;
}

static void frame(struct rtsp_server *s, const struct rtsp_piece *piece)
{
    for (struct rtsp_session *session = s->own; session; session = session->next) {
        if (has_channel(session, piece->channel)) {
            session->alive_us = s->now_us;
            s->ops->frame(s->owner, session, piece->channel, piece->data);
            return;
        }
    }
}

static void close_broken(struct rtsp_server *s, int status)
{
    s->counts->malformed++;
    s->has_cseq = false;
    s->session = NULL;
    s->timestamp[0] = '\0';
    server_reply(s, status);
    s->is_closed = true;
    s->ops->close(s->owner);
}

size_t rtsp_server_consume(struct rtsp_server *s, struct span bytes, int64_t now_us)
{
    struct rtsp_piece piece;
    size_t taken = 0;

    s->now_us = now_us;
    while (!s->is_closed && s->waits_for == RTSP_METHOD_UNKNOWN) {
        int result = rtsp_piece_parse(&piece, span_skip(bytes, taken));
        if (result == -EBADMSG) {
            close_broken(s, piece.message.error_status);
            return bytes.len;
        }
        if (result < 0)
            break;
        struct span raw = span_of(bytes.ptr + taken, piece.len);
        taken += piece.len;
        if (piece.kind == RTSP_PIECE_FRAME)
            frame(s, &piece);
        else if (piece.message.is_request)
            request(s, &piece.message, raw); /* an answer to nothing we asked is nobody's harm */
    }
    if (s->is_closed)
        return bytes.len;
    if (taken > 0 || taken == bytes.len)
        s->rest_us = 0;
    if (taken < bytes.len && s->rest_us == 0)
        s->rest_us = now_us;
    return taken;
}

bool rtsp_server_is_waiting(const struct rtsp_server *s)
{
    return s->waits_for != RTSP_METHOD_UNKNOWN;
}

struct rtsp_session *rtsp_server_session(const struct rtsp_server *s)
{
    return s->session;
}

/* Time. */

int64_t rtsp_server_deadline_us(const struct rtsp_server *s)
{
    int64_t first = INT64_MAX;
    if (s->is_closed)
        return INT64_MAX;
    if (rtsp_server_is_waiting(s))
        return s->held_us != 0 ? s->held_us : INT64_MAX;
    if (!s->own)
        first = s->request_us + (s->has_asked ? no_request_us : first_request_us);
    if (s->rest_us != 0 && s->rest_us + half_message_us < first)
        first = s->rest_us + half_message_us;
    return first;
}

void rtsp_server_tick(struct rtsp_server *s, int64_t now_us, bool has_rest)
{
    s->now_us = now_us;
    if (!has_rest)
        s->rest_us = 0;
    if (now_us < rtsp_server_deadline_us(s))
        return;
    if (s->held_us != 0) {
        server_release(s);
        return;
    }
    s->is_closed = true;
    s->ops->close(s->owner);
}
