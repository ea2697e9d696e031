/* What a receiver is sent. */
#include "base/clock.h"
#include "gateway/receiver_internal.h"
#include "gateway/stream.h"
#include "wire/rtp.h"
#include "wire/rtsp_message.h"

/* The stream is described, and may be viewed. False: that failed, and the source has stopped. */
static bool begin(struct receiver *r, struct span description)
{
    int64_t now_us = clock_now_us();
    if (stream_described(r->stream, description) < 0) {
        stream_source_failed(r->stream, SOURCE_FAILED, RTSP_INTERNAL_ERROR,
                             "what comes cannot be described");
        return false;
    }
    r->is_started = true;
    media_in_start_reports(&r->media, r->stream->sdp);
    media_in_plan_reports(&r->media, now_us);
    stream_source_started(r->stream);
    return r->stream;
}

static void drop(struct receiver *r, const char *reason)
{
    stream_source_counts(r->stream)->oddities++;
    if (!r->has_complained)
        log_event(r->gateway->log, LOG_WARN, "source_unclear", "path source reason", r->path->name,
                  r->path->shown, reason);
    r->has_complained = true;
}

/* Of the payload types that say by themselves what they are (RFC 3551). False: another one. */
static bool describe_static(struct writer *w, uint8_t payload_type)
{
    bool is_video = payload_type >= 26 && payload_type <= 34;
    struct sdp sdp;
    writer_format(w, "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=%s 0 RTP/AVP %u\r\n",
                  is_video ? "video" : "audio", (unsigned)payload_type);
    if (payload_type == MP2T_PAYLOAD_TYPE)
        writer_text(w, "a=rtpmap:33 MP2T/90000\r\n");
    return sdp_parse(&sdp, writer_written(w)) == 0 && sdp.tracks[0].encoding.len > 0;
}

/* rtp:// */
static bool begin_as_it_says(struct receiver *r, const struct rtp *rtp)
{
    char text[256], said[RECEIVER_REASON];
    struct writer w = writer_of(text, sizeof text), complaint = writer_of(said, sizeof said);
    if (describe_static(&w, rtp->payload_type))
        return begin(r, writer_written(&w));
    writer_format(&complaint,
                  "RTP of type %u comes, which only a description explains: name its file (source: "
                  "NAME.sdp)",
                  (unsigned)rtp->payload_type);
    receiver_give_up(r, RTSP_BAD_GATEWAY, &complaint);
    return false;
}

static void take_rtp(struct receiver *r, unsigned track, struct span packet, int64_t now_us)
{
    struct rtp rtp;
    bool is_rtcp = rtp_is_rtcp(packet); /* both may come to one port */
    if (!is_rtcp && rtp_parse(&rtp, packet) < 0) {
        drop(r, "what comes is no RTP");
        return;
    }
    if (!r->is_started &&
        (is_rtcp || !(r->plan->description ? begin(r, span_text(r->plan->description))
                                           : begin_as_it_says(r, &rtp))))
        return;
    stream_receive(r->stream, track, is_rtcp, packet, true, now_us);
}

/* udp:// */
static void take_datagram(struct receiver *r, struct span packet, int64_t now_us)
{
    char text[256];
    struct writer w = writer_of(text, sizeof text);
    enum mp2t_kind kind = mp2t_look(packet);

    if (kind == MP2T_FOREIGN) {
        drop(r, "what comes is no MPEG-TS: packets of 188 bytes, or those in RTP of type 33");
        return;
    }
    if (!r->is_started) {
        describe_static(&w, MP2T_PAYLOAD_TYPE);
        if (!begin(r, writer_written(&w)))
            return;
    }
    if (kind == MP2T_PLAIN)
        packet = mp2t_wrap(&r->mp2t, packet, now_us);
    stream_receive(r->stream, 0, false, packet, kind == MP2T_RTP, now_us);
}

void receiver_take(void *owner, unsigned track, bool is_rtcp, struct span packet, int64_t now_us)
{
    struct receiver *r = owner;
    bool is_rtp = r->plan->tracks[track].url.is_rtp;
    if (!is_rtcp && is_rtp)
        take_rtp(r, track, packet, now_us);
    else if (!is_rtcp)
        take_datagram(r, packet, now_us);
    else if (r->is_started)
        stream_receive(r->stream, track, true, packet, true, now_us);
}
