/* A description that could be read is written for viewers, and that one describes the same. */
#include <assert.h>
#include <stdlib.h>

#include "wire/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        struct sdp_rtcp x, y;
        sdp_track_rtcp(&x, &sdp, i);
        sdp_track_rtcp(&y, &again, i);
        assert(x.takes_pli == y.takes_pli && x.takes_fir == y.takes_fir);
    }
    return 0;
}
