/* RTCP from viewers: it shows life, becomes figures, or is a wish. It goes no further. */
#include "gateway/viewer_internal.h"
#include "wire/rtcp_feedback.h"

/* The track that this viewer gets under that SSRC; -1: none of its. */
static int find_track(const struct viewer *v, uint32_t ssrc)
{
    uint32_t seen;
    for (unsigned i = 0; i < v->stream->sdp->track_count; i++)
        if (viewer_has_track(v, i) && stream_ssrc(v->stream, i, &seen) && seen == ssrc)
            return (int)i;
    return -1;
}

static void take_blocks(struct viewer *v, const struct rtcp *packet, int64_t now_us)
{
    struct rtcp_report block;
    for (unsigned i = 0; rtcp_report_parse(&block, packet, i) == 0; i++) {
        int track = find_track(v, block.ssrc);
        if (track < 0)
            v->report.refused++;
        else
            viewer_report_note(&v->report, (unsigned)track,
                               v->stream->sdp->tracks[track].clock_rate, &block, now_us);
    }
}

static void take_fir(struct viewer *v, const struct rtcp_feedback *fir)
{
    uint32_t ssrc;
    for (unsigned i = 0; i < v->stream->sdp->track_count; i++)
        if (viewer_has_track(v, i) && stream_ssrc(v->stream, i, &ssrc) && rtcp_fir_names(fir, ssrc))
            stream_want_key(v->stream, i);
}

static void take_nack(struct viewer *v, unsigned track, const struct rtcp_feedback *feedback,
                      int64_t now_us)
{
    struct rtcp_nack nack = {.items = feedback->items};
    uint16_t seq;
    while (rtcp_nack_next(&nack, &seq) && viewer_report_may_ask(&v->report, now_us))
        stream_want_packet(v->stream, &v->reader, track, seq);
}

static void take_feedback(struct viewer *v, const struct rtcp_feedback *feedback, int64_t now_us)
{
    if (feedback->kind == RTCP_FEEDBACK_FIR) {
        take_fir(v, feedback);
        return;
    }
    if (feedback->kind == RTCP_FEEDBACK_OTHER)
        return; /* bandwidth estimates and the like: an origin has many viewers, with many links */
    int track = find_track(v, feedback->media_ssrc);
    if (track < 0)
        v->report.refused++;
    else if (feedback->kind == RTCP_FEEDBACK_PLI)
        stream_want_key(v->stream, (unsigned)track);
    else
        take_nack(v, (unsigned)track, feedback, now_us);
}

/* Whether it was meant as RTCP: one whose lengths lie is a broken report, not an RTP packet that
 * opens a way. */
static bool is_meant_as_rtcp(struct span data)
{
    return data.len >= 2 && data.ptr[1] >= 192 && data.ptr[1] <= 223;
}

void viewer_take_rtcp(struct viewer *v, struct span compound, int64_t now_us)
{
    struct rtcp packet;
    struct rtcp_feedback feedback;

    if (!v->stream || !is_meant_as_rtcp(compound) || !viewer_report_may_tell(&v->report, now_us))
        return;
    if (rtcp_check(compound) < 0) {
        v->report.refused++;
        return;
    }
    while (rtcp_parse_next(&packet, &compound) == 0) {
        take_blocks(v, &packet, now_us);
        if (rtcp_feedback_parse(&feedback, &packet) == 0)
            take_feedback(v, &feedback, now_us);
    }
}

void viewer_receive(struct gateway *g, struct span data, const struct address *from, int64_t now_us)
{
    struct viewer *v = viewer_port_find(g, from);
    if (!v) {
        g->strays += is_meant_as_rtcp(data);
        return;
    }
    rtsp_session_touch(v->session, now_us);
    viewer_take_rtcp(v, data, now_us);
}

void viewer_report_status(const struct viewer *v, struct viewer_status *status, int64_t now_us)
{
    struct viewer_report_track worst;
    status->has_report = viewer_report_worst(&v->report, &worst);
    status->loss_percent = worst.loss_percent;
    status->jitter_ms = worst.jitter_ms;
    status->lost = worst.lost;
    status->report_age_us = now_us - worst.heard_us;
    status->reports = v->report.heard;
    status->reports_refused = v->report.refused;
    status->resent = v->reader.output ? v->reader.output->resent : 0;
    for (unsigned i = 0; i < LIMIT_TRACKS; i++) {
        const struct viewer_report_track *t = &v->report.tracks[i];
        if (t->is_known)
            status->tracks[status->track_count++] = (struct viewer_track_status){
                .track = i,
                .loss_percent = t->loss_percent,
                .lost = t->lost,
                .jitter_ms = t->jitter_ms,
                .report_age_us = now_us - t->heard_us,
            };
    }
}
