/* Spans lie within what they were read from; nothing is left where the text was broken. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "wire/authorization.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(struct span inner, const uint8_t *ptr, size_t len)
{
    if (inner.len > 0)
        assert(inner.ptr >= ptr && inner.ptr + inner.len <= ptr + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct authorization a;
    int result = authorization_parse(&a, span_of(data, size));

    assert(result == 0 || result == -ENOENT || result == -EBADMSG);
    assert((result == 0) == (a.user.len > 0));
    if (result == 0 && a.is_digest) {
        check_span(a.user, data, size);
        check_span(a.uri, data, size);
        check_span(a.nonce, data, size);
        check_span(a.cnonce, data, size);
        assert(a.response.len == (a.is_sha256 ? 64 : 32));
        assert(!a.has_qop || (a.nc.len == 8 && a.cnonce.len > 0));
    } else if (result == 0) {
        check_span(a.user, a.plain, sizeof a.plain);
        check_span(a.password, a.plain, sizeof a.plain);
    }
    return 0;
}
