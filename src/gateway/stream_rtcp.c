/* RTCP between a stream's source and its readers: reports of the one, wishes of the others. */
#include <errno.h>

#include "gateway/stream.h"

bool stream_report(struct stream *s, unsigned track, struct rtcp_report *report, int64_t now_us)
{
    return s->sw && input_report(packet_switch_input(s->sw), track, report, now_us);
}

bool stream_source_ssrc(const struct stream *s, unsigned track, uint32_t *ssrc)
{
    return s->sw && input_source_ssrc(packet_switch_input(s->sw), track, ssrc);
}

bool stream_ssrc(const struct stream *s, unsigned track, uint32_t *ssrc)
{
    return s->sw && input_ssrc(packet_switch_input(s->sw), track, ssrc);
}

void stream_count_asked(struct stream *s, uint64_t count)
{
    s->asked += count;
}

void stream_count_stray(struct stream *s)
{
    s->strays++;
}

void stream_want_key(struct stream *s, unsigned track)
{
    s->wishes++;
    if (s->source && s->source->kind->want_key)
        s->source->kind->want_key(s->source, track);
}

/* What is on the tape comes from the tape; only what we lack ourselves is asked of the source. */
void stream_want_packet(struct stream *s, struct stream_reader *reader, unsigned track,
                        uint16_t seq)
{
    uint16_t seq_in;
    s->wishes++;
    if (!reader->is_joined ||
        packet_switch_resend(s->sw, reader->output, track, seq, &seq_in) != -ENODATA)
        return;
    if (s->source && s->source->kind->want_packet)
        s->source->kind->want_packet(s->source, track, seq_in);
}

/* RFC 3550 6.6, 7.2: for each source that was forwarded. */
void stream_send_bye(struct stream *s, struct stream_reader *reader)
{
    uint8_t bytes[64];
    uint32_t ssrc;
    if (reader->is_joined)
        packet_switch_part(s->sw, reader->output);
    for (unsigned track = 0; reader->is_joined && track < s->sdp->track_count; track++) {
        if (!(reader->output->tracks >> track & 1) || !stream_ssrc(s, track, &ssrc))
            continue;
        struct writer w = writer_of(bytes, sizeof bytes);
        rtcp_write_goodbye(&w, ssrc);
        output_send_rtcp(reader->output, track, writer_written(&w));
    }
}
