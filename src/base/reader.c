#include "base/reader.h"

struct reader reader_of(struct span s)
{
    return (struct reader){.rest = s};
}

struct span reader_bytes(struct reader *r, size_t len)
{
    if (len > r->rest.len) {
        r->is_short = true;
        r->rest = span_skip(r->rest, r->rest.len);
        return span_of(NULL, 0);
    }
    struct span taken = span_of(r->rest.ptr, len);
    r->rest = span_skip(r->rest, len);
    return taken;
}

uint8_t reader_u8(struct reader *r)
{
    struct span s = reader_bytes(r, 1);
    return s.len == 1 ? s.ptr[0] : 0;
}

uint16_t reader_u16(struct reader *r)
{
    struct span s = reader_bytes(r, 2);
    if (s.len < 2)
        return 0;
    return (uint16_t)(s.ptr[0] << 8 | s.ptr[1]);
}

uint32_t reader_u32(struct reader *r)
{
    struct span s = reader_bytes(r, 4);
    if (s.len < 4)
        return 0;
    return (uint32_t)s.ptr[0] << 24 | (uint32_t)s.ptr[1] << 16 | (uint32_t)s.ptr[2] << 8 | s.ptr[3];
}
