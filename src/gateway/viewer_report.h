/* What a viewer tells of how it receives (RFC 3550 6.4), track by track, and how much it may tell
 * and ask. Reports end here. Pure, no memory.
 *
 * There is no round-trip time: a viewer's report refers to the origin's sender report, and when
 * that one left the gateway for this viewer nobody has noted. */
#ifndef WEIR_GATEWAY_VIEWER_REPORT_H
#define WEIR_GATEWAY_VIEWER_REPORT_H

#include "base/limits.h"
#include "wire/rtcp.h"

struct viewer_report_track {
    bool is_known;       /* it was reported on */
    double loss_percent; /* since the report before */
    int32_t lost;        /* in all; duplicates make it negative */
    double jitter_ms;
    int64_t heard_us;
};

/* A bucket that fills as time goes: `most` at once, and `per_s` each second. */
struct viewer_allowance {
    double left;
    int64_t filled_us;
};

struct viewer_report { /* see viewer_report_init */
    struct viewer_report_track tracks[LIMIT_TRACKS];
    uint64_t heard;   /* compounds that were read */
    uint64_t refused; /* broken, absurd, about sources it does not get, or too many */
    struct viewer_allowance compounds, resends;
};

void viewer_report_init(struct viewer_report *report, int64_t now_us);
/* Whether one more compound is read now: 20 a second, 40 at once. Counts it either way. */
bool viewer_report_may_tell(struct viewer_report *report, int64_t now_us);
/* Whether one more packet is sent again for it: 200 a second, 100 at once. */
bool viewer_report_may_ask(struct viewer_report *report, int64_t now_us);
/* A block about a track. One with more than a minute of jitter is absurd: counted, not noted. */
void viewer_report_note(struct viewer_report *report, unsigned track, uint32_t clock_rate,
                        const struct rtcp_report *block, int64_t now_us);
/* The worst of all tracks; false while nothing was reported. */
bool viewer_report_worst(const struct viewer_report *report, struct viewer_report_track *worst);

#endif
