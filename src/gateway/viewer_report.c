#include "gateway/viewer_report.h"

#include "base/clock.h"

enum {
    COMPOUNDS_AT_ONCE = 40,
    COMPOUNDS_A_SECOND = 20,
    RESENDS_AT_ONCE = 100,
    RESENDS_A_SECOND = 200,
    JITTER_MOST_MS = 60 * 1000,
};

static bool take(struct viewer_allowance *a, int most, int per_s, int64_t now_us)
{
    a->left += (double)(now_us - a->filled_us) * per_s / (double)CLOCK_SECOND_US;
    a->filled_us = now_us;
    if (a->left > most)
        a->left = most;
    if (a->left < 1)
        return false;
    a->left -= 1;
    return true;
}

void viewer_report_init(struct viewer_report *report, int64_t now_us)
{
    *report = (struct viewer_report){
        .compounds = {.left = COMPOUNDS_AT_ONCE, .filled_us = now_us},
        .resends = {.left = RESENDS_AT_ONCE, .filled_us = now_us},
    };
}

bool viewer_report_may_tell(struct viewer_report *report, int64_t now_us)
{
    bool may = take(&report->compounds, COMPOUNDS_AT_ONCE, COMPOUNDS_A_SECOND, now_us);
    report->heard += may;
    report->refused += !may;
    return may;
}

bool viewer_report_may_ask(struct viewer_report *report, int64_t now_us)
{
    return take(&report->resends, RESENDS_AT_ONCE, RESENDS_A_SECOND, now_us);
}

void viewer_report_note(struct viewer_report *report, unsigned track, uint32_t clock_rate,
                        const struct rtcp_report *block, int64_t now_us)
{
    double jitter_ms = (double)block->jitter * 1000 / clock_rate;
    if (jitter_ms > JITTER_MOST_MS) {
        report->refused++;
        return;
    }
    report->tracks[track] = (struct viewer_report_track){
        .is_known = true,
        .loss_percent = block->fraction_lost * 100.0 / 256,
        .lost = block->lost,
        .jitter_ms = jitter_ms,
        .heard_us = now_us,
    };
}

bool viewer_report_worst(const struct viewer_report *report, struct viewer_report_track *worst)
{
    *worst = (struct viewer_report_track){0};
    for (unsigned i = 0; i < LIMIT_TRACKS; i++) {
        const struct viewer_report_track *t = &report->tracks[i];
        if (!t->is_known)
            continue;
        if (t->loss_percent > worst->loss_percent)
            worst->loss_percent = t->loss_percent;
        if (t->jitter_ms > worst->jitter_ms)
            worst->jitter_ms = t->jitter_ms;
        if (t->heard_us > worst->heard_us)
            worst->heard_us = t->heard_us;
        worst->lost += t->lost;
        worst->is_known = true;
    }
    return worst->is_known;
}
