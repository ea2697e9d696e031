/* What the virtual server asks, answered from the catalog. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/dialogue_internal.h"
#include "gateway/publisher.h"
#include "gateway/viewer.h"
#include "wire/rtsp_message.h"

static void on_send(void *owner, struct span bytes)
{
    struct dialogue *d = owner;
    if (connection_write(d->connection, bytes) < 0)
        dialogue_doom(d, "takes no answers");
}

static void on_close(void *owner)
{
    dialogue_doom(owner, "dialogue over");
}

void dialogue_tell_when(struct dialogue *d, int status)
{
    if (status == RTSP_NOT_ENOUGH_BANDWIDTH || status == RTSP_UNAVAILABLE)
        rtsp_server_retry_after(
            d->server,
            admission_retry_after_s(&d->gateway->admission, clock_now_us(), random_jitter()));
}

static void describe(struct dialogue *d, struct stream *stream, int status)
{
    char *text = status == RTSP_OK ? malloc(LIMIT_RTSP_BODY) : NULL;
    struct writer w = writer_of(text, text ? LIMIT_RTSP_BODY : 0);
    struct address source;

    if (text)
        stream_write_sdp(stream, &w, connection_local(d->connection),
                         dialogue_find_source(d, stream, &source) ? &source : NULL,
                         rtsp_server_control_base(d->server));
    if (status == RTSP_OK && (!text || writer_result(&w) < 0))
        status = RTSP_INTERNAL_ERROR;
    dialogue_tell_when(d, status);
    rtsp_server_described(d->server, status, writer_written(&w), clock_wall_us());
    free(text);
}

/* Exchanges the catalog's stream for the variant of it that is wanted. RTSP_OK, or the status to
 * refuse with. */
static int find_variant(const struct dialogue *d, struct stream **stream,
                        const struct rtsp_session *session)
{
    const struct viewer *v = rtsp_session_owner(session);
    struct stream *own = v ? viewer_stream(v) : NULL;
    const char *protocol = d->wanted.protocol;

    if ((*stream)->form != INPUT_LIVE)
        return RTSP_OK;
    if (own && strcmp(stream_protocol(own), protocol) != 0) /* a variant is of one kind */
        return RTSP_UNSUPPORTED_TRANSPORT;
    if (own && own->form != INPUT_LIVE)
        *stream = own; /* its second track, or the same anew */
    else if (protocol[0])
        return (*stream)->path->kind /* nobody is there who could be asked for it */
                   ? RTSP_UNSUPPORTED_TRANSPORT
                   : stream_ask_carried(stream, *stream, protocol);
    else if ((*stream)->supply == SUPPLY_STORED)
        return stream_ask_own(stream, *stream);
    else if ((*stream)->supply == SUPPLY_FOREIGN)
        return RTSP_UNSUPPORTED_TRANSPORT;
    return RTSP_OK;
}

static void await(struct dialogue *d, struct stream *stream, enum dialogue_question question)
{
    d->question = question;
    d->awaited = stream;
    stream_await(stream, &d->wait);
}

static void set_up(struct dialogue *d, struct stream *stream, int status)
{
    struct rtsp_session *session = rtsp_server_session(d->server);
    if (status == RTSP_OK && !session)
        status = RTSP_SESSION_NOT_FOUND;
    if (status == RTSP_OK)
        status = dialogue_choose_delivery(d, stream);
    if (status == RTSP_OK)
        status = find_variant(d, &stream, session);
    if (status == RTSP_OK && !stream_is_ready(stream)) {
        await(d, stream, QUESTION_SETUP);
        return;
    }
    struct viewer_place place = {
        .stream = stream,
        .connection = d->connection,
        .viewers = &d->viewers,
        .is_tunnelled = d->tunnel != NULL,
        .track = d->wanted_track,
        .domain = d->domain,
    };
    if (status == RTSP_OK)
        status = viewer_set_up(session, &place, &d->wanted);
    if (status == RTSP_UNSUPPORTED_TRANSPORT && d->wanted.is_multicast && d->offer.has_unicast &&
        !rtsp_session_owner(session)) {
        d->wanted = d->offer.unicast; /* no group is to be had now */
        status = viewer_set_up(session, &place, &d->wanted);
    }
    dialogue_tell_when(d, status);
    rtsp_server_set_up(d->server, status, &d->wanted);
}

