/* The tape: the last seconds of one stream, packet after packet, in one contiguous stretch of
 * memory. Each packet lies framed for RTSP interleaving ('$', channel, length; RFC 2326 10.12) on
 * channel 2 * track, or 2 * track + 1 for RTCP, so that a run of packets is one send over TCP.
 *
 * The memory is mapped twice in a row: a packet, and any run of them, never wraps. It grows from
 * small up to its limit as long as the current group of pictures, or the last two seconds, do not
 * fit; then the oldest packets make way. Packets have numbers that only rise, and never reuse.
 *
 * One thread writes and reads. Pointers into the tape live until the next append. */
#ifndef WEIR_SWITCH_TAPE_H
#define WEIR_SWITCH_TAPE_H

#include "base/span.h"

enum { TAPE_FRAME = 4 }; /* bytes before each packet */

struct packet {
    uint64_t at;        /* where its frame begins, in bytes since the tape was new */
    int64_t arrived_us; /* when its source brought it */
    uint16_t len;       /* of the packet, without its frame */
    uint8_t track;
    bool is_rtcp;
};

struct tape;

/* `limit`: most bytes for packets, at least TAPE_LEAST. 0, -ENOMEM, or why the memory could not be
 * mapped. */
enum { TAPE_LEAST = 256 * 1024 };
int tape_new(struct tape **tape, uint64_t limit);
/* Accepts NULL, returns NULL. */
struct tape *tape_free(struct tape *tape);

/* Copies a packet to the end and returns its number. `len` is at most 65535. Never fails: where
 * the tape cannot grow, the oldest packets go. */
uint64_t tape_append(struct tape *tape, unsigned track, bool is_rtcp, struct span packet,
                     int64_t now_us);
/* Packets on the tape are [tape_first, tape_end). */
uint64_t tape_first(const struct tape *tape);
uint64_t tape_end(const struct tape *tape);
/* A packet on the tape. */
const struct packet *tape_packet(const struct tape *tape, uint64_t number);
/* Its frame, all packets behind it following contiguously. */
const uint8_t *tape_frame(const struct tape *tape, uint64_t number);
/* The packet without its frame. */
struct span tape_span(const struct tape *tape, uint64_t number);
/* Bytes, frames included, from packet `from` up to, not including, `to` (may be tape_end). */
uint64_t tape_distance(const struct tape *tape, uint64_t from, uint64_t to);

/* The newest key frame begins with this packet. */
void tape_mark_key(struct tape *tape, uint64_t number);
/* Where the newest key frame begins; false when there was none or it has left the tape. */
bool tape_find_key(const struct tape *tape, uint64_t *number);
/* Key frames marked so far. */
uint64_t tape_key_count(const struct tape *tape);

uint64_t tape_held_bytes(const struct tape *tape);
/* Bytes, frames included, appended since it was new. */
uint64_t tape_appended_bytes(const struct tape *tape);
/* Memory for packets now; its limit is the one given. */
uint64_t tape_capacity(const struct tape *tape);

#endif
