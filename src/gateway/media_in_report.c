/* What we tell and ask a sender over RTCP: receiver reports, the viewers' requests made one, and
 * goodbye. Always under our own name (RFC 3550 7.2): the sender has one receiver. */
#include "base/clock.h"
#include "base/random.h"
#include "gateway/media_in.h"
#include "switch/report_interval.h"
#include "wire/rtcp_feedback.h"

enum {
    REPORT_BYTES = 512, /* RR, SDES, and a NACK of FEEDBACK_LOST numbers far from each other */
    IP_UDP_HEADS = 28,
};

void media_in_start_reports(struct media_in *in, const struct sdp *sdp)
{
    in->track_count = sdp->track_count;
    for (unsigned i = 0; i < in->track_count; i++) {
        struct media_in_track *t = &in->tracks[i];
        sdp_track_rtcp(&t->rtcp, sdp, i);
        if (stream_protocol(in->stream)[0]) /* what is not RTP has no RTCP */
            t->rtcp = (struct sdp_rtcp){0};
        t->report_us = INT64_MAX;
        t->feedback = (struct feedback){0};
    }
}

static void plan(struct media_in_track *t, int64_t now_us, int64_t interval_us)
{
    t->report_us = interval_us == INT64_MAX
                       ? INT64_MAX
                       : now_us + (int64_t)((double)interval_us * random_jitter());
}

void media_in_plan_reports(struct media_in *in, int64_t now_us)
{
    in->is_active = true;
    for (unsigned i = 0; i < in->track_count; i++) {
        struct media_in_track *t = &in->tracks[i];
        int64_t interval_us = report_interval_us(t->rtcp.receivers_bps, REPORT_BYTES / 4);
        /* The first one comes sooner than the others (RFC 3550 6.2). */
        plan(t, now_us, interval_us == INT64_MAX ? INT64_MAX : interval_us / 2);
    }
}

int64_t media_in_deadline_us(const struct media_in *in)
{
    int64_t first = INT64_MAX;
    for (unsigned i = 0; in->is_active && i < in->track_count; i++) {
        int64_t feedback_us = feedback_deadline_us(&in->tracks[i].feedback);
        first = in->tracks[i].report_us < first ? in->tracks[i].report_us : first;
        first = feedback_us < first ? feedback_us : first;
    }
    return first;
}

/* RFC 3550 8.2: a source that has taken our name keeps it. */
static void avoid_collision(struct media_in *in)
{
    uint32_t ssrc;
    for (unsigned i = 0; i < in->track_count; i++)
        while (stream_source_ssrc(in->stream, i, &ssrc) && ssrc == in->ssrc)
            in->ssrc = random_u32();
}

static void report(struct media_in *in, unsigned track, int64_t now_us)
{
    struct media_in_track *t = &in->tracks[track];
    struct rtcp_report block;
    uint8_t bytes[REPORT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    bool has_block = stream_report(in->stream, track, &block, now_us);

    rtcp_write_rr(&w, in->ssrc, has_block ? &block : NULL, span_text(in->cname));
    media_in_send_rtcp(in, track, writer_written(&w));
    plan(t, now_us, report_interval_us(t->rtcp.receivers_bps, w.len + IP_UDP_HEADS));
}

/* A request goes at once and behind an empty report: the next regular one has the figures. */
static void ask(struct media_in *in, unsigned track, int64_t now_us)
{
    struct media_in_track *t = &in->tracks[track];
    uint16_t lost[FEEDBACK_LOST];
    uint8_t bytes[REPORT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    uint32_t ssrc;
    bool is_key = feedback_take_key(&t->feedback, now_us);
    size_t lost_count = feedback_take_lost(&t->feedback, lost, now_us);

    if (!stream_source_ssrc(in->stream, track, &ssrc) || (!is_key && lost_count == 0))
        return;
    rtcp_write_rr(&w, in->ssrc, NULL, span_text(in->cname));
    if (is_key && t->rtcp.takes_pli)
        rtcp_write_pli(&w, in->ssrc, ssrc);
    else if (is_key)
        rtcp_write_fir(&w, in->ssrc, ssrc, t->fir_number++);
    if (lost_count > 0)
        rtcp_write_nack(&w, in->ssrc, ssrc, lost, lost_count);
    media_in_send_rtcp(in, track, writer_written(&w));
    stream_count_asked(in->stream, is_key + lost_count);
}

void media_in_tick(struct media_in *in, int64_t now_us)
{
    if (!in->is_active || !in->stream || media_in_deadline_us(in) > now_us)
        return; /* while a publisher pauses there is nothing to report on */
    avoid_collision(in);
    for (unsigned i = 0; i < in->track_count; i++) {
        if (in->tracks[i].report_us <= now_us)
            report(in, i, now_us);
        if (feedback_deadline_us(&in->tracks[i].feedback) <= now_us)
            ask(in, i, now_us);
    }
}

void media_in_want_key(struct media_in *in, unsigned track)
{
    struct media_in_track *t = &in->tracks[track];
    if (in->is_active && track < in->track_count && (t->rtcp.takes_pli || t->rtcp.takes_fir))
        feedback_want_key(&t->feedback);
}

void media_in_want_packet(struct media_in *in, unsigned track, uint16_t seq)
{
    if (in->is_active && track < in->track_count && in->tracks[track].rtcp.takes_nack)
        feedback_want_packet(&in->tracks[track].feedback, seq, clock_now_us());
}

/* RFC 3550 6.3.7: who has never said anything says no goodbye. */
void media_in_say_goodbye(struct media_in *in)
{
    int64_t now_us = clock_now_us();
    uint8_t bytes[REPORT_BYTES];
    struct rtcp_report block;
    for (unsigned i = 0; i < in->track_count; i++) {
        if (!in->tracks[i].has_reported)
            continue;
        struct writer w = writer_of(bytes, sizeof bytes);
        bool has_block = in->stream && stream_report(in->stream, i, &block, now_us);
        rtcp_write_rr(&w, in->ssrc, has_block ? &block : NULL, span_text(in->cname));
        rtcp_write_bye(&w, in->ssrc);
        media_in_send_rtcp(in, i, writer_written(&w));
        in->tracks[i].has_reported = false;
    }
}
