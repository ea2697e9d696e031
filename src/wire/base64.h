/* Base64 (RFC 4648 4), written at once and read as it comes: in pieces cut anywhere, with line
 * breaks and blanks between the characters, and padded wherever a writer has padded, since who
 * writes message after message pads each. Pure, any thread. */
#ifndef WEIR_WIRE_BASE64_H
#define WEIR_WIRE_BASE64_H

#include <sys/types.h>

#include "base/span.h"
#include "base/writer.h"

/* How many characters `len` bytes become. */
#define BASE64_LEN(len) (((len) + 2) / 3 * 4)

struct base64_decoder { /* zeroed is one at the beginning of a group */
    uint32_t bits;
    uint8_t count;   /* characters of the group of four that is in hand */
    uint8_t padding; /* how many of them were '=' */
};

/* Takes characters from the front of *in until it is empty, or until the room left in `out` might
 * not do for the next group. Returns how many bytes it has written; -EBADMSG at a character that
 * is none of the alphabet, or at padding where there can be none: *in then begins with it, and
 * what was written before it is lost. */
ssize_t base64_decode(struct base64_decoder *decoder, struct span *in, uint8_t *out, size_t cap);
/* Whether half a group waits for its other half. */
bool base64_is_halfway(const struct base64_decoder *decoder);

/* Writes the bytes, padded, all or nothing. */
void base64_write(struct writer *w, struct span bytes);

#endif
