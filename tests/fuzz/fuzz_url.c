/* A URL that was read is written without its userinfo, and read back the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[3 * LIMIT_URL], resolved[3 * LIMIT_URL];
    char text[LIMIT_URL];
    struct writer w = writer_of(bytes, sizeof bytes), r = writer_of(resolved, sizeof resolved);
    struct span rest = span_of(data, size), base = span_cut(&rest, '\n');
    struct url url, again;

    if (url_decode(text, sizeof text, rest) == 0)
        assert(strlen(text) <= rest.len);
    if (url_parse(&url, base) < 0) {
        assert(url_resolve(&r, base, span_text("trackID=0")) < 0);
        return 0;
    }
    url_write(&w, &url);
    assert(writer_result(&w) == 0);
    assert(url_parse(&again, writer_written(&w)) == 0);
    assert(!again.has_user && again.port == url.port && again.is_tls == url.is_tls);
    assert(span_is_equal(again.host, url.host) && span_is_equal(again.path, url.path));
    assert(span_is_equal(again.query, url.query));
    if (rest.len < LIMIT_URL)
        assert(url_resolve(&r, base, rest) == 0 && r.len > 0);
    return 0;
}
