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

static bool is_offered(const struct rtsp_server *s, enum rtsp_method method)
{
    return s->settings->allows_publishing || (method != RTSP_ANNOUNCE && method != RTSP_RECORD);
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
        server_setup(s, m, name);
        break;
    case RTSP_PLAY:
        server_play(s, m);
        break;
    case RTSP_PAUSE:
        server_pause(s);
        break;
    case RTSP_ANNOUNCE:
        server_announce(s, m, name);
        break;
    case RTSP_RECORD:
        server_record(s);
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
    int status = is_offered(s, m->method) ? server_identify(s, m) : RTSP_METHOD_NOT_ALLOWED;

    if (status == 0)
        status = server_permit(s, m, server_take_session(s, m));
    if (status == 0 &&
        (m->method == RTSP_DESCRIBE || m->method == RTSP_SETUP || m->method == RTSP_ANNOUNCE))
        status = server_take_url(s, name, m);
    else if (status == 0 && (m->method == RTSP_PLAY || m->method == RTSP_PAUSE ||
                             m->method == RTSP_RECORD || m->method == RTSP_TEARDOWN))
        status = server_take_target(s, m);
    if (status == RTSP_METHOD_NOT_ALLOWED)
        server_reply_allow(s, status);
    else if (status != 0)
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
    if (!server_has_session(s))
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
