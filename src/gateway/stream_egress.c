/* What a stream's viewers take, and whether there is room for one more. */
#include <string.h>

#include "base/clock.h"
#include "gateway/stream_internal.h"

enum {
    CATCH_UP_TIMES = 4,
    CATCH_UP_LEAST_BPS = 8 * 1000 * 1000,
};

/* Over what the tape holds, which goes on being true while the source is away. */
static uint64_t tape_bps(const struct tape *tape)
{
    uint64_t first = tape_first(tape), end = tape_end(tape);
    if (first == end)
        return 0;
    int64_t time_us = tape_packet(tape, end - 1)->arrived_us - tape_packet(tape, first)->arrived_us;
    double seconds = (double)time_us / (double)CLOCK_SECOND_US;
    return (uint64_t)((double)tape_held_bytes(tape) * 8 / (seconds > 1 ? seconds : 1));
}

uint64_t stream_viewer_bps(const struct stream *s, int64_t now_us)
{
    if (!s->sw)
        return 0;
    uint64_t measured = packet_switch_in_bps(s->sw, now_us);
    if (measured > 0)
        return measured;
    uint64_t held = tape_bps(packet_switch_tape(s->sw));
    uint64_t announced = sdp_bandwidth_bps(s->sdp);
    return held > announced ? held : announced;
}

uint64_t stream_pace_bps(const struct stream *s, int64_t now_us)
{
    uint64_t bps = packet_switch_in_bps(s->sw, now_us) * CATCH_UP_TIMES;
    return bps < CATCH_UP_LEAST_BPS ? CATCH_UP_LEAST_BPS : bps;
}

static size_t takers(const struct stream *s, bool plays)
{
    return plays ? s->joined_count : s->output_count;
}

/* By the viewers of a path, stored content included, or of all where it is NULL. */
static uint64_t taken_bps(const struct gateway *g, const char *path, bool plays, int64_t now_us)
{
    uint64_t sum = 0;
    for (const struct stream *s = g->streams; s; s = s->hh.next)
        if (takers(s, plays) > 0 && (!path || strcmp(s->path->name, path) == 0))
            sum += takers(s, plays) * stream_viewer_bps(s, now_us);
    return sum;
}

static bool has_room(const struct stream *s, const char *path, uint64_t most_bps, bool plays,
                     int64_t now_us)
{
    return most_bps == 0 || admission_has_room(most_bps, taken_bps(s->gateway, path, plays, now_us),
                                               stream_viewer_bps(s, now_us));
}

bool stream_has_egress(struct stream *s, bool plays, int64_t now_us)
{
    struct gateway *g = s->gateway;
    if (has_room(s, s->path->name, s->path->max_egress_bps, plays, now_us) &&
        has_room(s, NULL, g->settings->max_egress_bps, plays, now_us))
        return true;
    admission_count(&g->admission, ADMISSION_EGRESS, now_us);
    return false;
}
