#include "switch/cursor.h"

#include "base/clock.h"

/* A stream in which no key frame is ever recognised (intra refresh, an odd encoder) must not keep
 * its viewers waiting for one. */
static const int64_t first_key_us = 10 * CLOCK_SECOND_US;

void cursor_start(struct cursor *c, const struct tape *tape, enum join_from from, int64_t now_us)
{
    uint64_t key;
    bool has_key = tape_find_key(tape, &key);
    bool is_first_to_come = tape_key_count(tape) == 0;

    c->joined_us = now_us;
    c->next = from == JOIN_KEY_FRAME && has_key ? key : tape_end(tape);
    c->waits_for_key = from == JOIN_NEXT_KEY_FRAME || (from == JOIN_KEY_FRAME && is_first_to_come);
}

void cursor_place(struct cursor *c, uint64_t next, int64_t now_us)
{
    c->joined_us = now_us;
    c->next = next;
    c->waits_for_key = false;
}

static void wait_for_key(struct cursor *c, const struct tape *tape, int64_t now_us)
{
    uint64_t key;
    if (tape_find_key(tape, &key) && key >= c->next) {
        c->next = key;
        c->waits_for_key = false;
    } else if (tape_key_count(tape) == 0 && now_us - c->joined_us >= first_key_us) {
        c->next = tape_end(tape);
        c->waits_for_key = false;
    }
}

bool cursor_settle(struct cursor *c, const struct tape *tape, int64_t now_us)
{
    uint64_t key;
    if (c->waits_for_key)
        wait_for_key(c, tape, now_us);
    if (c->waits_for_key)
        return false;
    if (c->next < tape_first(tape)) {
        uint64_t to = tape_find_key(tape, &key) ? key : tape_end(tape);
        c->skipped += to - c->next;
        c->next = to;
    }
    return c->next < tape_end(tape);
}
