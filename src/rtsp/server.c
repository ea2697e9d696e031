#include "rtsp/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "rtsp/server_internal.h"

static const char public_methods[] =
    "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";

static const int64_t half_message_us = 10 * CLOCK_SECOND_US;
static const int64_t no_request_us = 60 * CLOCK_SECOND_US;

enum { REPLY_MOST = LIMIT_RTSP_BODY + LIMIT_RTSP_HEAD };

int rtsp_server_new(struct rtsp_server **server, const struct rtsp_server_settings *settings,
                    const struct rtsp_server_ops *ops, void *owner,
                    struct rtsp_server_counts *counts, int64_t now_us)
{
    struct rtsp_server *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->settings = settings;
    s->ops = ops;
    s->owner = owner;
    s->counts = counts;
    s->now_us = s->request_us = s->alive_us = now_us;
    *server = s;
    return 0;
}

struct rtsp_server *rtsp_server_free(struct rtsp_server *s)
{
    if (s) {
        free(s->url);
        free(s->base);
        free(s->tracks);
        free(s);
    }
    return NULL;
}

/* Answers. */

void server_start_reply(struct rtsp_server *s, struct writer *w, int status)
{
    rtsp_write_response(w, status, s->has_cseq, s->cseq);
    rtsp_write_header(w, "Server", "weir");
    if (s->timestamp[0])
        rtsp_write_header(w, "Timestamp", "%s", s->timestamp);
}

void server_finish_reply(struct rtsp_server *s, struct writer *w, int status)
{
    if (status >= 400)
        s->counts->refused++;
    s->waits_for = RTSP_METHOD_UNKNOWN;
    if (writer_result(w) == 0)
        s->ops->send(s->owner, writer_written(w));
}

void server_reply(struct rtsp_server *s, int status)
{
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, status);
    if (s->state != SERVER_INIT && status < 300)
        rtsp_write_header(&w, "Session", "%s", s->session);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, status);
}

void server_reply_allow(struct rtsp_server *s, int status)
{
    static const char *const allowed[] = {
        [SERVER_INIT] = "OPTIONS, DESCRIBE, SETUP, GET_PARAMETER, SET_PARAMETER",
        [SERVER_READY] = public_methods,
        [SERVER_PLAYING] = "OPTIONS, DESCRIBE, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
    };
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, status);
    rtsp_write_header(&w, status == RTSP_OK ? "Public" : "Allow", "%s",
                      status == RTSP_NOT_VALID_IN_THIS_STATE ? allowed[s->state] : public_methods);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, status);
}

/* RFC 2326 12.32: exactly the tags we do not know; we know none. */
static void reply_unsupported(struct rtsp_server *s, struct span require, struct span proxy_require)
{
    char bytes[2048];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, RTSP_OPTION_NOT_SUPPORTED);
    rtsp_write_header(&w, "Unsupported", "%.*s%s%.*s", SPAN_ARG(require),
                      require.len > 0 && proxy_require.len > 0 ? ", " : "",
                      SPAN_ARG(proxy_require));
    rtsp_write_end(&w);
    if (writer_result(&w) < 0)
        server_reply(s, RTSP_OPTION_NOT_SUPPORTED);
    else
        server_finish_reply(s, &w, RTSP_OPTION_NOT_SUPPORTED);
}

/* Requests. */

static int set_text(char **text, struct span s)
{
    char *copy = malloc(s.len + 1);
    if (!copy)
        return -ENOMEM;
    span_copy(copy, s.len + 1, s);
    free(*text);
    *text = copy;
    return 0;
}

