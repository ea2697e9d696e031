#include "switch/reorder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/rtp.h"

/* RFC 3550 A.1, MAX_DROPOUT and MAX_MISORDER: beyond the first the source has restarted; from
 * beyond the second a packet cannot be let in any more. */
enum { FAR = 3000, BELATED_MOST = 100 };

static struct reorder_slot *slot_of(struct reorder *r, uint16_t seq)
{
    return &r->slots[seq % LIMIT_REORDER];
}

void reorder_done(struct reorder *r)
{
    for (unsigned i = 0; i < LIMIT_REORDER; i++)
        free(r->slots[i].bytes);
    memset(r, 0, sizeof *r);
}

void reorder_restart(struct reorder *r)
{
    assert(r->held == 0);
    r->has_next = false;
    memset(r->fates, 0, sizeof r->fates);
}

static void step(struct reorder *r, bool has_passed)
{
    r->fates[r->next % LIMIT_REORDER] = has_passed ? REORDER_PASSED : REORDER_GIVEN_UP;
    r->next++;
}

static enum reorder_verdict judge_old(struct reorder *r, uint16_t seq, int distance)
{
    enum reorder_fate *fate = &r->fates[seq % LIMIT_REORDER];
    if (distance < -FAR)
        return REORDER_JUMP;
    if (distance < -LIMIT_REORDER)
        return REORDER_LATE;
    if (*fate == REORDER_AWAITED && distance >= -BELATED_MOST) {
        *fate = REORDER_PASSED;
        return REORDER_BELATED;
    }
    return *fate == REORDER_PASSED ? REORDER_DUPLICATE : REORDER_LATE;
}

bool reorder_await(struct reorder *r, uint16_t seq)
{
    int distance = rtp_seq_distance(seq, r->next);
    enum reorder_fate *fate = &r->fates[seq % LIMIT_REORDER];
    if (!r->has_next || distance >= 0 || distance < -BELATED_MOST)
        return false;
    if (*fate == REORDER_GIVEN_UP)
        *fate = REORDER_AWAITED;
    return *fate == REORDER_AWAITED;
}

static enum reorder_verdict hold(struct reorder *r, uint16_t seq, struct span packet,
                                 int64_t now_us)
{
    struct reorder_slot *slot = slot_of(r, seq);
    if (slot->bytes)
        return REORDER_DUPLICATE;
    slot->bytes = malloc(packet.len);
    if (!slot->bytes)
        return REORDER_LATE; /* lost to us, as if the network had lost it */
    memcpy(slot->bytes, packet.ptr, packet.len);
    slot->len = (uint16_t)packet.len;
    slot->arrived_us = now_us;
    if (r->held++ == 0)
        r->hole_us = now_us;
    return REORDER_HELD;
}

enum reorder_verdict reorder_push(struct reorder *r, uint16_t seq, struct span packet,
                                  int64_t now_us)
{
    if (!r->has_next) {
        r->has_next = true;
        r->next = seq;
    }
    int distance = rtp_seq_distance(seq, r->next);
    if (distance < 0)
        return judge_old(r, seq, distance);
    if (distance == 0) {
        step(r, true);
        r->hole_us = now_us; /* if something is held, what is missing now is another packet */
        return REORDER_PASS;
    }
    if (distance >= FAR)
        return REORDER_JUMP;
    if (distance >= LIMIT_REORDER && r->held == 0) { /* a long loss: nothing to wait for */
        while (r->next != seq)
            step(r, false);
        step(r, true);
        return REORDER_PASS;
    }
    return distance >= LIMIT_REORDER ? REORDER_JUMP : hold(r, seq, packet, now_us);
}

bool reorder_pop(struct reorder *r, struct reorder_slot *slot)
{
    struct reorder_slot *front = slot_of(r, r->next);
    if (r->held == 0 || !front->bytes)
        return false;
    *slot = *front;
    *front = (struct reorder_slot){0};
    r->held--;
    step(r, true);
    return true;
}

void reorder_give_up(struct reorder *r)
{
    if (r->held == 0)
        return;
    while (!slot_of(r, r->next)->bytes)
        step(r, false);
}

void reorder_expire(struct reorder *r, int64_t now_us)
{
    if (r->held == 0 || now_us < reorder_deadline_us(r))
        return;
    reorder_give_up(r);
    r->hole_us = now_us;
}

int64_t reorder_deadline_us(const struct reorder *r)
{
    return r->held > 0 ? r->hole_us + LIMIT_REORDER_US : INT64_MAX;
}
