#include "gateway/bridge_internal.h"

static const char *first_of(const char *one, const char *other)
{
    return one[0] ? one : other;
}

static void set_output(struct bridge_output_status *status, const struct bridge_output *o,
                       int64_t now_us)
{
    struct weir_counts counts = bridge_out_counts(o);
    const char *reason = first_of(o->opening.reason, o->watching.reason);
    *status = (struct bridge_output_status){
        .url = o->end->text,
        .state = reason[0]   ? "failed"
                 : o->output ? "sending"
                             : "idle",
        .reason = reason,
        .packets = counts.packets,
        .bytes = counts.bytes,
        .dropped = counts.dropped,
        .bps = rate_bps(&o->rate, now_us),
        .is_watched = o->watch.link != NULL,
        .members = o->watch.link ? group_members_count(&o->watch.members) : 0,
    };
}

/* What its stream says of itself. */
static void set_stream(struct bridge_status *status, const struct stream *stream, int64_t now_us)
{
    struct stream_status s;
    stream_status(stream, &s, now_us);
    status->kind = "rtp";
    status->state = s.in_bps > 0 ? "live" : "silent";
    status->packets = s.in_packets;
    status->bytes = s.in_bytes;
    status->bps = s.in_bps;
    status->lost = s.lost;
    status->strays = s.strays;
}

static const char *kind_of(const struct bridge *b)
{
    switch (b->input ? weir_input_kind(b->input) : WEIR_DATAGRAMS) {
    case WEIR_RTP:
        return "rtp";
    case WEIR_MPEGTS:
        return "mpegts";
    default:
        return b->input && bridge_in_counts(b).packets > 0 ? "datagrams" : "";
    }
}

static const char *state_of(const struct bridge *b, uint64_t bps)
{
    if (b->opening.reason[0])
        return "failed";
    if (!b->sw)
        return "idle";
    return bps > 0 ? "live" : "silent";
}

void bridge_status(const struct bridge *b, struct bridge_status *status,
                   struct bridge_output_status *outputs, int64_t now_us)
{
    struct weir_counts counts = bridge_in_counts(b);
    uint64_t bps = rate_bps(&b->rate, now_us);
    *status = (struct bridge_status){
        .name = b->settings->name,
        .input = b->settings->input.text,
        .kind = kind_of(b),
        .state = state_of(b, bps),
        .reason = b->opening.reason,
        .packets = counts.packets,
        .bytes = counts.bytes,
        .bps = bps,
        .lost = counts.lost,
        .strays = counts.strays,
        .output_count = b->settings->output_count,
        .outputs = outputs,
    };
    if (b->stream)
        set_stream(status, b->stream, now_us);
    for (size_t i = 0; i < b->settings->output_count; i++)
        set_output(&outputs[i], &b->outputs[i], now_us);
}
