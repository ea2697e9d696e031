#include "switch/run.h"

#include "base/limits.h"

void runs_forget(struct runs *runs)
{
    runs->from = runs->to = 0;
    runs->count = 0;
}

/* Whether a packet may follow the last of the run: GSO cuts equal pieces, the last may be short. */
static bool is_next(const struct runs *runs, const struct run *run, const struct packet *p)
{
    size_t last = runs->parts[run->first + run->count - 1].iov_len;
    return !p->is_rtcp && !run->is_rtcp && run->track == p->track && last == run->segment &&
           p->len <= run->segment && p->len > 0 && run->count < LIMIT_GSO_SEGMENTS &&
           (size_t)run->segment * (run->count + 1u) <= LIMIT_GSO_BYTES;
}

/* The packets of one track and kind, in order, behind the parts that are there. */
static size_t add_track(struct runs *runs, const struct tape *tape, unsigned track, bool is_rtcp,
                        size_t parts)
{
    struct run *run = NULL;
    for (uint64_t n = runs->from; n < runs->to; n++) {
        const struct packet *p = tape_packet(tape, n);
        if (p->track != track || p->is_rtcp != is_rtcp)
            continue;
        struct span s = tape_span(tape, n);
        if (run && is_next(runs, run, p)) {
            run->count++;
        } else {
            run = &runs->items[runs->count++];
            *run = (struct run){.track = (uint8_t)track,
                                .is_rtcp = is_rtcp,
                                .segment = p->len,
                                .first = (uint16_t)parts,
                                .count = 1};
        }
        runs->parts[parts++] = (struct iovec){(void *)s.ptr, s.len};
    }
    return parts;
}

void runs_make(struct runs *runs, const struct tape *tape, uint64_t from, uint64_t to)
{
    uint64_t present[2] = {0};
    size_t parts = 0;

    if (to - from > RUNS_PACKETS)
        to = from + RUNS_PACKETS;
    if (runs->from == from && runs->to == to)
        return;
    runs->from = from;
    runs->to = to;
    runs->count = 0;
    for (uint64_t n = from; n < to; n++) {
        const struct packet *p = tape_packet(tape, n);
        present[p->is_rtcp] |= UINT64_C(1) << p->track;
    }
    for (unsigned track = 0; track < LIMIT_TRACKS; track++)
        for (unsigned is_rtcp = 0; is_rtcp < 2; is_rtcp++)
            if (present[is_rtcp] >> track & 1)
                parts = add_track(runs, tape, track, is_rtcp, parts);
}
