#include "base/span.h"

#include <errno.h>
#include <string.h>

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_of(const void *ptr, size_t len)
{
    return (struct span){.ptr = ptr, .len = len};
}

struct span span_text(const char *text)
{
    return span_of(text, text ? strlen(text) : 0);
}

bool span_is_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool span_is_equal_nocase(struct span a, struct span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool span_is_text(struct span s, const char *text)
{
    return span_is_equal(s, span_text(text));
}

bool span_is_text_nocase(struct span s, const char *text)
{
    return span_is_equal_nocase(s, span_text(text));
}

bool span_has_prefix(struct span s, const char *prefix)
{
    struct span p = span_text(prefix);
    return s.len >= p.len && span_is_equal(span_of(s.ptr, p.len), p);
}

bool span_has_prefix_nocase(struct span s, const char *prefix)
{
    struct span p = span_text(prefix);
    return s.len >= p.len && span_is_equal_nocase(span_of(s.ptr, p.len), p);
}

bool span_has_suffix(struct span s, const char *suffix)
{
    struct span p = span_text(suffix);
    return s.len >= p.len && span_is_equal(span_skip(s, s.len - p.len), p);
}

size_t span_find(struct span s, uint8_t byte)
{
    const uint8_t *at = s.len > 0 ? memchr(s.ptr, byte, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

struct span span_skip(struct span s, size_t count)
{
    if (count >= s.len)
        count = s.len;
    return count == 0 ? s : span_of(s.ptr + count, s.len - count);
}

struct span span_trim(struct span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = span_skip(s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct span span_cut(struct span *rest, uint8_t delimiter)
{
    size_t at = span_find(*rest, delimiter);
    struct span piece = span_of(rest->ptr, at);
    *rest = span_skip(*rest, at + 1);
    return piece;
}

struct span span_cut_unquoted(struct span *rest, uint8_t delimiter)
{
    bool is_quoted = false;
    size_t at = 0;
    for (; at < rest->len; at++) {
        if (rest->ptr[at] == '"')
            is_quoted = !is_quoted;
        else if (rest->ptr[at] == delimiter && !is_quoted)
            break;
    }
    struct span piece = span_of(rest->ptr, at);
    *rest = span_skip(*rest, at + 1);
    return piece;
}

struct span span_unquote(struct span s)
{
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
        return span_of(s.ptr + 1, s.len - 2);
    return s;
}

int span_parse_uint(uint64_t *value, struct span s, uint64_t max)
{
    uint64_t sum = 0;
    if (s.len == 0)
        return -EINVAL;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t digit = (uint8_t)(s.ptr[i] - '0');
        if (digit > 9)
            return -EINVAL;
        if (digit > max || sum > (max - digit) / 10)
            return -ERANGE;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return 0;
}

static int hex_digit(uint8_t c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int span_parse_hex(uint64_t *value, struct span s, uint64_t max)
{
    uint64_t sum = 0;
    if (s.len == 0 || s.len > 16)
        return -EINVAL;
    for (size_t i = 0; i < s.len; i++) {
        int digit = hex_digit(s.ptr[i]);
        if (digit < 0)
            return -EINVAL;
        sum = sum * 16 + (uint64_t)digit;
    }
    if (sum > max)
        return -ERANGE;
    *value = sum;
    return 0;
}

int span_copy(char *dst, size_t cap, struct span s)
{
    dst[0] = '\0';
    if (s.len >= cap)
        return -ENAMETOOLONG;
    if (s.len > 0)
        memcpy(dst, s.ptr, s.len);
    dst[s.len] = '\0';
    return 0;
}
