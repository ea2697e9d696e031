/* What a description says about the RTCP of a track. */
#include "wire/sdp.h"

/* Far above any link; keeps sums of it small. */
static const uint64_t most_bps = UINT64_C(1000) * 1000 * 1000 * 1000;

struct bandwidth {
    bool has_rr;
    uint64_t rr_bps;
    uint64_t media_bps; /* 0: not said */
};

/* b=<type>:<number> */
static void read_bandwidth(struct bandwidth *b, struct span line)
{
    uint64_t number;
    if (!span_has_prefix(line, "b="))
        return;
    struct span rest = span_skip(line, 2);
    struct span type = span_trim(span_cut(&rest, ':'));
    if (span_parse_uint(&number, span_trim(rest), most_bps) < 0)
        return;
    if (span_is_text_nocase(type, "RR")) {
        b->has_rr = true;
        b->rr_bps = number;
    } else if (span_is_text_nocase(type, "TIAS")) {
        b->media_bps = number;
    } else if (span_is_text_nocase(type, "AS") && b->media_bps == 0) {
        b->media_bps = number * 1000;
    }
}

/* rtcp-fb:<payload type or *> <type> [<parameter>] */
static void read_feedback(struct sdp_rtcp *rtcp, const struct sdp_track *t, struct span value)
{
    uint64_t number;
    struct span types = span_cut(&value, ' '), rest = span_trim(value);
    struct span type = span_cut(&rest, ' '), parameter = span_trim(rest);

    if (!span_is_text(types, "*") &&
        (span_parse_uint(&number, types, 127) < 0 || number != t->payload_type))
        return;
    if (span_is_text_nocase(type, "nack") && parameter.len == 0)
        rtcp->takes_nack = true;
    else if (span_is_text_nocase(type, "nack") && span_is_text_nocase(parameter, "pli"))
        rtcp->takes_pli = true;
    else if (span_is_text_nocase(type, "ccm") && span_is_text_nocase(parameter, "fir"))
        rtcp->takes_fir = true;
}

void sdp_track_rtcp(struct sdp_rtcp *rtcp, const struct sdp *sdp, size_t track)
{
    const struct sdp_track *t = &sdp->tracks[track];
    struct bandwidth session = {0};
    struct span line, value, rest = sdp->head;
    bool has_feedback = false;

    *rtcp = (struct sdp_rtcp){.receivers_bps = UINT64_MAX};
    while (sdp_next_line(&line, &rest))
        read_bandwidth(&session, line);
    /* A session's share of reports holds for each of its media, its rate for all together. */
    struct bandwidth b = {.has_rr = session.has_rr, .rr_bps = session.rr_bps};
    rest = t->text;
    while (sdp_next_line(&line, &rest)) {
        read_bandwidth(&b, line);
        if (!sdp_is_attribute(line, "rtcp-fb", &value))
            continue;
        has_feedback = true;
        read_feedback(rtcp, t, value);
    }
    if (b.has_rr)
        rtcp->receivers_bps = b.rr_bps;
    else if (b.media_bps > 0)
        rtcp->receivers_bps = b.media_bps * 3 / 80;
    if (!has_feedback && span_has_suffix(t->protocol, "AVPF"))
        rtcp->takes_pli = rtcp->takes_nack = true;
}
