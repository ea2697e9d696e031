/* What is read of an announcement lies within it, and written again reads the same. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "wire/sap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_within(struct span part, const uint8_t *data, size_t size)
{
    return part.len == 0 || (part.ptr >= data && part.ptr + part.len <= data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[70000];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct sap sap, again;
    int result = sap_parse(&sap, span_of(data, size));

    assert(result == 0 || result == -EBADMSG || result == -ENOTSUP);
    if (result < 0)
        return 0;
    assert(is_within(sap.type, data, size) && is_within(sap.payload, data, size));
    assert(sap_hash(sap.payload) != 0);
    sap_write(&w, &sap);
    if (writer_result(&w) < 0)
        return 0;
    assert(sap_parse(&again, writer_written(&w)) == 0);
    assert(again.is_deletion == sap.is_deletion && again.is_ipv6 == sap.is_ipv6);
    assert(again.hash == sap.hash && memcmp(again.source, sap.source, sizeof sap.source) == 0);
    assert(span_is_text(again.type, "application/sdp"));
    assert(span_is_equal(again.payload, sap.payload));
    return 0;
}
