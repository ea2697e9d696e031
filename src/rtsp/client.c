#include "rtsp/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/client_internal.h"
#include "wire/url.h"

/* 1xx: the answer takes longer. RFC 7826 10.4 has one sent each 5 s; at some time it is enough. */
static const unsigned provisional_most = 5;
/* An origin may ask and say things of its own accord, but each costs the other streams some time.
 * Media is not meant. */
static const unsigned unasked_a_second = 100;

const char *rtsp_client_failure_name(enum rtsp_client_failure failure)
{
    static const char *const names[] = {
        [RTSP_CLIENT_REFUSED] = "the origin refused",
        [RTSP_CLIENT_BROKEN] = "the origin's answer makes no sense",
        [RTSP_CLIENT_NO_MEDIA] = "the origin describes no RTP media",
        [RTSP_CLIENT_TRACKS] = "the origin describes more tracks than can be carried",
        [RTSP_CLIENT_TRANSPORT] = "the origin answers with a transport that was not asked for",
        [RTSP_CLIENT_GROUP] = ("the origin names a group that no media may be sent to, or that "
                               "cannot be joined here"),
        [RTSP_CLIENT_ASTRAY] = "the origin redirects to what is no RTSP URL",
        [RTSP_CLIENT_TIMED_OUT] = "the origin does not answer",
        [RTSP_CLIENT_SHORT] = "the gateway has no memory or ports for it",
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
    c->session_timeout_s = 60; /* RFC 2326 12.37 */
    c->keep_alive = RTSP_OPTIONS;
    c->keep_alive_us = INT64_MAX;
    c->oddities = settings->oddities ? settings->oddities : &c->own_oddities;
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

bool client_end(struct rtsp_client *c)
{
    bool was_over = c->is_over;
    c->is_over = true;
    c->is_waiting = false;
    c->keep_alive_us = INT64_MAX;
    return !was_over;
}

void client_fail(struct rtsp_client *c, enum rtsp_client_failure failure, int status)
{
    if (client_end(c))
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
    client_end(c);
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
    if (m->status >= 300 && m->status < 400 && m->status != 304) {
        client_move(c, rtsp_header_find(m, "Location"), m->status);
        return;
    }
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
        client_choose_keep_alive(c, rtsp_header_find(m, "Public"));
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

/* One request is under way at a time, so an answer that has lost its CSeq can only be its. */
static bool is_awaited(const struct rtsp_client *c, const struct rtsp_message *m)
{
    bool is_ours = m->has_cseq ? m->cseq == c->cseq : !rtsp_header_find(m, "CSeq").ptr;
    return c->is_waiting && is_ours;
}

/* Counts a message that is no answer. */
static bool is_too_much(struct rtsp_client *c)
{
    if (c->now_us - c->heard_us >= CLOCK_SECOND_US)
        c->heard = 0;
    if (c->heard == 0)
        c->heard_us = c->now_us;
    return ++c->heard > unasked_a_second;
}

static void on_message(struct rtsp_client *c, const struct rtsp_message *m)
{
    bool is_answer = !m->is_request && m->status >= 200 && is_awaited(c, m);
    if (!is_answer && is_too_much(c))
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
    else if (m->is_request)
        client_on_request(c, m);
    else if (m->error_status != 0)
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
    else if (!is_awaited(c, m))
        ++*c->oddities;
    else if (m->status >= 200)
        on_answer(c, m);
    else if (c->provisional++ < provisional_most)
        c->answer_us = c->now_us + c->answer_timeout_us;
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
        client_send(c, c->keep_alive, c->base_url);
}

bool rtsp_client_is_playing(const struct rtsp_client *c)
{
    return c->step == STEP_PLAYING && !c->is_over;
}
