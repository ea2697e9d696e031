#include "switch/packet_switch.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "wire/rtp.h"

struct packet_switch {
    struct tape *tape;
    struct input *input;
    struct output *outputs;
    int64_t wake_us; /* the earliest of the outputs'; INT64_MAX without one */
    struct rate in, out;
    uint64_t sent_packets, sent_bytes;
    struct runs runs;
};

int packet_switch_new(struct packet_switch **out, const struct input_track *tracks, size_t count,
                      uint64_t tape_limit)
{
    struct packet_switch *sw = calloc(1, sizeof *sw);
    if (!sw)
        return -ENOMEM;
    int result = tape_new(&sw->tape, tape_limit);
    if (result == 0)
        result = input_new(&sw->input, sw->tape, tracks, count);
    if (result < 0) {
        packet_switch_free(sw);
        return result;
    }
    sw->wake_us = INT64_MAX;
    *out = sw;
    return 0;
}

struct packet_switch *packet_switch_free(struct packet_switch *sw)
{
    if (sw) {
        input_free(sw->input);
        tape_free(sw->tape);
        free(sw);
    }
    return NULL;
}

void packet_switch_receive(struct packet_switch *sw, unsigned track, bool is_rtcp,
                           struct span packet, bool may_reorder, int64_t now_us)
{
    rate_add(&sw->in, now_us, packet.len);
    input_receive(sw->input, track, is_rtcp, packet, may_reorder, now_us);
    runs_forget(&sw->runs);
}

void packet_switch_send_one(struct packet_switch *sw, struct output *o, int64_t now_us)
{
    uint64_t packets = o->packets, bytes = o->bytes;
    if (o->is_broken)
        return;
    o->ops->send(o, sw->tape, &sw->runs, now_us);
    if (!o->is_inner) {
        sw->sent_packets += o->packets - packets;
        sw->sent_bytes += o->bytes - bytes;
        rate_add(&sw->out, now_us, o->bytes - bytes);
    }
    if (o->wake_us < sw->wake_us)
        sw->wake_us = o->wake_us;
}

void packet_switch_send(struct packet_switch *sw, int64_t now_us)
{
    struct output *o;
    sw->wake_us = INT64_MAX;
    DL_FOREACH(sw->outputs, o)
    if (!o->is_busy)
        packet_switch_send_one(sw, o, now_us);
}

int64_t packet_switch_deadline_us(const struct packet_switch *sw)
{
    int64_t hole_us = input_deadline_us(sw->input);
    return hole_us < sw->wake_us ? hole_us : sw->wake_us;
}

void packet_switch_tick(struct packet_switch *sw, int64_t now_us)
{
    if (input_deadline_us(sw->input) <= now_us) {
        input_tick(sw->input, now_us);
        runs_forget(&sw->runs);
    }
    packet_switch_send(sw, now_us);
}

static void enter(struct packet_switch *sw, struct output *o, int64_t now_us)
{
    o->progress_us = now_us;
    DL_APPEND(sw->outputs, o);
    if (o->ops->joined)
        o->ops->joined(o);
}

void packet_switch_join(struct packet_switch *sw, struct output *o, enum join_from from,
                        int64_t now_us)
{
    int key_track = input_key_track(sw->input);
    if (key_track < 0 || !(o->tracks >> key_track & 1))
        from = JOIN_LIVE;
    cursor_start(&o->cursor, sw->tape, from, now_us);
    enter(sw, o, now_us);
}

void packet_switch_join_at(struct packet_switch *sw, struct output *o, uint64_t next,
                           int64_t now_us)
{
    cursor_place(&o->cursor, next, now_us);
    enter(sw, o, now_us);
}

void packet_switch_part(struct packet_switch *sw, struct output *o)
{
    if (o->ops->parting && o->ops->parting(o))
        packet_switch_send_one(sw, o, o->progress_us);
}

void packet_switch_leave(struct packet_switch *sw, struct output *o)
{
    packet_switch_part(sw, o);
    DL_DELETE(sw->outputs, o);
}

bool packet_switch_first(const struct packet_switch *sw, const struct output *o, unsigned track,
                         uint16_t *seq, uint32_t *timestamp)
{
    struct rtp rtp;
    if (o->cursor.waits_for_key)
        return false;
    for (uint64_t n = o->cursor.next; n < tape_end(sw->tape); n++) {
        const struct packet *p = tape_packet(sw->tape, n);
        if (p->track != track || p->is_rtcp || rtp_parse(&rtp, tape_span(sw->tape, n)) < 0)
            continue;
        *seq = rtp.seq;
        *timestamp = rtp.timestamp;
        return true;
    }
    return false;
}

int packet_switch_resend(struct packet_switch *sw, struct output *o, unsigned track, uint16_t seq,
                         uint16_t *seq_in)
{
    uint64_t number;
    enum input_lookup found = input_find(sw->input, track, seq, &number, seq_in);
    if (found == INPUT_ON_TAPE)
        return output_resend(o, sw->tape, number);
    return found == INPUT_MISSING ? -ENODATA : -ENOENT;
}

struct input *packet_switch_input(struct packet_switch *sw)
{
    return sw->input;
}

const struct tape *packet_switch_tape(const struct packet_switch *sw)
{
    return sw->tape;
}

uint64_t packet_switch_in_bps(const struct packet_switch *sw, int64_t now_us)
{
    return rate_bps(&sw->in, now_us);
}

uint64_t packet_switch_out_bps(const struct packet_switch *sw, int64_t now_us)
{
    return rate_bps(&sw->out, now_us);
}

void packet_switch_sent(const struct packet_switch *sw, uint64_t *packets, uint64_t *bytes)
{
    *packets = sw->sent_packets;
    *bytes = sw->sent_bytes;
}
