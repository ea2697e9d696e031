#include "switch/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "switch/input_internal.h"
#include "wire/rtp.h"

int input_new(struct input **input, struct tape *tape, const struct input_track *tracks,
              size_t count)
{
    struct input *in = calloc(1, sizeof *in);
    if (in)
        in->tracks = calloc(count, sizeof *in->tracks);
    if (!in || !in->tracks) {
        input_free(in);
        return -ENOMEM;
    }
    in->tape = tape;
    in->track_count = count;
    in->key_track = -1;
    for (size_t i = 0; i < count; i++) {
        in->tracks[i].form = tracks[i].form;
        in->tracks[i].codec = tracks[i].codec;
        in->tracks[i].reception.clock_rate = tracks[i].clock_rate;
        in->tracks[i].splice.clock_rate = tracks[i].clock_rate;
        if (in->key_track < 0 && tracks[i].codec != CODEC_OTHER)
            in->key_track = (int)i;
    }
    *input = in;
    return 0;
}

static void forget(struct track *t)
{
    reorder_done(&t->reorder);
    probation_end(&t->probation);
}

struct input *input_free(struct input *in)
{
    for (size_t i = 0; in && in->tracks && i < in->track_count; i++)
        forget(&in->tracks[i]);
    if (in)
        free(in->tracks);
    free(in);
    return NULL;
}

/* A key frame begins with the first packet of its timestamp: parameter sets go before it. Or, where
 * there is such a thing, with the last head before it. */
static void note_key(struct input *in, struct track *t, const struct rtp *rtp, uint64_t number)
{
    bool has_heads = t->codec == CODEC_MP2T;
    bool is_new =
        has_heads ? codec_is_head(t->codec, rtp->payload) : rtp->timestamp != t->picture_timestamp;
    if (!t->has_picture || is_new) {
        t->has_picture = true;
        t->is_key = false;
        t->picture_timestamp = rtp->timestamp;
        t->picture_first = number;
    }
    if (!t->is_key && codec_is_key(t->codec, rtp->payload)) {
        t->is_key = true;
        tape_mark_key(in->tape, t->picture_first);
    }
}

/* An RTP packet in its order: onto the tape. */
static void append_rtp(struct input *in, struct track *t, struct span packet, int64_t now_us)
{
    struct rtp rtp;
    unsigned index = (unsigned)(t - in->tracks);
    if (rtp_parse(&rtp, packet) < 0)
        return; /* was parsed before: cannot be */
    uint64_t breaks = t->splice.count;
    enum splice_verdict verdict = SPLICE_SAME;
    if (t->form == INPUT_STORED)
        splice_follow(&t->splice, &rtp);
    else
        verdict = splice_apply(&t->splice, &rtp, now_us);
    in->counts.splices += t->splice.count - breaks;
    if (verdict == SPLICE_DROP) {
        in->counts.invalid++;
        return;
    }
    if (verdict == SPLICE_MOVED) {
        memcpy(in->scratch, packet.ptr, packet.len);
        rtp_renumber(in->scratch, rtp.seq, rtp.timestamp, rtp.ssrc);
        packet.ptr = in->scratch;
    }
    uint64_t number = tape_append(in->tape, index, false, packet, now_us);
    if (rtp.ssrc == t->splice.ssrc_out)
        t->recent[rtp.seq % INPUT_RECENT] = number;
    if ((int)index == in->key_track)
        note_key(in, t, &rtp, number);
}

static void pop_all(struct input *in, struct track *t)
{
    struct reorder_slot slot;
    while (reorder_pop(&t->reorder, &slot)) {
        append_rtp(in, t, span_of(slot.bytes, slot.len), slot.arrived_us);
        free(slot.bytes);
    }
}

void input_empty(struct input *in, struct track *t)
{
    while (t->reorder.held > 0) {
        reorder_give_up(&t->reorder);
        pop_all(in, t);
    }
    reorder_restart(&t->reorder);
}

static void receive_in_order(struct input *in, struct track *t, const struct rtp *rtp,
                             struct span packet, int64_t now_us)
{
    enum reorder_verdict verdict = reorder_push(&t->reorder, rtp->seq, packet, now_us);
    if (verdict == REORDER_JUMP) {
        input_empty(in, t);
        verdict = reorder_push(&t->reorder, rtp->seq, packet, now_us);
    }
    if (verdict == REORDER_LATE || verdict == REORDER_BELATED)
        in->counts.late++;
    if (verdict == REORDER_BELATED)
        append_rtp(in, t, packet, now_us);
    if (verdict == REORDER_DUPLICATE)
        in->counts.duplicates++;
    if (verdict == REORDER_PASS) {
        append_rtp(in, t, packet, now_us);
        pop_all(in, t);
    }
}

static void pass_rtp(struct input *in, struct track *t, const struct rtp *rtp, struct span packet,
                     bool may_reorder, int64_t now_us)
{
    /* Repair packets with their own SSRC and type count their own sequence: not ours to order. */
    bool is_media = !t->splice.has_last || t->splice.is_break_expected ||
                    rtp->ssrc == t->splice.ssrc_in || rtp->payload_type == t->splice.payload_type;
    if (is_media)
        reception_packet(&t->reception, rtp, now_us);
    if (is_media && may_reorder)
        receive_in_order(in, t, rtp, packet, now_us);
    else
        append_rtp(in, t, packet, now_us);
}

