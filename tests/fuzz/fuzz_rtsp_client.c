/* Whole dialogues with the virtual client: the input is what an origin says, in chunks, with time
 * between them. "@@" in it stands for the CSeq that is waited for, so that answers get through. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/reader.h"
#include "rtsp/client.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct owner {
    unsigned cseq; /* of the last request */
    bool is_over, is_playing;
    size_t tracks;
};

static void on_send(void *owner, struct span bytes)
{
    struct owner *o = owner;
    char text[2048] = "";
    unsigned cseq;
    span_copy(text, sizeof text, span_of(bytes.ptr, bytes.len < 2000 ? bytes.len : 2000));
    const char *at = strstr(text, "CSeq: ");
    if (strncmp(text, "RTSP/", 5) != 0 && at && sscanf(at, "CSeq: %u", &cseq) == 1)
        o->cseq = cseq;
}

static int on_described(void *owner, const struct sdp *sdp, struct span text)
{
    struct owner *o = owner;
    assert(sdp->track_count > 0 && text.len > 0 && !o->is_over);
    o->tracks = sdp->track_count;
    return 0;
}

static int on_offer(void *owner, unsigned track, struct transport *transport)
{
    struct owner *o = owner;
    assert(track < o->tracks);
    transport->is_tcp = transport->has_interleaved = track % 2;
    transport->has_client_port = !transport->is_tcp;
    transport->client_port[0] = 5000;
    transport->client_port[1] = 5001;
    return 0;
}

static int on_set_up(void *owner, unsigned track, const struct transport *transport)
{
    struct owner *o = owner;
    assert(track < o->tracks && !o->is_over);
    return transport->is_multicast ? -EPROTONOSUPPORT : 0;
}

static void on_playing(void *owner, const struct rtp_info *infos, size_t count)
{
    struct owner *o = owner;
    assert(count == o->tracks && !o->is_playing && !o->is_over);
    for (size_t i = 0; i < count; i++)
        assert(infos[i].url.len < 1 << 20);
    o->is_playing = true;
}

static void on_frame(void *owner, uint8_t channel, struct span packet)
{
    struct owner *o = owner;
    (void)channel;
    assert(!o->is_over && packet.len <= 65535);
}

static int on_announced(void *owner, const struct sdp *sdp, struct span text)
{
    struct owner *o = owner;
    assert(o->is_playing && !o->is_over && sdp->track_count > 0 && text.len > 0);
    if (sdp->track_count != o->tracks)
        return -ESTALE;
    return text.len % 7 == 0 ? -ENOMEM : 0;
}

static void on_moved(void *owner, struct span url)
{
    struct owner *o = owner;
    struct url parsed;
    assert(!o->is_over);
    assert(url.len == 0 || (url_parse(&parsed, url) == 0 && !parsed.has_user));
    o->is_over = true;
}

static void on_failed(void *owner, enum rtsp_client_failure failure, int status)
{
    struct owner *o = owner;
    assert(!o->is_over && status >= 0 && rtsp_client_failure_name(failure));
    o->is_over = true;
}

static const struct rtsp_client_ops ops = {
    .send = on_send,
    .described = on_described,
    .offer = on_offer,
    .set_up = on_set_up,
    .playing = on_playing,
    .frame = on_frame,
    .announced = on_announced,
    .moved = on_moved,
    .failed = on_failed,
};

static void append(struct buffer *inbox, struct span chunk, unsigned cseq)
{
    char number[16];
    int len = snprintf(number, sizeof number, "%u", cseq);
    while (chunk.len > 0) {
        bool is_mark = span_has_prefix(chunk, "@@");
        buffer_append(inbox, is_mark ? span_of(number, (size_t)len) : span_of(chunk.ptr, 1));
        chunk = span_skip(chunk, is_mark ? 2 : 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtsp_client_settings settings = {.url = "rtsp://192.0.2.1/live",
                                            .user = "user",
                                            .password = "password",
                                            .user_agent = "weir",
                                            .answer_timeout_us = 10 * CLOCK_SECOND_US};
    struct owner o = {0};
    struct rtsp_client *client;
    struct buffer inbox;
    struct reader r = reader_of(span_of(data, size));
    int64_t now_us = 1;

    buffer_init(&inbox, LIMIT_INBOX);
    if (rtsp_client_new(&client, &settings, &ops, &o) < 0)
        return 0;
    rtsp_client_start(client, now_us);
    while (r.rest.len > 0 && !o.is_over) {
        uint8_t how = reader_u8(&r);
        size_t len = reader_u8(&r);
        now_us += (how & 15) * CLOCK_SECOND_US;
        append(&inbox, reader_bytes(&r, len < r.rest.len ? len : r.rest.len), o.cseq);
        struct span s = buffer_span(&inbox);
        size_t taken = rtsp_client_consume(client, s, now_us);
        assert(taken <= s.len);
        buffer_consume(&inbox, taken);
        if (how & 16)
            rtsp_client_tick(client, now_us);
        assert(!o.is_over || rtsp_client_deadline_us(client) == INT64_MAX);
    }
    if (size % 2)
        rtsp_client_stop(client);
    rtsp_client_free(client);
    buffer_done(&inbox);
    return 0;
}
