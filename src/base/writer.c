#include "base/writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct writer writer_of(void *buf, size_t cap)
{
    return (struct writer){.buf = buf, .cap = cap};
}

void writer_bytes(struct writer *w, const void *bytes, size_t len)
{
    if (w->is_full || len > w->cap - w->len) {
        w->is_full = true;
        return;
    }
    if (len > 0)
        memcpy(w->buf + w->len, bytes, len);
    w->len += len;
}

void writer_span(struct writer *w, struct span s)
{
    writer_bytes(w, s.ptr, s.len);
}

void writer_text(struct writer *w, const char *text)
{
    writer_span(w, span_text(text));
}

void writer_format(struct writer *w, const char *format, ...)
{
    size_t room = w->cap - w->len;
    va_list args;

    if (w->is_full)
        return;
    va_start(args, format);
    int len = vsnprintf((char *)w->buf + w->len, room, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= room)
        w->is_full = true; /* vsnprintf wants a byte for its NUL, which is not ours to keep */
    else
        w->len += (size_t)len;
}

void writer_u8(struct writer *w, uint8_t value)
{
    writer_bytes(w, &value, 1);
}

void writer_u16(struct writer *w, uint16_t value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    writer_bytes(w, bytes, sizeof bytes);
}

void writer_u32(struct writer *w, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                        (uint8_t)value};
    writer_bytes(w, bytes, sizeof bytes);
}

struct span writer_written(const struct writer *w)
{
    return span_of(w->buf, w->len);
}

int writer_result(const struct writer *w)
{
    return w->is_full ? -ENOSPC : 0;
}
