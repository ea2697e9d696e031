/* Whatever comes, nothing is read past its end, and no more is lost than counters can tell. */
#include <assert.h>
#include <stdlib.h>

#include "wire/mpegts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mpegts_continuity *c = calloc(1, sizeof *c);
    struct span datagram = span_of(data, size);
    assert(c);
    bool is_stream = mpegts_is(datagram);
    mpegts_count(c, datagram);
    assert(c->packets == size / MPEGTS_PACKET && c->broken <= c->packets);
    assert(c->lost <= 15 * c->packets);
    assert(!is_stream || (size > 0 && size % MPEGTS_PACKET == 0));
    free(c);
    return 0;
}
