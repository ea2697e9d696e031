/* A writer fills a buffer it borrows and remembers whether something did not fit: write all
 * fields, then ask writer_result() once. It never writes past `cap`, never allocates, and what
 * did not fit is left out whole. Numbers are written in network byte order. */
#ifndef WEIR_BASE_WRITER_H
#define WEIR_BASE_WRITER_H

#include "base/span.h"

struct writer {
    uint8_t *buf; /* borrowed */
    size_t cap;
    size_t len;
    bool is_full; /* something did not fit */
};

struct writer writer_of(void *buf, size_t cap);
void writer_bytes(struct writer *w, const void *bytes, size_t len);
void writer_span(struct writer *w, struct span s);
void writer_text(struct writer *w, const char *text);
void writer_format(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void writer_u8(struct writer *w, uint8_t value);
void writer_u16(struct writer *w, uint16_t value);
void writer_u32(struct writer *w, uint32_t value);
/* What has been written so far; lives as long as the buffer. */
struct span writer_written(const struct writer *w);
/* 0, or -ENOSPC when anything did not fit. */
int writer_result(const struct writer *w);

#endif
