/* A packet that was read keeps its payload within itself, and can be renumbered. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtp rtp, again;
    rtp_is_rtcp(span_of(data, size));
    if (rtp_parse(&rtp, span_of(data, size)) < 0)
        return 0;
    assert(size >= 12 && rtp.payload.ptr >= data);
    assert(rtp.payload.ptr + rtp.payload.len <= data + size);
    uint8_t *copy = malloc(size);
    memcpy(copy, data, size);
    rtp_renumber(copy, (uint16_t)(rtp.seq + 1), rtp.timestamp + 1, rtp.ssrc + 1);
    assert(rtp_parse(&again, span_of(copy, size)) == 0);
    assert(rtp_seq_distance(again.seq, rtp.seq) == 1 && again.timestamp == rtp.timestamp + 1);
    assert(again.ssrc == rtp.ssrc + 1 && again.payload.len == rtp.payload.len);
    free(copy);
    return 0;
}
