/* Any payload, as every codec. */
#include <stdlib.h>

#include "wire/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (enum codec codec = CODEC_OTHER; codec <= CODEC_MP2T; codec++) {
        codec_is_key(codec, span_of(data, size));
        codec_is_head(codec, span_of(data, size));
    }
    codec_find(span_of(data, size));
    return 0;
}
