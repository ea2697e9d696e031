/* The virtual server's answers of one kind, and the description. */
#include <stdlib.h>

#include "rtsp/server_internal.h"

static const char viewers_methods[] =
    "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";
static const char all_methods[] = "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, "
                                  "TEARDOWN, GET_PARAMETER, SET_PARAMETER";

enum {
    REPLY_MOST = LIMIT_RTSP_BODY + LIMIT_RTSP_HEAD,
    /* RFC 2326 16: who goes on asking for what is forbidden is sent away. */
    FORBIDDEN_MOST = 16,
};

void server_start_reply(struct rtsp_server *s, struct writer *w, int status)
{
    rtsp_write_response(w, status, s->has_cseq, s->cseq);
    rtsp_write_header(w, "Server", "weir");
    if (s->timestamp[0])
        rtsp_write_header(w, "Timestamp", "%s", s->timestamp);
    if (s->retry_after_s > 0 && (status == RTSP_NOT_ENOUGH_BANDWIDTH || status == RTSP_UNAVAILABLE))
        rtsp_write_header(w, "Retry-After", "%u", (unsigned)s->retry_after_s);
}

void rtsp_server_retry_after(struct rtsp_server *s, uint32_t seconds)
{
    s->retry_after_s = seconds;
}

void server_finish_reply(struct rtsp_server *s, struct writer *w, int status)
{
    if (status >= 400)
        s->counts->refused++;
    s->waits_for = RTSP_METHOD_UNKNOWN;
    s->request_us = s->now_us; /* who had to wait for the answer has all his time after it */
    if (writer_result(w) == 0) {
        server_note_reply(s, writer_written(w), status);
        s->ops->send(s->owner, writer_written(w));
    }
    if (status == RTSP_FORBIDDEN && ++s->forbidden_count >= FORBIDDEN_MOST && !s->is_closed) {
        s->is_closed = true;
        s->ops->close(s->owner);
    }
}

void server_reply(struct rtsp_server *s, int status)
{
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, status);
    if (s->session && s->session->state != SERVER_INIT && status < 300)
        rtsp_write_header(&w, "Session", "%s", s->session->id);
    rtsp_write_end(&w);
    server_finish_reply(s, &w, status);
}

/* What may be asked for now. */
static const char *allowed_now(const struct rtsp_session *session)
{
    static const char *const viewer[] = {
        [SERVER_INIT] = "OPTIONS, DESCRIBE, SETUP, GET_PARAMETER, SET_PARAMETER",
        [SERVER_READY] = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
        [SERVER_PLAYING] = "OPTIONS, DESCRIBE, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
    };
    static const char *const publisher[] = {
        [SERVER_INIT] = "OPTIONS, DESCRIBE, SETUP, GET_PARAMETER, SET_PARAMETER",
        [SERVER_READY] = "OPTIONS, DESCRIBE, SETUP, RECORD, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
        [SERVER_RECORDING] =
            "OPTIONS, DESCRIBE, RECORD, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
    };
    if (!session)
        return viewer[SERVER_INIT];
    return session->announcement ? publisher[session->state] : viewer[session->state];
}

static const char *allowed(const struct rtsp_server *s, int status)
{
    if (status == RTSP_NOT_VALID_IN_THIS_STATE)
        return allowed_now(s->session);
    /* What is refused for the stream it names is open for others. */
    return s->settings->allows_publishing && status == RTSP_OK ? all_methods : viewers_methods;
}

void server_reply_allow(struct rtsp_server *s, int status)
{
    char bytes[1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    server_start_reply(s, &w, status);
    rtsp_write_header(&w, status == RTSP_OK ? "Public" : "Allow", "%s", allowed(s, status));
    rtsp_write_end(&w);
    server_finish_reply(s, &w, status);
}

void rtsp_server_described(struct rtsp_server *s, int status, struct span description,
                           int64_t wall_us)
{
    char *bytes = status == RTSP_OK ? malloc(REPLY_MOST) : NULL;
    struct writer w = writer_of(bytes, REPLY_MOST);

    if (!bytes) {
        server_reply(s, status == RTSP_OK ? RTSP_INTERNAL_ERROR : status);
        return;
    }
    server_start_reply(s, &w, RTSP_OK);
    rtsp_write_date(&w, wall_us);
    rtsp_write_header(&w, "Content-Base", "%s/", s->url);
    rtsp_write_body(&w, "application/sdp", description);
    server_finish_reply(s, &w, RTSP_OK);
    free(bytes);
}