static bool accepts_sdp(const struct rtsp_message *m)
{
    struct span accept = rtsp_header_find(m, "Accept");
    if (!accept.ptr)
        return true;
    while (accept.len > 0) {
        struct span range = span_cut(&accept, ',');
        range = span_trim(span_cut(&range, ';'));
        if (span_is_text_nocase(range, "application/sdp") || span_is_text(range, "*/*") ||
            span_is_text_nocase(range, "application/*"))
            return true;
    }
    return false;
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

static bool needs_url(enum rtsp_method method)
{
    return method == RTSP_DESCRIBE || method == RTSP_SETUP;
}

static void dispatch(struct rtsp_server *s, const struct rtsp_message *m)
{
    char name[LIMIT_NAME];
    size_t base_len;
    int status = 0;

    if (needs_url(m->method)) {
        status = server_parse_url(name, &s->track, &base_len, m->url);
        if (status == 0 && set_text(&s->url, span_of(m->url.ptr, base_len)) < 0)
            status = RTSP_INTERNAL_ERROR;
    } else if (m->method >= RTSP_PLAY && m->method != RTSP_REDIRECT && m->method != RTSP_RECORD &&
               !server_has_session(s, m)) {
        status = RTSP_SESSION_NOT_FOUND;
    }
    if (status != 0) {
        server_reply(s, status);
        return;
    }
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

static void request(struct rtsp_server *s, const struct rtsp_message *m)
{
    struct span require = rtsp_header_find(m, "Require");
    struct span proxy_require = rtsp_header_find(m, "Proxy-Require");

    s->counts->requests++;
    s->request_us = s->alive_us = s->now_us;
    s->has_cseq = m->has_cseq;
    s->cseq = m->cseq;
    span_copy(s->timestamp, sizeof s->timestamp, rtsp_header_find(m, "Timestamp"));
    if (m->error_status != 0) {
        s->counts->malformed++;
        server_reply(s, m->error_status);
    } else if (require.len > 0 || proxy_require.len > 0) {
        reply_unsupported(s, require, proxy_require);
    } else {
        dispatch(s, m);
    }
}

static void frame(struct rtsp_server *s, const struct rtsp_piece *piece)
{
    for (size_t i = 0; i < s->track_count; i++) {
        const struct rtsp_delivery *d = &s->tracks[i].delivery;
        if (d->is_tcp && (d->channel[0] == piece->channel || d->channel[1] == piece->channel)) {
            s->alive_us = s->now_us;
            s->ops->frame(s->owner, piece->channel, piece->data);
            return;
        }
    }
}

static void close_broken(struct rtsp_server *s, int status)
{
    s->counts->malformed++;
    s->has_cseq = false;
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
        taken += piece.len;
        if (piece.kind == RTSP_PIECE_FRAME)
            frame(s, &piece);
        else if (piece.message.is_request)
            request(s, &piece.message); /* an answer to nothing we asked is nobody's harm */
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

/* Time. */

/* Interleaved, the connection itself is the sign of life. */
static int64_t session_deadline_us(const struct rtsp_server *s)
{
    if (s->state == SERVER_INIT || (s->track_count > 0 && s->tracks[0].delivery.is_tcp))
        return INT64_MAX;
    return s->alive_us + (int64_t)s->settings->session_timeout_s * CLOCK_SECOND_US * 6 / 5;
}

int64_t rtsp_server_deadline_us(const struct rtsp_server *s)
{
    int64_t first = session_deadline_us(s);
    if (s->is_closed || rtsp_server_is_waiting(s))
        return INT64_MAX;
    if (s->state == SERVER_INIT && s->request_us + no_request_us < first)
        first = s->request_us + no_request_us;
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
    if (s->state != SERVER_INIT) {
        s->counts->expired++;
        server_end_session(s);
    }
    s->is_closed = true;
    s->ops->close(s->owner);
}

void rtsp_server_touch(struct rtsp_server *s, int64_t now_us)
{
    s->alive_us = now_us;
}

void rtsp_server_described(struct rtsp_server *s, int status, struct span description)
{
    char *bytes = status == RTSP_OK ? malloc(REPLY_MOST) : NULL;
    struct writer w = writer_of(bytes, REPLY_MOST);

    if (!bytes) {
        server_reply(s, status == RTSP_OK ? RTSP_INTERNAL_ERROR : status);
        return;
    }
    server_start_reply(s, &w, RTSP_OK);
    rtsp_write_header(&w, "Content-Base", "%s/", s->url);
    rtsp_write_body(&w, "application/sdp", description);
    server_finish_reply(s, &w, RTSP_OK);
    free(bytes);
}
