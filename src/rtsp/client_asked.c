/* What the origin asks of us. */
#include "rtsp/client_internal.h"

static void answer(struct rtsp_client *c, const struct rtsp_message *m, int status)
{
    char bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    rtsp_write_response(&w, status, m->has_cseq, m->cseq);
    if (status == RTSP_OK && m->method == RTSP_OPTIONS)
        rtsp_write_header(&w, "Public", "OPTIONS, GET_PARAMETER, SET_PARAMETER, TEARDOWN");
    rtsp_write_end(&w);
    c->ops->send(c->owner, writer_written(&w));
}

void client_on_request(struct rtsp_client *c, const struct rtsp_message *m)
{
    bool is_end = m->method == RTSP_TEARDOWN || m->method == RTSP_REDIRECT;
    bool is_known = is_end || m->method == RTSP_OPTIONS || m->method == RTSP_GET_PARAMETER ||
                    m->method == RTSP_SET_PARAMETER;
    answer(c, m, is_known ? RTSP_OK : RTSP_NOT_IMPLEMENTED);
    if (is_end)
        client_fail(c, RTSP_CLIENT_ENDED, 0);
}
