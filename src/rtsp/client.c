#include "rtsp/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/client_internal.h"
#include "wire/url.h"

static const int64_t keep_alive_most_us = 30 * CLOCK_SECOND_US;

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

static void forget_tracks(struct rtsp_client *c)
{
    for (size_t i = 0; i < c->track_count; i++)
        free(c->tracks[i].url);
    free(c->tracks);
    c->tracks = NULL;
    c->track_count = 0;
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
    c->request_url = strdup(settings->url);
    c->user = strdup(settings->user ? settings->user : "");
    c->password = strdup(settings->password ? settings->password : "");
    c->user_agent = strdup(settings->user_agent);
    c->keep_alive_us = INT64_MAX;
    if (!c->request_url || !c->user || !c->password || !c->user_agent) {
        rtsp_client_free(c);
        return -ENOMEM;
    }
    *client = c;
    return 0;
}

struct rtsp_client *rtsp_client_free(struct rtsp_client *c)
{
    if (c) {
        forget_tracks(c);
        wipe(c->password);
        wipe(c->user);
        free(c->request_url);
        free(c->user_agent);
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

static void set_up_next(struct rtsp_client *c)
{
    while (c->track_next < c->track_count && !c->tracks[c->track_next].url)
        c->track_next++;
    if (c->track_next < c->track_count) {
        c->step = STEP_SETUP;
        client_send(c, RTSP_SETUP, c->tracks[c->track_next].url);
        return;
    }
    c->step = STEP_PLAY;
    client_send(c, RTSP_PLAY, c->base_url);
}

static char *resolve(struct span base, struct span reference)
{
    char url[LIMIT_URL + 1];
    struct writer w = writer_of(url, sizeof url - 1);
    if (url_resolve(&w, base, reference) < 0)
        return NULL;
    url[w.len] = '\0';
    return strdup(url);
}

/* RFC 2326 C.1.1: Content-Base, Content-Location, the request's own URL. */
static struct span base_of(const struct rtsp_client *c, const struct rtsp_message *m)
{
    struct url url;
    struct span base = rtsp_header_find(m, "Content-Base");
    if (url_parse(&url, base) < 0)
        base = rtsp_header_find(m, "Content-Location");
    return url_parse(&url, base) < 0 ? span_text(c->request_url) : base;
}

/* The tracks' URLs. 0; -EBADMSG when there is no RTP among them. */
static int take_tracks(struct rtsp_client *c, const struct sdp *sdp, struct span base)
{
    bool has_one = false;
    c->tracks = calloc(sdp->track_count, sizeof *c->tracks);
    if (!c->tracks)
        return -ENOMEM;
    c->track_count = sdp->track_count;
    for (size_t i = 0; i < sdp->track_count; i++) {
        if (!span_has_prefix_nocase(sdp->tracks[i].protocol, "RTP/"))
            continue;
        c->tracks[i].url = resolve(base, sdp->tracks[i].control);
        has_one |= c->tracks[i].url != NULL;
    }
    return has_one ? 0 : -EBADMSG;
}

static void on_described(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct span base = base_of(c, m);
    struct sdp *sdp = malloc(sizeof *sdp);
    int result = sdp ? sdp_parse(sdp, m->body) : -ENOMEM;

    forget_tracks(c);
    free(c->base_url);
    c->base_url = NULL;
    if (result == 0)
        result = take_tracks(c, sdp, base);
    if (result == 0 && !(c->base_url = resolve(base, sdp->control)))
        result = -EBADMSG;
    if (result == 0)
        result = c->ops->described(c->owner, sdp, m->body);
    free(sdp);
    if (result < 0) {
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    c->track_next = 0;
    set_up_next(c);
}

static int take_session(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct session_field field;
    int result = session_field_parse(&field, rtsp_header_find(m, "Session"));
    if (result < 0)
        return result;
    c->session_timeout_s = field.timeout_s;
    return span_copy(c->session, sizeof c->session, field.id);
}

static void on_set_up(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct transport transport;
    struct span text = rtsp_header_find(m, "Transport");
    int result = transport_parse_next(&transport, &text);

    if (result == 0)
        result = take_session(c, m);
    if (result == 0)
        result = c->ops->set_up(c->owner, (unsigned)c->track_next, &transport);
    if (result < 0) {
        client_fail(c, RTSP_CLIENT_BROKEN, 0);
        return;
    }
    c->tracks[c->track_next++].is_set_up = true;
    set_up_next(c);
}

/* Which track an RTP-Info entry is about: its URL may be relative, or end with a slash. */
static bool is_url_of(const char *track_url, struct span url)
{
    struct span own = span_text(track_url);
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    while (own.len > 0 && own.ptr[own.len - 1] == '/')
        own.len--;
    return url.len > 0 && url.len <= own.len &&
           span_is_equal(span_skip(own, own.len - url.len), url) &&
           (url.len == own.len || own.ptr[own.len - url.len - 1] == '/' || url.ptr[0] == '/');
}

static void schedule_keep_alive(struct rtsp_client *c)
{
    int64_t half_us = (int64_t)c->session_timeout_s * CLOCK_SECOND_US / 2;
    c->keep_alive_us = c->now_us + (half_us < keep_alive_most_us ? half_us : keep_alive_most_us);
}

static void on_playing(struct rtsp_client *c, const struct rtsp_message *m)
{
    struct rtp_info infos[LIMIT_TRACKS] = {0}, info;
    struct span text = rtsp_header_find(m, "RTP-Info");
    int result;

    while ((result = rtp_info_parse_next(&info, &text)) != -ENOENT)
        for (size_t i = 0; result == 0 && i < c->track_count; i++)
            if (c->tracks[i].is_set_up && is_url_of(c->tracks[i].url, info.url))
                infos[i] = info;
    c->step = STEP_PLAYING;
    schedule_keep_alive(c);
    c->ops->playing(c->owner, infos, c->track_count);
}

static void on_kept_alive(struct rtsp_client *c, int status)
{
    if (status == RTSP_SESSION_NOT_FOUND) {
        client_fail(c, RTSP_CLIENT_ENDED, status);
        return;
    }
    if (status >= 400)
        c->knows_get_parameter = false;
    schedule_keep_alive(c);
}

static void repeat(struct rtsp_client *c)
{
    const char *url = c->step == STEP_SETUP ? c->tracks[c->track_next].url
                      : c->step == STEP_PLAY || c->step == STEP_PLAYING ? c->base_url
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
    if (c->step == STEP_PLAYING) {
        on_kept_alive(c, m->status);
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
        on_described(c, m);
    else if (c->step == STEP_SETUP)
        on_set_up(c, m);
    else if (c->step == STEP_PLAY)
        on_playing(c, m);
}

static void on_request(struct rtsp_client *c, const struct rtsp_message *m)
{
    bool is_end = m->method == RTSP_TEARDOWN || m->method == RTSP_REDIRECT;
    bool is_known = is_end || m->method == RTSP_OPTIONS || m->method == RTSP_GET_PARAMETER ||
                    m->method == RTSP_SET_PARAMETER;
    client_answer(c, m, is_known ? RTSP_OK : RTSP_NOT_IMPLEMENTED);
    if (is_end)
        client_fail(c, RTSP_CLIENT_ENDED, 0);
}

static void on_message(struct rtsp_client *c, const struct rtsp_message *m)
{
    if (m->is_request)
        on_request(c, m);
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
