/* Feedback: what the viewers of one track ask of its origin, made one voice (RFC 4585, RFC 5104).
 * However many ask, a key frame is asked for at most twice a second and a lost packet once. Pure,
 * no memory. */
#ifndef WEIR_GATEWAY_FEEDBACK_H
#define WEIR_GATEWAY_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FEEDBACK_LOST = 64,              /* packets one NACK of ours asks for at most */
    FEEDBACK_KEY_US = 500 * 1000,    /* between two requests for a key frame */
    FEEDBACK_NACK_US = 10 * 1000,    /* so long more viewers may miss the same packets */
    FEEDBACK_AGAIN_US = 1000 * 1000, /* a packet asked for is not asked for again so long */
};

struct feedback { /* zeroed is one that nobody has asked anything */
    bool wants_key, has_asked_key;
    int64_t key_us; /* when it was asked for last */
    size_t lost_count;
    int64_t lost_us; /* since when the first of them is missed */
    uint16_t lost[FEEDBACK_LOST];
    struct feedback_asked {
        int64_t us; /* 0: never */
        uint16_t seq;
    } asked[FEEDBACK_LOST]; /* a ring */
    size_t asked_next;
};

void feedback_want_key(struct feedback *f);
/* By the source's own number. What does not fit is forgotten: whoever misses it asks again. */
void feedback_want_packet(struct feedback *f, uint16_t seq, int64_t now_us);
/* When there is something to be asked of the origin; INT64_MAX: nothing. */
int64_t feedback_deadline_us(const struct feedback *f);
/* Whether a key frame is to be asked for now. */
bool feedback_take_key(struct feedback *f, int64_t now_us);
/* The packets to be asked for now, in rising order around the circle; how many. */
size_t feedback_take_lost(struct feedback *f, uint16_t seqs[FEEDBACK_LOST], int64_t now_us);

#endif
