/* A growable queue of bytes with a bound: appended at the end, consumed from the front.
 * One thread owns it. */
#ifndef WEIR_BASE_BUFFER_H
#define WEIR_BASE_BUFFER_H

#include "base/span.h"

struct buffer {
    uint8_t *bytes; /* owned; data lies in [start, start + len) */
    size_t start;
    size_t len;
    size_t cap;
    size_t limit; /* most bytes it may hold */
};

/* Allocates nothing until the first byte. */
void buffer_init(struct buffer *b, size_t limit);
/* Frees the bytes and leaves an empty buffer of the same limit. */
void buffer_done(struct buffer *b);
/* 0; -ENOBUFS when the limit would be passed, -ENOMEM; the buffer is then unchanged. */
int buffer_append(struct buffer *b, struct span s);
/* At least `len` writable bytes behind the data, to be followed by buffer_grow. Same errors. */
int buffer_reserve(uint8_t **room, struct buffer *b, size_t len);
/* Counts `len` bytes that were written into the reserved room. */
void buffer_grow(struct buffer *b, size_t len);
/* Drops `len` bytes from the front; an empty buffer gives its memory back. */
void buffer_consume(struct buffer *b, size_t len);
/* All bytes in order; valid until the next call that changes the buffer. */
struct span buffer_span(const struct buffer *b);

#endif
