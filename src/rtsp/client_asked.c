/* What the origin asks of us. */
#include <errno.h>
#include <stdlib.h>

#include "rtsp/client_internal.h"

static const char methods[] = "OPTIONS, GET_PARAMETER, SET_PARAMETER, TEARDOWN, REDIRECT, ANNOUNCE";

static void answer(struct rtsp_client *c, const struct rtsp_message *m, int status)
{
    char bytes[LIMIT_RTSP_HEAD];
    struct writer w = writer_of(bytes, sizeof bytes);
    rtsp_write_response(&w, status, m->has_cseq, m->cseq);
    if (status == RTSP_OK && m->method == RTSP_OPTIONS)
        rtsp_write_header(&w, "Public", "%s", methods);
    if (status == RTSP_METHOD_NOT_ALLOWED || status == RTSP_NOT_VALID_IN_THIS_STATE)
        rtsp_write_header(&w, "Allow", "%s", methods);
    for (size_t i = 0; status == RTSP_OPTION_NOT_SUPPORTED && i < m->header_count; i++)
        if (span_is_text_nocase(m->headers[i].name, "Require"))
            rtsp_write_header(&w, "Unsupported", "%.*s", SPAN_ARG(m->headers[i].value));
    rtsp_write_end(&w);
    if (writer_result(&w) == 0)
        c->ops->send(c->owner, writer_written(&w));
    if (status != RTSP_OK)
        ++*c->oddities;
}

/* Nothing names a session of ours but its own id; most origins leave it out. */
static bool is_about_us(const struct rtsp_client *c, const struct rtsp_message *m)
{
    struct session_field field;
    struct span text = rtsp_header_find(m, "Session");
    return !text.ptr ||
           (session_field_parse(&field, text) == 0 && span_is_text(field.id, c->session));
}

/* ANNOUNCE (RFC 2326 10.3). The status to answer; *is_stale: the session has to begin anew. */
static int take_announced(bool *is_stale, struct rtsp_client *c, const struct rtsp_message *m)
{
    struct span type = rtsp_header_find(m, "Content-Type");
    if (!c->ops->announced)
        return RTSP_METHOD_NOT_ALLOWED;
    if (c->step != STEP_PLAYING)
        return RTSP_NOT_VALID_IN_THIS_STATE;
    if (type.ptr && !span_has_prefix_nocase(type, "application/sdp"))
        return RTSP_UNSUPPORTED_MEDIA_TYPE;
    struct sdp *sdp = malloc(sizeof *sdp);
    if (!sdp)
        return RTSP_INTERNAL_ERROR;
    int result = sdp_parse(sdp, m->body);
    if (result == 0)
        result = c->ops->announced(c->owner, sdp, m->body);
    free(sdp);
    *is_stale = result == -ESTALE;
    if (result < 0 && !*is_stale)
        return result == -ENOMEM ? RTSP_INTERNAL_ERROR : RTSP_BAD_REQUEST;
    return RTSP_OK;
}

static int take(bool *is_stale, struct rtsp_client *c, const struct rtsp_message *m)
{
    if (m->error_status != 0)
        return m->error_status;
    if (m->method == RTSP_METHOD_UNKNOWN)
        return RTSP_NOT_IMPLEMENTED;
    if (rtsp_header_find(m, "Require").ptr)
        return RTSP_OPTION_NOT_SUPPORTED;
    if (!is_about_us(c, m))
        return RTSP_SESSION_NOT_FOUND;
    switch (m->method) {
    case RTSP_OPTIONS:
    case RTSP_TEARDOWN:
    case RTSP_REDIRECT:
        return RTSP_OK;
    case RTSP_GET_PARAMETER:
    case RTSP_SET_PARAMETER: /* we have no parameters; without any it asks whether we live */
        return m->body.len == 0 ? RTSP_OK : RTSP_PARAMETER_NOT_UNDERSTOOD;
    case RTSP_ANNOUNCE:
        return take_announced(is_stale, c, m);
    default:
        return RTSP_METHOD_NOT_ALLOWED;
    }
}

void client_on_request(struct rtsp_client *c, const struct rtsp_message *m)
{
    bool is_stale = false;
    if (span_has_prefix(m->method_name, "HTTP/")) { /* a web server's answer: no use to go on */
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    int status = take(&is_stale, c, m);
    if (c->is_over)
        return;
    answer(c, m, status);
    if (status != RTSP_OK)
        return;
    if (m->method == RTSP_TEARDOWN)
        client_fail(c, RTSP_CLIENT_ENDED, 0);
    else if (m->method == RTSP_REDIRECT) /* its Range says when, and that is now */
        client_move(c, rtsp_header_find(m, "Location"), 0);
    else if (is_stale)
        client_move(c, span_of(NULL, 0), 0);
}
