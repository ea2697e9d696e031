#include "switch/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "switch/reception.h"
#include "switch/reorder.h"
#include "switch/splice.h"
#include "wire/rtp.h"

struct track {
    enum input_form form;
    enum codec codec;
    struct reception reception;
    struct reorder reorder;
    struct splice splice;
    /* The picture that is arriving: its timestamp, and where on the tape it begins. */
    bool has_picture, is_key;
    uint32_t picture_timestamp;
    uint64_t picture_first;
};

struct input {
    struct tape *tape;
    int key_track;
    size_t track_count;
    struct track *tracks;
    struct input_counts counts;
    uint8_t scratch[LIMIT_DATAGRAM]; /* a packet whose numbers are being moved */
};

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

struct input *input_free(struct input *in)
{
    for (size_t i = 0; in && in->tracks && i < in->track_count; i++)
        reorder_done(&in->tracks[i].reorder);
    if (in)
        free(in->tracks);
    free(in);
    return NULL;
}

/* A key frame begins with the first packet of its timestamp: parameter sets go before it. */
static void note_key(struct input *in, struct track *t, const struct rtp *rtp, uint64_t number)
{
    if (!t->has_picture || rtp->timestamp != t->picture_timestamp) {
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

static void empty(struct input *in, struct track *t)
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
        empty(in, t);
        verdict = reorder_push(&t->reorder, rtp->seq, packet, now_us);
    }
    if (verdict == REORDER_LATE)
        in->counts.late++;
    if (verdict == REORDER_DUPLICATE)
        in->counts.duplicates++;
    if (verdict == REORDER_PASS) {
        append_rtp(in, t, packet, now_us);
        pop_all(in, t);
    }
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
    /* Repair packets with their own SSRC and type count their own sequence: not ours to order. */
    bool is_media = !t->splice.has_last || t->splice.is_break_expected ||
                    rtp.ssrc == t->splice.ssrc_in || rtp.payload_type == t->splice.payload_type;
    if (is_media)
        reception_packet(&t->reception, &rtp, now_us);
    if (is_media && may_reorder)
        receive_in_order(in, t, &rtp, packet, now_us);
    else
        append_rtp(in, t, packet, now_us);
}

/* Moves the RTCP of a spliced source along with its RTP. A BYE ends here: the viewers' session
 * goes on with the next source. Returns how much of the compound is left. */
static size_t rewrite_rtcp(struct track *t, uint8_t *bytes, size_t len, int64_t now_us)
{
    struct span rest = span_of(bytes, len);
    struct rtcp packet;
    size_t kept = 0;

    while (rtcp_parse_next(&packet, &rest) == 0 &&
           (packet.type != RTCP_BYE || t->form == INPUT_STORED)) {
        uint8_t *at = bytes + kept;
        if (packet.type == RTCP_SR)
            reception_sender_report(&t->reception, &packet, now_us);
        if (splice_is_moved(&t->splice, packet.ssrc)) {
            rtcp_set_ssrc(at, t->splice.ssrc_out);
            if (packet.type == RTCP_SR)
                rtcp_set_sr_timestamp(at, packet.rtp_timestamp + t->splice.timestamp_shift);
        }
        kept += packet.packet.len;
    }
    return kept;
}

static void receive_rtcp(struct input *in, struct track *t, struct span packet, int64_t now_us)
{
    if (rtcp_check(packet) < 0 || packet.len > sizeof in->scratch) {
        in->counts.invalid++;
        return;
    }
    if (t->splice.is_break_expected)
        return; /* its numbers cannot be moved before the first packet says by how much */
    memcpy(in->scratch, packet.ptr, packet.len);
    size_t len = rewrite_rtcp(t, in->scratch, packet.len, now_us);
    if (len > 0)
        tape_append(in->tape, (unsigned)(t - in->tracks), true, span_of(in->scratch, len), now_us);
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
        receive_rtcp(in, &in->tracks[track], packet, now_us);
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
        empty(in, &in->tracks[i]);
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

bool input_ssrc(const struct input *in, unsigned track, uint32_t *ssrc)
{
    if (track >= in->track_count || !in->tracks[track].splice.has_last)
        return false;
    *ssrc = in->tracks[track].splice.ssrc_out;
    return true;
}
