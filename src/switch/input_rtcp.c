/* RTCP of a source, on its way to the tape (RFC 3550 7.2). */
#include <string.h>

#include "switch/input_internal.h"

/* A source that says goodbye makes way for the next one. Its viewers do not hear of it: their
 * session goes on with whatever comes next, under the name they know. */
static void note_goodbye(struct input *in, struct track *t, const struct rtcp *bye)
{
    if (!t->splice.has_last || !rtcp_names(bye, t->splice.ssrc_in))
        return;
    in->counts.byes++;
    t->is_over = true;
}

/* A spliced source's numbers move along with those of its RTP. */
static void rename_packet(struct track *t, const struct rtcp *packet, uint8_t *at)
{
    if (!splice_is_moved(&t->splice, packet->ssrc))
        return;
    rtcp_set_ssrc(at, t->splice.ssrc_out);
    if (packet->type == RTCP_SR)
        rtcp_set_sr_timestamp(at, packet->rtp_timestamp + t->splice.timestamp_shift);
}

/* Everything but a live source's BYE passes, unchanged where nothing is spliced. Writes what is
 * left of the compound, returns how much that is. */
static size_t filter(struct input *in, struct track *t, uint8_t *out, struct span rest,
                     int64_t now_us)
{
    struct rtcp packet;
    size_t kept = 0;

    while (rtcp_parse_next(&packet, &rest) == 0) {
        if (packet.type == RTCP_BYE && t->form == INPUT_LIVE) {
            note_goodbye(in, t, &packet);
            continue;
        }
        if (packet.type == RTCP_SR)
            reception_sender_report(&t->reception, &packet, now_us);
        memcpy(out + kept, packet.packet.ptr, packet.packet.len);
        rename_packet(t, &packet, out + kept);
        kept += packet.packet.len;
    }
    return kept;
}

void input_receive_rtcp(struct input *in, struct track *t, struct span packet, int64_t now_us)
{
    if (rtcp_check(packet) < 0 || packet.len > sizeof in->scratch) {
        in->counts.invalid++;
        return;
    }
    if (t->splice.is_break_expected)
        return; /* its numbers cannot be moved before the first packet says by how much */
    size_t len = filter(in, t, in->scratch, packet, now_us);
    if (len > 0)
        tape_append(in->tape, (unsigned)(t - in->tracks), true, span_of(in->scratch, len), now_us);
}
