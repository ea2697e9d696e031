/* A client that lost patience sends its request again. What is the same the second time (OPTIONS,
 * DESCRIBE, PLAY, parameters) is simply performed again; what is not (SETUP makes a session, PAUSE
 * and TEARDOWN need what the first one ended) is answered as it was. */
#include <stdlib.h>
#include <string.h>

#include "rtsp/server_internal.h"

enum { REPEAT_MOST = 4096 }; /* a request of that kind that is longer has never been seen */

static bool is_performed_once(enum rtsp_method method)
{
    return method == RTSP_SETUP || method == RTSP_PAUSE || method == RTSP_TEARDOWN;
}

static char *copy_of(struct span s)
{
    char *copy = malloc(s.len);
    return copy ? memcpy(copy, s.ptr, s.len) : NULL;
}

void server_forget_request(struct rtsp_server *s)
{
    free(s->repeat.request);
    free(s->repeat.reply);
    s->repeat = (struct server_repeat){0};
}

bool server_answers_repeat(struct rtsp_server *s, struct span bytes)
{
    const struct server_repeat *r = &s->repeat;
    if (!r->reply || !span_is_equal(span_of(r->request, r->request_len), span_trim(bytes)))
        return false;
    if (s->session) /* of that request: it lives all the same */
        s->session->alive_us = s->now_us;
    s->ops->send(s->owner, span_of(r->reply, r->reply_len));
    return true;
}

void server_note_request(struct rtsp_server *s, const struct rtsp_message *m, struct span bytes)
{
    server_forget_request(s);
    bytes = span_trim(bytes);
    if (is_performed_once(m->method) && bytes.len > 0 && bytes.len <= REPEAT_MOST) {
        s->repeat.request = copy_of(bytes);
        s->repeat.request_len = bytes.len;
    }
}

void server_note_reply(struct rtsp_server *s, struct span reply, int status)
{
    if (!s->repeat.request || s->repeat.reply)
        return;
    s->repeat.reply = status == RTSP_OK ? copy_of(reply) : NULL;
    s->repeat.reply_len = reply.len;
    if (!s->repeat.reply)
        server_forget_request(s); /* nothing was done: it may be tried again */
}
