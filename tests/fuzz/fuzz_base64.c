/* What was written is read back, however it is cut; anything else is bounded and ends. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "wire/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096 };

static void check_round_trip(struct span bytes)
{
    static uint8_t text[BASE64_LEN(MOST)], back[MOST + 3];
    struct writer w = writer_of(text, sizeof text);
    struct base64_decoder decoder = {0};
    size_t step = bytes.len > 0 ? 1 + bytes.ptr[0] % 7u : 1, len = 0;

    base64_write(&w, bytes);
    assert(!w.is_full && w.len == BASE64_LEN(bytes.len));
    for (size_t at = 0; at < w.len; at += step) {
        struct span piece = span_of(text + at, w.len - at < step ? w.len - at : step);
        ssize_t got = base64_decode(&decoder, &piece, back + len, sizeof back - len);
        assert(got >= 0 && piece.len == 0);
        len += (size_t)got;
    }
    assert(!base64_is_halfway(&decoder) && span_is_equal(span_of(back, len), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct base64_decoder decoder = {0};
    struct span rest = span_of(data, size);
    uint8_t out[16];
    size_t len = 0;

    check_round_trip(span_of(data, size < MOST ? size : MOST));
    while (rest.len > 0) {
        size_t before = rest.len;
        ssize_t got = base64_decode(&decoder, &rest, out, sizeof out);
        if (got == -EBADMSG)
            break;
        assert(got >= 0 && got <= (ssize_t)sizeof out && rest.len < before);
        len += (size_t)got;
    }
    assert(len <= BASE64_LEN(size));
    return 0;
}
