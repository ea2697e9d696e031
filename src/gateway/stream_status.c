/* What those who watch see of a stream. */
#include "gateway/stream.h"

static const char *state(const struct stream *s)
{
    if (s->supply == SUPPLY_STORED || s->form == INPUT_STORED)
        return "stored";
    if (s->supply == SUPPLY_FOREIGN)
        return "described";
    if (s->is_live)
        return "live";
    return s->sw ? "waiting" : "starting";
}

static void fill_from_switch(struct stream_status *status, const struct stream *s, int64_t now_us)
{
    const struct tape *tape = packet_switch_tape(s->sw);
    struct input_counts in = input_counts(packet_switch_input(s->sw));
    uint64_t first = tape_first(tape), end = tape_end(tape);

    packet_switch_sent(s->sw, &status->out_packets, &status->out_bytes);
    status->in_bps = packet_switch_in_bps(s->sw, now_us);
    status->out_bps = packet_switch_out_bps(s->sw, now_us);
    status->in_packets = in.packets;
    status->in_bytes = in.bytes;
    status->lost = in.lost;
    status->late = in.late;
    status->duplicates = in.duplicates;
    status->invalid = in.invalid;
    status->splices = in.splices;
    status->byes = in.byes;
    status->strays += in.strays;
    status->key_frames = tape_key_count(tape);
    status->tape_bytes = tape_held_bytes(tape);
    status->tape_capacity = tape_capacity(tape);
    if (first < end)
        status->tape_us =
            tape_packet(tape, end - 1)->arrived_us - tape_packet(tape, first)->arrived_us;
}

const char *stream_shown(const struct stream *s)
{
    return s->source && s->source->kind->shown ? s->source->kind->shown(s->source) : s->path->shown;
}

void stream_status(const struct stream *s, struct stream_status *status, int64_t now_us)
{
    *status = (struct stream_status){
        .name = s->path->name,
        .source = stream_shown(s),
        .state = state(s),
        .transport = s->is_live && s->source ? s->source->kind->transport(s->source) : "",
        .reason = s->reason,
        .codecs = s->codecs,
        .engine = s->sw ? engine_names[s->loop ? ENGINE_LOOP : ENGINE_DIRECT] : "",
        .viewers = s->reader_count,
        .pulls = s->pulls,
        .strays = s->strays,
        .wishes = s->wishes,
        .asked = s->asked,
        .moves = s->source_counts.moves,
        .oddities = s->source_counts.oddities,
    };
    if (s->sw)
        fill_from_switch(status, s, now_us);
    if (s->loop)
        status->strays += engine_loop_strays(s->loop);
}
