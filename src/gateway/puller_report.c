/* What the puller tells and asks its origin over RTCP: receiver reports, the viewers' requests made
 * one, and goodbye. Always under our own name (RFC 3550 7.2): the origin has one receiver. */
#include "base/clock.h"
#include "base/random.h"
#include "gateway/puller_internal.h"
#include "switch/report_interval.h"
#include "wire/rtcp_feedback.h"

enum {
    REPORT_BYTES = 512, /* RR, SDES, and a NACK of FEEDBACK_LOST numbers far from each other */
    IP_UDP_HEADS = 28,
};

void puller_start_reports(struct puller *p, const struct sdp *sdp)
{
    for (unsigned i = 0; i < p->track_count; i++) {
        struct puller_track *t = &p->tracks[i];
        sdp_track_rtcp(&t->rtcp, sdp, i);
        if (stream_protocol(p->stream)[0]) /* what is not RTP has no RTCP */
            t->rtcp = (struct sdp_rtcp){0};
        t->report_us = INT64_MAX;
        t->feedback = (struct feedback){0};
    }
}

static void plan(struct puller_track *t, int64_t now_us, int64_t interval_us)
{
    t->report_us = interval_us == INT64_MAX
                       ? INT64_MAX
                       : now_us + (int64_t)((double)interval_us * random_jitter());
}

void puller_plan_reports(struct puller *p, int64_t now_us)
{
    for (unsigned i = 0; i < p->track_count; i++) {
        struct puller_track *t = &p->tracks[i];
        int64_t interval_us = report_interval_us(t->rtcp.receivers_bps, REPORT_BYTES / 4);
        /* The first one comes sooner than the others (RFC 3550 6.2). */
        plan(t, now_us, interval_us == INT64_MAX ? INT64_MAX : interval_us / 2);
    }
}

int64_t puller_reports_deadline_us(const struct puller *p)
{
    int64_t first = INT64_MAX;
    for (unsigned i = 0; p->is_playing && i < p->track_count; i++) {
        int64_t feedback_us = feedback_deadline_us(&p->tracks[i].feedback);
        first = p->tracks[i].report_us < first ? p->tracks[i].report_us : first;
        first = feedback_us < first ? feedback_us : first;
    }
    return first;
}

/* RFC 3550 8.2: a source that has taken our name keeps it. */
static void avoid_collision(struct puller *p)
{
    uint32_t ssrc;
    for (unsigned i = 0; i < p->track_count; i++)
        while (stream_source_ssrc(p->stream, i, &ssrc) && ssrc == p->ssrc)
            p->ssrc = random_u32();
}

static void report(struct puller *p, unsigned track, int64_t now_us)
{
    struct puller_track *t = &p->tracks[track];
    struct rtcp_report block;
    uint8_t bytes[REPORT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    bool has_block = stream_report(p->stream, track, &block, now_us);

    rtcp_write_rr(&w, p->ssrc, has_block ? &block : NULL, span_text(p->cname));
    puller_send_rtcp(p, track, writer_written(&w));
    plan(t, now_us, report_interval_us(t->rtcp.receivers_bps, w.len + IP_UDP_HEADS));
}

/* A request goes at once and behind an empty report: the next regular one has the figures. */
static void ask(struct puller *p, unsigned track, int64_t now_us)
{
    struct puller_track *t = &p->tracks[track];
    uint16_t lost[FEEDBACK_LOST];
    uint8_t bytes[REPORT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    uint32_t ssrc;
    bool is_key = feedback_take_key(&t->feedback, now_us);
    size_t lost_count = feedback_take_lost(&t->feedback, lost, now_us);

    if (!stream_source_ssrc(p->stream, track, &ssrc) || (!is_key && lost_count == 0))
        return;
    rtcp_write_rr(&w, p->ssrc, NULL, span_text(p->cname));
    if (is_key && t->rtcp.takes_pli)
        rtcp_write_pli(&w, p->ssrc, ssrc);
    else if (is_key)
        rtcp_write_fir(&w, p->ssrc, ssrc, t->fir_number++);
    if (lost_count > 0)
        rtcp_write_nack(&w, p->ssrc, ssrc, lost, lost_count);
    puller_send_rtcp(p, track, writer_written(&w));
    stream_count_asked(p->stream, is_key + lost_count);
}

void puller_tick_reports(struct puller *p, int64_t now_us)
{
    if (!p->is_playing || puller_reports_deadline_us(p) > now_us)
        return;
    avoid_collision(p);
    for (unsigned i = 0; i < p->track_count; i++) {
        if (p->tracks[i].report_us <= now_us)
            report(p, i, now_us);
        if (feedback_deadline_us(&p->tracks[i].feedback) <= now_us)
            ask(p, i, now_us);
    }
}

void puller_want_key(struct source *source, unsigned track)
{
    struct puller *p = (struct puller *)source;
    struct puller_track *t = &p->tracks[track];
    if (!p->is_playing || track >= p->track_count || !(t->rtcp.takes_pli || t->rtcp.takes_fir))
        return;
    feedback_want_key(&t->feedback);
    puller_update_timer(p);
}

void puller_want_packet(struct source *source, unsigned track, uint16_t seq)
{
    struct puller *p = (struct puller *)source;
    if (!p->is_playing || track >= p->track_count || !p->tracks[track].rtcp.takes_nack)
        return;
    feedback_want_packet(&p->tracks[track].feedback, seq, clock_now_us());
    puller_update_timer(p);
}

/* RFC 3550 6.3.7: who has never said anything says no goodbye. */
void puller_say_goodbye(struct puller *p)
{
    int64_t now_us = clock_now_us();
    uint8_t bytes[REPORT_BYTES];
    struct rtcp_report block;
    for (unsigned i = 0; i < p->track_count; i++) {
        if (!p->tracks[i].has_reported)
            continue;
        struct writer w = writer_of(bytes, sizeof bytes);
        bool has_block = p->stream && stream_report(p->stream, i, &block, now_us);
        rtcp_write_rr(&w, p->ssrc, has_block ? &block : NULL, span_text(p->cname));
        rtcp_write_bye(&w, p->ssrc);
        puller_send_rtcp(p, i, writer_written(&w));
        p->tracks[i].has_reported = false;
    }
}
