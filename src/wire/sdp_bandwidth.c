/* The bandwidth a description announces (RFC 4566 5.8, RFC 3890). */
#include "wire/sdp.h"

/* b=AS:<kbit/s> and b=TIAS:<bit/s>. 0 for another line. */
static uint64_t line_bps(struct span line)
{
    static const uint64_t most = UINT64_C(1) << 40;
    uint64_t value = 0;
    line = span_trim(line);
    if (!span_has_prefix(line, "b="))
        return 0;
    line = span_skip(line, 2);
    struct span kind = span_cut(&line, ':');
    if (span_is_text(kind, "TIAS"))
        return span_parse_uint(&value, span_trim(line), most) == 0 ? value : 0;
    if (span_is_text(kind, "AS"))
        return span_parse_uint(&value, span_trim(line), most / 1000) == 0 ? value * 1000 : 0;
    return 0;
}

/* The most that is said among these lines: AS counts the headers, TIAS does not. */
static uint64_t text_bps(struct span text)
{
    uint64_t most = 0;
    while (text.len > 0) {
        uint64_t bps = line_bps(span_cut(&text, '\n'));
        most = bps > most ? bps : most;
    }
    return most;
}

uint64_t sdp_bandwidth_bps(const struct sdp *sdp)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < sdp->track_count; i++)
        sum += text_bps(sdp->tracks[i].text);
    uint64_t whole = text_bps(sdp->head);
    return sum > whole ? sum : whole;
}
