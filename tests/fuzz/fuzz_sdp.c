/* A description that could be read is written for viewers, and that one describes the same. */
#include <assert.h>
#include <stdlib.h>

#include "wire/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is said of a place lies within the text; what viewers get says nothing of one. */
static void look_at_place(const struct sdp *sdp, size_t track, struct span text)
{
    struct sdp_place place;
    const char *reason = NULL;
    if (sdp_track_place(&place, sdp, track, &reason) < 0) {
        assert(reason && reason[0]);
        return;
    }
    assert(place.host.len > 0 && place.host.ptr >= text.ptr &&
           place.host.ptr + place.host.len <= text.ptr + text.len);
    assert(place.rtcp_port != 0 || place.port == 0);
    assert(place.included.count <= SDP_SOURCES && place.excluded.count <= SDP_SOURCES);
    for (size_t i = 0; i < place.included.count; i++)
        assert(place.included.hosts[i].len > 0);
    for (size_t i = 0; i < place.excluded.count; i++)
        assert(place.excluded.hosts[i].len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sdp sdp, again;
    static uint8_t bytes[1 << 19];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct sdp_origin_line origin = {.id = 1, .version = 2, .host = span_text("127.0.0.1")};

    if (size > LIMIT_RTSP_BODY || sdp_parse(&sdp, span_of(data, size)) < 0)
        return 0;
    assert(sdp.track_count > 0 && sdp.track_count <= LIMIT_TRACKS);
    sdp_write(&w, &sdp, &origin);
    assert(writer_result(&w) == 0);
    assert(sdp_parse(&again, writer_written(&w)) == 0);
    assert(again.track_count == sdp.track_count);
    for (size_t i = 0; i < sdp.track_count; i++) {
        const struct sdp_track *a = &sdp.tracks[i], *b = &again.tracks[i];
        assert(a->clock_rate != 0 && a->clock_rate == b->clock_rate);
        assert(a->payload_type == b->payload_type && a->codec == b->codec);
        assert(span_is_equal(a->media, b->media) && span_is_equal(a->protocol, b->protocol));
        assert(span_has_prefix(b->control, "trackID="));
        look_at_place(&sdp, i, span_of(data, size));
        struct sdp_rtcp x, y;
        sdp_track_rtcp(&x, &sdp, i);
        sdp_track_rtcp(&y, &again, i);
        assert(x.takes_pli == y.takes_pli && x.takes_fir == y.takes_fir);
    }
    return 0;
}
