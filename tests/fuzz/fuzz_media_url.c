/* A URL that was read is written, and read back the same; whatever is refused is complained of in
 * words fit for a terminal. */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "wire/media_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_complaint(const struct writer *complaint)
{
    assert(complaint->len > 0 && !complaint->is_full);
    for (size_t i = 0; i < complaint->len; i++)
        assert(complaint->buf[i] >= 0x20 && complaint->buf[i] < 0x7f);
}

static void check_same(const struct media_url *a, const struct media_url *b)
{
    assert(a->is_rtp == b->is_rtp && a->port == b->port && a->given == b->given);
    assert(a->ttl == b->ttl && a->loops == b->loops && a->dscp == b->dscp);
    assert(a->is_group == b->is_group && a->is_source_specific == b->is_source_specific);
    assert(strcmp(a->host.text, b->host.text) == 0 && strcmp(a->iface, b->iface) == 0);
    assert(a->source_count == b->source_count);
    for (size_t i = 0; i < a->source_count; i++)
        assert(strcmp(a->sources[i].text, b->sources[i].text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"iface", "source", "ttl", "loop", "dscp"};
    uint8_t bytes[MEDIA_COMPLAINT], text[LIMIT_URL];
    struct writer complaint = writer_of(bytes, sizeof bytes), w = writer_of(text, sizeof text);
    struct span rest = span_of(data, size), line = span_cut(&rest, '\n');
    struct media_url url, again;

    if (media_url_parse(&url, line, &complaint) < 0) {
        check_complaint(&complaint);
        return 0;
    }
    media_url_write(&w, &url);
    assert(writer_result(&w) == 0 && complaint.len == 0);
    assert(media_url_parse(&again, writer_written(&w), &complaint) == 0);
    check_same(&url, &again);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        again = url;
        complaint.len = 0;
        if (media_url_set(&again, ~0u, span_text(names[i]), rest, &complaint) < 0) {
            check_complaint(&complaint);
            check_same(&url, &again);
        }
    }
    return 0;
}