static void answer(struct dialogue *d, enum dialogue_question question, struct stream *stream,
                   int status)
{
    if (question == QUESTION_DESCRIBE)
        describe(d, stream, status);
    else if (question == QUESTION_SETUP)
        set_up(d, stream, status);
}

void dialogue_answer(struct dialogue *d, int status)
{
    enum dialogue_question question = d->question;
    d->question = QUESTION_NONE;
    answer(d, question, d->awaited, status);
}

/* Asks for a stream, and goes on when it is ready or has failed: maybe at once. */
static void ask(struct dialogue *d, enum dialogue_question question)
{
    struct stream *stream = NULL;
    int status = stream_ask(&stream, d->gateway, &d->naming);

    if (stream)
        stream_set_via(stream, rtsp_server_via(d->server)); /* a chain is never too long here */
    if (!stream || stream_is_ready(stream)) {
        answer(d, question, stream, status);
        return;
    }
    await(d, stream, question);
}

static int on_name(void *owner, char name[LIMIT_NAME], const struct rtsp_target *target)
{
    struct dialogue *d = owner;
    int status = naming_take(&d->naming, d->gateway, target, connection_local(d->connection));
    if (status == 0)
        span_copy(name, LIMIT_NAME, span_text(d->naming.name));
    return status;
}

static void on_describe(void *owner, const char *name)
{
    (void)name; /* the naming's own */
    ask(owner, QUESTION_DESCRIBE);
}

static void on_setup(void *owner, struct rtsp_session *session, const char *name, int track,
                     const struct rtsp_offer *offer)
{
    struct dialogue *d = owner;
    if (rtsp_session_is_publisher(session)) {
        dialogue_set_up_publisher(d, session, (unsigned)track, offer);
        return;
    }
    d->wanted_track = track;
    d->offer = *offer;
    (void)name;
    if (dialogue_may_deliver(d))
        ask(d, QUESTION_SETUP);
    else
        rtsp_server_set_up(d->server, RTSP_UNSUPPORTED_TRANSPORT, NULL);
}

static void on_play(void *owner, struct rtsp_session *session, const struct rtsp_play *play)
{
    struct dialogue *d = owner;
    struct viewer *v = rtsp_session_owner(session);
    struct rtsp_first firsts[LIMIT_TRACKS];
    struct rtsp_played played = {.firsts = firsts};
    int64_t now_us = clock_now_us();

    if (viewer_stream(v) && stream_is_own(viewer_stream(v))) {
        dialogue_play_stored(d, v, play);
        return;
    }
    int status = viewer_play(v, firsts, &played.count, now_us);
    if (status != RTSP_OK) {
        dialogue_tell_when(d, status);
        rtsp_server_played(d->server, status, NULL);
        return;
    }
    rtsp_server_played(d->server, RTSP_OK, &played);
    viewer_send(v, now_us);
}

static void on_pause(void *owner, struct rtsp_session *session)
{
    struct dialogue *d = owner;
    if (rtsp_session_is_publisher(session)) {
        publisher_pause(rtsp_session_owner(session));
        rtsp_server_paused(d->server, RTSP_OK);
        return;
    }
    struct viewer *v = rtsp_session_owner(session);
    if (viewer_stream(v) && stream_is_own(viewer_stream(v))) {
        dialogue_pause_stored(d, v);
        return;
    }
    viewer_pause(v);
    rtsp_server_paused(d->server, RTSP_OK);
}

static void on_release(void *owner, struct rtsp_session *session, unsigned track)
{
    (void)owner;
    viewer_release(rtsp_session_owner(session), track);
}

static void on_frame(void *owner, struct rtsp_session *session, uint8_t channel, struct span packet)
{
    if (rtsp_session_is_publisher(session)) {
        dialogue_take_frame(owner, session, channel, packet);
        return;
    }
    struct viewer *v = rtsp_session_owner(session);
    if (v)
        viewer_take_rtcp(v, packet, clock_now_us());
}

const struct rtsp_server_ops dialogue_server_ops = {
    .name = on_name,
    .send = on_send,
    .describe = on_describe,
    .setup = on_setup,
    .play = on_play,
    .pause = on_pause,
    .release = on_release,
    .frame = on_frame,
    .close = on_close,
    .announce = dialogue_on_announce,
    .record = dialogue_on_record,
    .teardown = viewer_on_teardown,
    .unpublish = publisher_on_unpublish,
    .may = access_may,
    .account = access_account,
    .may_try = access_may_try,
    .wrong = access_wrong,
};
