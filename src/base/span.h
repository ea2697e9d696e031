/* A span is a borrowed stretch of bytes: a pointer and a length, never NUL-terminated.
 *
 * Parsers hand out spans into the buffer they were given; a span lives as long as that buffer
 * stays where it is. Nothing here allocates, and every function may run on any thread. */
#ifndef WEIR_BASE_SPAN_H
#define WEIR_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    const uint8_t *ptr;
    size_t len;
};

/* For printf("%.*s", SPAN_ARG(s)). */
#define SPAN_ARG(s) (int)(s).len, (const char *)(s).ptr

struct span span_of(const void *ptr, size_t len);
/* A NUL-terminated text as a span; NULL is the empty span. */
struct span span_text(const char *text);

bool span_is_equal(struct span a, struct span b);
/* ASCII letters compare without case. */
bool span_is_equal_nocase(struct span a, struct span b);
bool span_is_text(struct span s, const char *text);        /* exact */
bool span_is_text_nocase(struct span s, const char *text); /* without case */
bool span_has_prefix(struct span s, const char *prefix);   /* exact */
bool span_has_prefix_nocase(struct span s, const char *prefix);
bool span_has_suffix(struct span s, const char *suffix);

/* The offset of the first `byte`, or s.len when there is none. */
size_t span_find(struct span s, uint8_t byte);
/* Without the first `count` bytes (all of them when it is shorter). */
struct span span_skip(struct span s, size_t count);
/* Without leading and trailing SP, HT, CR and LF. */
struct span span_trim(struct span s);
/* Cuts the piece before `delimiter` off *rest, and the delimiter; without one, takes all of it. */
struct span span_cut(struct span *rest, uint8_t delimiter);
/* Like span_cut, but a delimiter between double quotes does not count. */
struct span span_cut_unquoted(struct span *rest, uint8_t delimiter);
/* Without one pair of enclosing double quotes, if there is one. */
struct span span_unquote(struct span s);

/* Decimal digits only. 0; -EINVAL (not a number, *value untouched); -ERANGE (above max). */
int span_parse_uint(uint64_t *value, struct span s, uint64_t max);
/* Hexadecimal digits only, at most 16. Same results. */
int span_parse_hex(uint64_t *value, struct span s, uint64_t max);
/* Copies into dst and terminates it. 0, or -ENAMETOOLONG (dst then holds ""). */
int span_copy(char *dst, size_t cap, struct span s);

#endif
