/* A cursor: where on a tape a viewer is. Plain data, no memory of its own. */
#ifndef WEIR_SWITCH_CURSOR_H
#define WEIR_SWITCH_CURSOR_H

#include "switch/tape.h"

enum join_from {
    JOIN_KEY_FRAME,      /* keyFrame: a picture at once, up to a group of pictures behind live */
    JOIN_NEXT_KEY_FRAME, /* nextKeyFrame: least latency without a broken picture */
    JOIN_LIVE,           /* live: at once, from the middle of a group */
};

struct cursor {
    uint64_t next;      /* the packet to send next */
    bool waits_for_key; /* `next` is not decided: the next key frame decides it */
    int64_t joined_us;
    uint64_t skipped; /* packets it jumped over because its viewer was too slow */
};

/* Puts the cursor on the tape. Where the tape has had no key frame at all yet, JOIN_KEY_FRAME
 * waits for the first one; where its last one has left the tape, it starts live. */
void cursor_start(struct cursor *c, const struct tape *tape, enum join_from from, int64_t now_us);
/* Puts the cursor before a packet, on the tape or yet to come. */
void cursor_place(struct cursor *c, uint64_t next, int64_t now_us);
/* To be called before reading: a cursor that has fallen off the tape's end jumps to the newest key
 * frame, or to live without one; one that waits looks whether its key frame has come. True when
 * there is a packet at `next`. */
bool cursor_settle(struct cursor *c, const struct tape *tape, int64_t now_us);

#endif