/* Another source begins on the track. Without a goodbye of the present one it needs two packets. */
static void receive_strange(struct input *in, struct track *t, const struct rtp *rtp,
                            struct span packet, bool may_reorder, int64_t now_us)
{
    struct probation *p = &t->probation;
    struct rtp first;
    bool had_candidate = p->bytes;

    if (!t->is_over && !probation_confirms(p, rtp, packet, now_us)) {
        in->counts.strays += had_candidate;
        return;
    }
    t->is_over = false;
    input_empty(in, t);
    splice_expect_break(&t->splice);
    struct span kept = span_of(p->bytes, p->len);
    if (p->ssrc == rtp->ssrc && rtp_parse(&first, kept) == 0)
        pass_rtp(in, t, &first, kept, may_reorder, p->arrived_us);
    probation_end(p);
    pass_rtp(in, t, rtp, packet, may_reorder, now_us);
}

static void receive_rtp(struct input *in, struct track *t, struct span packet, bool may_reorder,
                        int64_t now_us)
{
    struct rtp rtp;
    if (rtp_parse(&rtp, packet) < 0) {
        in->counts.invalid++;
        return;
    }
    in->counts.packets++;
    in->counts.bytes += packet.len;
    if (t->form == INPUT_LIVE && splice_is_strange(&t->splice, &rtp, now_us))
        receive_strange(in, t, &rtp, packet, may_reorder, now_us);
    else
        pass_rtp(in, t, &rtp, packet, may_reorder, now_us);
}

static void receive_opaque(struct input *in, unsigned track, bool is_second, struct span packet,
                           int64_t now_us)
{
    in->counts.packets++;
    in->counts.bytes += packet.len;
    tape_append(in->tape, track, is_second, packet, now_us);
}

void input_receive(struct input *in, unsigned track, bool is_rtcp, struct span packet,
                   bool may_reorder, int64_t now_us)
{
    if (track >= in->track_count || packet.len > UINT16_MAX)
        in->counts.invalid++;
    else if (in->tracks[track].form == INPUT_OPAQUE)
        receive_opaque(in, track, is_rtcp, packet, now_us);
    else if (is_rtcp || rtp_is_rtcp(packet))
        input_receive_rtcp(in, &in->tracks[track], packet, now_us);
    else
        receive_rtp(in, &in->tracks[track], packet, may_reorder, now_us);
}

void input_tick(struct input *in, int64_t now_us)
{
    for (size_t i = 0; i < in->track_count; i++) {
        reorder_expire(&in->tracks[i].reorder, now_us);
        pop_all(in, &in->tracks[i]);
    }
}

int64_t input_deadline_us(const struct input *in)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < in->track_count; i++) {
        int64_t deadline = reorder_deadline_us(&in->tracks[i].reorder);
        first = deadline < first ? deadline : first;
    }
    return first;
}

void input_break(struct input *in)
{
    for (size_t i = 0; i < in->track_count; i++) {
        input_empty(in, &in->tracks[i]);
        probation_end(&in->tracks[i].probation);
        splice_expect_break(&in->tracks[i].splice);
    }
}

bool input_report(struct input *in, unsigned track, struct rtcp_report *report, int64_t now_us)
{
    return track < in->track_count &&
           reception_report(&in->tracks[track].reception, report, now_us);
}

struct input_counts input_counts(const struct input *in)
{
    struct input_counts counts = in->counts;
    for (size_t i = 0; i < in->track_count; i++)
        counts.lost += reception_lost(&in->tracks[i].reception);
    return counts;
}

int input_key_track(const struct input *in)
{
    return in->key_track;
}

bool input_source_ssrc(const struct input *in, unsigned track, uint32_t *ssrc)
{
    if (track >= in->track_count || !in->tracks[track].splice.has_last)
        return false;
    *ssrc = in->tracks[track].splice.ssrc_in;
    return true;
}

bool input_ssrc(const struct input *in, unsigned track, uint32_t *ssrc)
{
    if (track >= in->track_count || !in->tracks[track].splice.has_last)
        return false;
    *ssrc = in->tracks[track].splice.ssrc_out;
    return true;
}

enum input_lookup input_find(struct input *in, unsigned track, uint16_t seq, uint64_t *number,
                             uint16_t *seq_in)
{
    struct rtp rtp;
    if (track >= in->track_count || !in->tracks[track].splice.has_last)
        return INPUT_UNKNOWN;
    struct track *t = &in->tracks[track];
    uint64_t at = t->recent[seq % INPUT_RECENT];
    if (at >= tape_first(in->tape) && at < tape_end(in->tape) &&
        tape_packet(in->tape, at)->track == track && !tape_packet(in->tape, at)->is_rtcp &&
        rtp_parse(&rtp, tape_span(in->tape, at)) == 0 && rtp.seq == seq) {
        *number = at;
        return INPUT_ON_TAPE;
    }
    uint16_t before = (uint16_t)(seq - t->splice.seq_shift);
    if (!reorder_await(&t->reorder, before))
        return INPUT_UNKNOWN;
    *seq_in = before;
    return INPUT_MISSING;
}
