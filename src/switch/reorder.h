/* Restores the order of one track's RTP packets that came over UDP, and drops duplicates, within a
 * small window. Packets in order pass at once and are never copied. One thread. */
#ifndef WEIR_SWITCH_REORDER_H
#define WEIR_SWITCH_REORDER_H

#include "base/limits.h"
#include "base/span.h"

struct reorder_slot {
    uint8_t *bytes; /* owned; NULL: empty */
    uint16_t len;
    int64_t arrived_us;
};

struct reorder { /* zeroed is one that has seen nothing */
    bool has_next;
    uint16_t next; /* the number to come */
    unsigned held;
    int64_t hole_us; /* since when the packet `next` is missing, while held > 0 */
    /* What has become of the LIMIT_REORDER numbers before `next`: tells late from twice. */
    enum reorder_fate {
        REORDER_UNKNOWN,
        REORDER_PASSED,
        REORDER_GIVEN_UP,
        REORDER_AWAITED
    } fates[LIMIT_REORDER];
    struct reorder_slot slots[LIMIT_REORDER];
};

enum reorder_verdict {
    REORDER_PASS,      /* in order: use it now, then reorder_pop until nothing comes */
    REORDER_HELD,      /* copied; reorder_pop will bring it */
    REORDER_LATE,      /* its hole was given up: drop it */
    REORDER_BELATED,   /* its hole was given up, and then it was asked for: use it now */
    REORDER_DUPLICATE, /* drop it */
    REORDER_JUMP,      /* too far from `next` for this window: empty it (give up and pop until
                          nothing is held), restart, then push again */
};

/* Drops what is held and forgets the numbers. */
void reorder_done(struct reorder *r);
enum reorder_verdict reorder_push(struct reorder *r, uint16_t seq, struct span packet,
                                  int64_t now_us);
/* The next held packet that is in order. The caller frees `bytes` of the slot it gets. */
bool reorder_pop(struct reorder *r, struct reorder_slot *slot);
/* Gives up the hole at the front if it is older than LIMIT_REORDER_US; pop brings what follows. */
void reorder_expire(struct reorder *r, int64_t now_us);
/* Gives up the hole at the front, however young. */
void reorder_give_up(struct reorder *r);
/* Asks for a packet whose hole was given up: should it come soon, it is REORDER_BELATED. False when
 * it is none of those. */
bool reorder_await(struct reorder *r, uint16_t seq);
/* Forgets where the numbers were; nothing may be held. */
void reorder_restart(struct reorder *r);
/* When the hole at the front is to be given up; INT64_MAX without one. */
int64_t reorder_deadline_us(const struct reorder *r);

#endif
