#include "rtsp_owner.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "wire/url.h"

static void check_request(struct owner *o, const struct rtsp_message *m, struct span bytes)
{
    bool is_again = m->method == o->method; /* with credentials, or as the next try */
    assert(++o->asked <= 1 + o->joined);    /* one for each event */
    assert(m->cseq == o->cseq + 1 || (o->is_over && m->cseq > o->cseq));
    assert(!o->is_over || (o->is_stopped && m->method == RTSP_TEARDOWN));
    if (rtsp_header_find(m, "Authorization").ptr)
        assert(o->has_challenged && o->has_user);
    for (size_t i = 0; i + 6 <= bytes.len; i++)
        assert(memcmp(bytes.ptr + i, "secret", 6) != 0);
    switch (m->method) {
    case RTSP_OPTIONS:
        assert(is_again || o->cseq == 0 || o->is_playing || o->is_ready);
        break;
    case RTSP_DESCRIBE:
        assert(!o->is_described && !o->set_up);
        break;
    case RTSP_SETUP:
        assert(o->is_described && !o->is_ready && !o->is_playing);
        break;
    case RTSP_PLAY:
        assert(o->set_up && o->set_up == o->wanted);
        assert(o->is_stored ? o->is_controlling : !o->is_playing);
        break;
    case RTSP_PAUSE:
        assert(o->is_controlling);
        break;
    default: /* keep-alive, and the end */
        assert(m->method == RTSP_TEARDOWN ? o->is_stopped : o->is_playing || o->is_ready);
    }
}

static void on_send(void *owner, struct span bytes)
{
    struct owner *o = owner;
    struct rtsp_piece piece;
    assert(rtsp_piece_parse(&piece, bytes) == 0 && piece.len == bytes.len);
    const struct rtsp_message *m = &piece.message;
    assert(piece.kind == RTSP_PIECE_MESSAGE && m->error_status == 0);
    if (!m->is_request) { /* in their order, and one each */
        assert(o->question_count > 0 && m->has_cseq && m->cseq == o->questions[0]);
        memmove(o->questions, o->questions + 1, --o->question_count * sizeof o->questions[0]);
        return;
    }
    check_request(o, m, bytes);
    o->method = m->method;
    o->cseq = m->cseq;
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    struct owner *o = owner;
    assert(!o->is_over && !o->is_described && sdp->track_count > 0 && text.len > 0);
    o->is_described = true;
    o->track_count = sdp->track_count;
    for (size_t i = 0; i < sdp->track_count; i++)
        if (o->client->protocol[0] || span_has_prefix(sdp->tracks[i].protocol, "RTP/"))
            o->wanted |= 1u << i;
    if (o->mood == 1)
        return -EINVAL;
    if (o->mood == 2) { /* it was all he wanted */
        o->is_stopped = o->is_over = true;
        rtsp_client_stop(o->client);
    }
    return 0;
}

static int on_offer(void *owner, unsigned track, struct transport *transport)
{
    struct owner *o = owner;
    assert(!o->is_over && track < o->track_count && !(o->set_up & 1u << track));
    transport->is_tcp = transport->has_interleaved = o->mood & 4;
    transport->has_client_port = !transport->is_tcp;
    transport->client_port[0] = 5000;
    transport->client_port[1] = 5001;
    o->offered |= 1u << track;
    return o->mood == 3 ? -EMFILE : 0;
}

static int on_set_up(void *owner, unsigned track, const struct transport *transport)
{
    struct owner *o = owner;
    assert(!o->is_over && o->offered & 1u << track && !(o->set_up & 1u << track));
    o->set_up |= 1u << track;
    return transport->is_multicast ? -EPROTONOSUPPORT : o->mood == 4 ? -EIO : 0;
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct owner *o = owner;
    assert(!o->is_over && !o->is_stored && !o->is_playing && o->set_up);
    assert(count == o->track_count);
    for (size_t i = 0; i < count; i++)
        assert(infos[i].url.len < OWNER_INBOX);
    o->is_playing = true;
}

void owner_wish(struct owner *o, uint8_t how)
{
    struct rtsp_client_wish to = {span_text(how & 16 ? "npt=1-" : ""), span_text("2"), {0}};
    bool was_waiting = o->client->is_waiting, was_controlling = o->is_controlling;
    o->is_controlling |= o->is_ready;
    int result = how & 32 ? rtsp_client_pause(o->client, o->now_us)
                          : rtsp_client_play(o->client, &to, o->now_us);
    assert(result == 0 || result == -EBUSY);
    assert((result == 0) == (o->is_ready && !was_controlling));
    assert(!was_waiting || o->asked == 0);
}

static void on_ready(void *owner)
{
    struct owner *o = owner;
    assert(!o->is_over && o->is_stored && !o->is_ready && o->set_up);
    o->is_ready = true;
    if (o->mood & 8)
        owner_wish(o, 0);
}

static void on_controlled(void *owner, enum rtsp_method method, const struct rtsp_message *answer,
                          const struct rtp_info *infos, size_t count)
{
    struct owner *o = owner;
    assert(!o->is_over && o->is_controlling && count == o->track_count && infos);
    assert((method == RTSP_PLAY || method == RTSP_PAUSE) && answer->status >= 200);
    o->is_controlling = false;
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    (void)channel;
    assert(!((struct owner *)owner)->is_over && packet.len <= 65535);
}

static int on_announced(void *owner, const struct sdp *sdp, struct span text)
{
    struct owner *o = owner;
    assert(!o->is_over && (o->is_playing || o->is_ready) && sdp->track_count > 0 && text.len > 0);
    return o->mood & 1 ? -ESTALE : o->mood & 2 ? -EINVAL : 0;
}

static void on_moved(void *owner, struct span text)
{
    struct owner *o = owner;
    struct url url;
    assert(!o->is_over);
    assert(text.len == 0 || (url_parse(&url, text) == 0 && !url.has_user));
    o->is_over = true;
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct owner *o = owner;
    assert(!o->is_over && status >= 0 && rtsp_client_failure_name(failure));
    o->is_over = true;
}

const struct rtsp_client_ops owner_ops = {
    .send = on_send,
    .described = on_described,
    .offer = on_offer,
    .set_up = on_set_up,
    .playing = on_playing,
    .ready = on_ready,
    .controlled = on_controlled,
    .frame = on_frame,
    .announced = on_announced,
    .moved = on_moved,
    .failed = on_failed,
};
