/* What a request is about: a stream, a session, or a part of one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtsp/server_internal.h"

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

int server_take_url(struct rtsp_server *s, char name[LIMIT_NAME], const struct rtsp_message *m)
{
    size_t base_len;
    int status = server_parse_url(s, name, &s->track, &base_len, m->url);
    if (status == 0 && set_url(s, m->url, base_len) < 0)
        status = RTSP_INTERNAL_ERROR;
    return status;
}

int server_take_session(struct rtsp_server *s, const struct rtsp_message *m)
{
    bool is_named = rtsp_header_find(m, "Session").ptr != NULL;

    s->session = is_named ? session_find(s, m) : NULL;
    if (s->session) {
        s->session->alive_us = s->now_us;
        return 0;
    }
    if (m->method == RTSP_SETUP && !is_named)
        server_find_announced(s, m->url);
    switch (m->method) {
    case RTSP_PLAY:
    case RTSP_PAUSE:
    case RTSP_RECORD:
    case RTSP_TEARDOWN:
        return RTSP_SESSION_NOT_FOUND;
    case RTSP_ANNOUNCE: /* without one they make one */
    case RTSP_SETUP:
    case RTSP_GET_PARAMETER:
    case RTSP_SET_PARAMETER: /* without one it is a question like OPTIONS */
        return is_named ? RTSP_SESSION_NOT_FOUND : 0;
    default:
        return 0;
    }
}

int server_take_target(struct rtsp_server *s, const struct rtsp_message *m)
{
    char name[LIMIT_NAME];
    size_t base_len;
    if (server_parse_url(s, name, &s->track, &base_len, m->url) != 0) {
        s->track = -1;
        return 0;
    }
    bool is_its = strcmp(name, s->session->name) == 0;
    if (s->session->announcement)
        return is_its && s->track < 0 ? 0 : server_take_announced(s, m->url);
    if (!is_its || (s->track >= 0 && !session_track(s->session, s->track)))
        return RTSP_NOT_FOUND;
    if (s->session->track_count == 1) /* its one stream is the whole of it */
        s->track = -1;
    /* RFC 2326 11.3.11 */
    return s->track >= 0 && m->method != RTSP_TEARDOWN ? RTSP_ONLY_AGGREGATE_ALLOWED : 0;
}
