#include "base/buffer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_LEAST = 1024 };

void buffer_init(struct buffer *b, size_t limit)
{
    *b = (struct buffer){.limit = limit};
}

void buffer_done(struct buffer *b)
{
    free(b->bytes);
    buffer_init(b, b->limit);
}

int buffer_reserve(uint8_t **room, struct buffer *b, size_t len)
{
    if (len > b->limit - b->len)
        return -ENOBUFS;
    if (b->start + b->len + len > b->cap && b->start > 0) {
        memmove(b->bytes, b->bytes + b->start, b->len);
        b->start = 0;
    }
    if (b->len + len > b->cap) {
        size_t cap = b->cap > 0 ? b->cap : BUFFER_LEAST;
        while (cap < b->len + len)
            cap *= 2;
        uint8_t *bytes = realloc(b->bytes, cap);
        if (!bytes)
            return -ENOMEM;
        b->bytes = bytes;
        b->cap = cap;
    }
    *room = b->bytes + b->start + b->len;
    return 0;
}

void buffer_grow(struct buffer *b, size_t len)
{
    assert(b->start + b->len + len <= b->cap);
    b->len += len;
}

int buffer_append(struct buffer *b, struct span s)
{
    uint8_t *room;
    if (s.len == 0)
        return 0;
    int result = buffer_reserve(&room, b, s.len);
    if (result < 0)
        return result;
    memcpy(room, s.ptr, s.len);
    buffer_grow(b, s.len);
    return 0;
}

void buffer_consume(struct buffer *b, size_t len)
{
    assert(len <= b->len);
    b->start += len;
    b->len -= len;
    if (b->len == 0)
        buffer_done(b);
}

struct span buffer_span(const struct buffer *b)
{
    return span_of(b->bytes ? b->bytes + b->start : NULL, b->len);
}
