/* A list of transports ends; what was read and written is read back the same. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "wire/transport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct transport *t)
{
    static uint8_t bytes[1 << 16];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct transport again;

    transport_write(&w, t);
    struct span rest = writer_written(&w);
    /* Texts with separators in them stood in quotes, which we never write. */
    if (w.is_full || span_find(t->protocol, '"') < t->protocol.len ||
        span_find(t->destination, '"') < t->destination.len ||
        span_find(t->destination, ',') < t->destination.len ||
        span_find(t->destination, ';') < t->destination.len ||
        span_find(t->source, '"') < t->source.len || span_find(t->source, ',') < t->source.len ||
        span_find(t->source, ';') < t->source.len)
        return;
    if (transport_parse_next(&again, &rest) < 0)
        return; /* an empty protocol */
    assert(again.is_tcp == t->is_tcp && again.is_rtp == t->is_rtp);
    assert(again.is_multicast == t->is_multicast && again.is_record == t->is_record);
    assert(again.has_client_port == t->has_client_port);
    assert(again.client_port[0] == t->client_port[0] && again.client_port[1] == t->client_port[1]);
    assert(again.interleaved[0] == t->interleaved[0] && again.ttl == t->ttl);
    assert(again.ssrc == t->ssrc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    struct transport t;
    int result;
    size_t count = 0;

    while ((result = transport_parse_next(&t, &rest)) != -ENOENT) {
        assert(result == 0 || result == -EBADMSG);
        assert(++count <= size);
        if (result == 0) {
            assert(!t.has_client_port || t.client_port[0] > 0);
            assert(t.client_port[1] - t.client_port[0] <= 1);
            check_round_trip(&t);
        }
    }
    assert(rest.len == 0);
    return 0;
}
