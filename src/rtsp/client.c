#include "rtsp/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtsp/client_internal.h"
#include "wire/url.h"

const char *rtsp_client_failure_name(enum rtsp_client_failure failure)
{
    static const char *const names[] = {
        [RTSP_CLIENT_REFUSED] = "the origin refused",
        [RTSP_CLIENT_BROKEN] = "the origin's answer makes no sense",
        [RTSP_CLIENT_TIMED_OUT] = "the origin does not answer",
        [RTSP_CLIENT_ENDED] = "the origin ended the session",
    };
    return names[failure];
}

static void wipe(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

int rtsp_client_new(struct rtsp_client **client, const struct rtsp_client_settings *settings,
                    const struct rtsp_client_ops *ops, void *owner)
{
    struct url url;
    if (url_parse(&url, span_text(settings->url)) < 0)
        return -EINVAL;
    struct rtsp_client *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->ops = ops;
    c->owner = owner;
    c->answer_timeout_us = settings->answer_timeout_us;
    c->is_stored = settings->is_stored;
    c->request_url = strdup(settings->url);
    c->user = strdup(settings->user ? settings->user : "");
    c->password = strdup(settings->password ? settings->password : "");
    c->user_agent = strdup(settings->user_agent);
    c->protocol = strdup(settings->protocol ? settings->protocol : "");
    c->via = strdup(settings->via ? settings->via : "");
    c->keep_alive_us = INT64_MAX;
    if (!c->request_url || !c->user || !c->password || !c->user_agent || !c->protocol || !c->via) {
        rtsp_client_free(c);
        return -ENOMEM;
    }
    *client = c;
    return 0;
}

struct rtsp_client *rtsp_client_free(struct rtsp_client *c)
{
    if (c) {
        client_forget_tracks(c);
        wipe(c->password);
        wipe(c->user);
        free(c->request_url);
        free(c->user_agent);
        free(c->protocol);
        free(c->via);
        free(c->base_url);
        free(c->challenge_text);
        free(c);
    }
    return NULL;
}

void client_fail(struct rtsp_client *c, enum rtsp_client_failure failure, int status)
{
    if (c->is_over)
        return;
    c->is_over = true;
    c->is_waiting = false;
    c->keep_alive_us = INT64_MAX;
    c->ops->failed(c->owner, failure, status);
}

void rtsp_client_start(struct rtsp_client *c, int64_t now_us)
{
    c->now_us = now_us;
    c->step = STEP_OPTIONS;
    client_send(c, RTSP_OPTIONS, c->request_url);
}

void rtsp_client_stop(struct rtsp_client *c)
{
    c->is_over = true;
    c->is_waiting = false;
    if (c->session[0])
        client_send(c, RTSP_TEARDOWN, c->base_url);
    c->is_waiting = false;
    c->session[0] = '\0';
}

/* The steps. Each is taken when the answer to the one before has come. */

static void describe(struct rtsp_client *c)
{
    c->step = STEP_DESCRIBE;
    client_send(c, RTSP_DESCRIBE, c->request_url);
}

static void repeat(struct rtsp_client *c)
{
    const char *url = c->step == STEP_SETUP   ? c->tracks[c->track_next].url
                      : c->step >= STEP_READY ? c->base_url
                                              : c->request_url;
    client_send(c, c->method, url);
}

static void on_answer(struct rtsp_client *c, const struct rtsp_message *m)
{
    c->is_waiting = false;
    if (m->status == RTSP_UNAUTHORIZED && client_take_challenge(c, m)) {
        repeat(c);
        return;
    }
    c->tries = 0;
    if (c->control.is_sent) {
        client_on_controlled(c, m);
        return;
    }
    if (c->step == STEP_PLAYING || c->step == STEP_READY) {
        client_on_kept_alive(c, m->status);
        client_send_control(c);
        return;
    }
    if (c->step == STEP_OPTIONS) { /* all it tells is how to keep the session alive */
        c->knows_get_parameter = method_list_has(rtsp_header_find(m, "Public"), RTSP_GET_PARAMETER);
        describe(c);
        return;
    }
    if (m->status < 200 || m->status >= 300) {
        client_fail(c, RTSP_CLIENT_REFUSED, m->status);
        return;
    }
    if (c->step == STEP_DESCRIBE)
        client_on_described(c, m);
    else if (c->step == STEP_SETUP)
        client_on_set_up(c, m);
    else if (c->step == STEP_PLAY)
        client_on_playing(c, m);
}

static void on_message(struct rtsp_client *c, const struct rtsp_message *m)
{
    if (m->is_request)
        client_on_request(c, m);
    else if (m->error_status != 0)
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
    else if (c->is_waiting && m->has_cseq && m->cseq == c->cseq && m->status >= 200)
        on_answer(c, m); /* 1xx and answers to nothing are passed over */
}

size_t rtsp_client_consume(struct rtsp_client *c, struct span bytes, int64_t now_us)
{
    struct rtsp_piece piece;
    size_t taken = 0;

    c->now_us = now_us;
    while (!c->is_over) {
        int result = rtsp_piece_parse(&piece, span_skip(bytes, taken));
        if (result == -EBADMSG)
            client_fail(c, RTSP_CLIENT_BROKEN, 0);
        if (result < 0)
            break;
        taken += piece.len;
        if (piece.kind == RTSP_PIECE_MESSAGE)
            on_message(c, &piece.message);
        else
            c->ops->frame(c->owner, piece.channel, piece.data);
    }
    return c->is_over ? bytes.len : taken;
}

int64_t rtsp_client_deadline_us(const struct rtsp_client *c)
{
    if (c->is_over)
        return INT64_MAX;
    return c->is_waiting ? c->answer_us : c->keep_alive_us;
}

void rtsp_client_tick(struct rtsp_client *c, int64_t now_us)
{
    c->now_us = now_us;
    if (now_us < rtsp_client_deadline_us(c))
        return;
    if (c->is_waiting)
        client_fail(c, RTSP_CLIENT_TIMED_OUT, 0);
    else
        client_send(c, c->knows_get_parameter ? RTSP_GET_PARAMETER : RTSP_OPTIONS, c->base_url);
}

bool rtsp_client_is_playing(const struct rtsp_client *c)
{
    return c->step == STEP_PLAYING && !c->is_over;
}
