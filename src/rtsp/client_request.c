/* The virtual client's requests: their lines, and the credentials in them. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "rtsp/client_internal.h"

static void write_authorization(struct rtsp_client *c, struct writer *w, const char *url)
{
    char value[2048];
    struct writer v = writer_of(value, sizeof value);
    struct credentials credentials = {.user = c->user, .password = c->password};
    struct digest_use use = {.method = rtsp_method_name(c->method),
                             .url = span_text(url),
                             .count = ++c->nonce_count,
                             .cnonce = c->cnonce};
    if (credentials_write(&v, &credentials, &c->challenge, &use) == 0)
        rtsp_write_header(w, "Authorization", "%.*s", SPAN_ARG(writer_written(&v)));
    memset(value, 0, sizeof value);
}

/* What each method has of its own. 0, or why the owner gives up. */
static int write_own_headers(struct rtsp_client *c, struct writer *w)
{
    struct transport transport = {0};
    int result = 0;

    switch (c->method) {
    case RTSP_DESCRIBE:
        rtsp_write_header(w, "Accept", "application/sdp");
        break;
    case RTSP_SETUP:
        result = c->ops->offer(c->owner, (unsigned)c->track_next, &transport);
        transport.protocol =
            c->protocol[0] ? span_text(c->protocol) : transport_rtp(false, transport.is_tcp);
        writer_text(w, "Transport: ");
        transport_write(w, &transport);
        writer_text(w, "\r\n");
        break;
    case RTSP_PLAY:
        if (c->is_stored)
            client_write_wish(c, w);
        else
            rtsp_write_header(w, "Range", "npt=0.000-");
        break;
    default:
        break;
    }
    return result;
}

void client_send(struct rtsp_client *c, enum rtsp_method method, const char *url)
{
    char bytes[LIMIT_RTSP_HEAD];
    struct writer w = writer_of(bytes, sizeof bytes);

    c->method = method;
    rtsp_write_request(&w, method, span_text(url), ++c->cseq);
    rtsp_write_header(&w, "User-Agent", "%s", c->user_agent);
    if (c->via[0])
        rtsp_write_header(&w, "Via", "%s", c->via);
    if (c->session[0])
        rtsp_write_header(&w, "Session", "%s", c->session);
    if (write_own_headers(c, &w) < 0) {
        client_fail(c, RTSP_CLIENT_SHORT, 0);
        return;
    }
    if (c->has_challenge)
        write_authorization(c, &w, url);
    rtsp_write_end(&w);
    if (writer_result(&w) < 0) {
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    c->is_waiting = true;
    c->provisional = 0;
    c->sent_us = c->now_us;
    c->answer_us = c->now_us + c->answer_timeout_us;
    c->ops->send(c->owner, writer_written(&w));
}
