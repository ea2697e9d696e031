#include "wire/base64.h"

#include <errno.h>

enum { PAD = 64, BLANK, WRONG };

static uint8_t value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    switch (c) {
    case '+':
        return 62;
    case '/':
        return 63;
    case '=':
        return PAD;
    case '\r':
    case '\n':
    case ' ':
    case '\t':
        return BLANK;
    default:
        return WRONG;
    }
}

/* Padding stands in the last two places of a group, and nothing but padding follows it there. */
static bool fits(const struct base64_decoder *d, uint8_t value)
{
    return value == PAD ? d->count >= 2 : value < PAD && d->padding == 0;
}

/* Empties the full group into `out`. */
static size_t flush(struct base64_decoder *d, uint8_t *out)
{
    size_t len = 3u - d->padding;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(d->bits >> (16 - 8 * i));
    *d = (struct base64_decoder){0};
    return len;
}

ssize_t base64_decode(struct base64_decoder *d, struct span *in, uint8_t *out, size_t cap)
{
    size_t len = 0;
    for (; in->len > 0 && cap - len >= 3; *in = span_skip(*in, 1)) {
        uint8_t value = value_of(in->ptr[0]);
        if (value == BLANK)
            continue;
        if (!fits(d, value))
            return -EBADMSG;
        d->bits = d->bits << 6 | (value & 63);
        d->padding = (uint8_t)(d->padding + (value == PAD));
        if (++d->count == 4)
            len += flush(d, out + len);
    }
    return (ssize_t)len;
}

bool base64_is_halfway(const struct base64_decoder *d)
{
    return d->count > 0;
}

void base64_write(struct writer *w, struct span bytes)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = BASE64_LEN(bytes.len);

    if (w->is_full || w->cap - w->len < len) {
        w->is_full = true;
        return;
    }
    for (; bytes.len > 0; bytes = span_skip(bytes, 3)) {
        uint32_t bits = (uint32_t)bytes.ptr[0] << 16;
        bits |= bytes.len > 1 ? (uint32_t)bytes.ptr[1] << 8 : 0;
        bits |= bytes.len > 2 ? bytes.ptr[2] : 0;
        uint8_t *to = w->buf + w->len;
        to[0] = (uint8_t)alphabet[bits >> 18];
        to[1] = (uint8_t)alphabet[bits >> 12 & 63];
        to[2] = bytes.len > 1 ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
        to[3] = bytes.len > 2 ? (uint8_t)alphabet[bits & 63] : '=';
        w->len += 4;
    }
}
