/* A reader takes fields off a span and remembers whether one was missing: read all fields, then
 * look at `is_short` once. Past the end it yields zeros and empty spans. Network byte order. */
#ifndef WEIR_BASE_READER_H
#define WEIR_BASE_READER_H

#include "base/span.h"

struct reader {
    struct span rest;
    bool is_short; /* something was asked for that was not there */
};

struct reader reader_of(struct span s);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
/* The next `len` bytes, borrowed from the span the reader was made of. */
struct span reader_bytes(struct reader *r, size_t len);

#endif
