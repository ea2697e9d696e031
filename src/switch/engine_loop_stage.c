#include "switch/engine_loop_stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "switch/engine_loop_internal.h"
#include "switch/input_udp.h"

/* So long is waited for packets that were sent to the group, twice: timers fire before sockets are
 * looked at, so that the first time may only mean that we were busy. */
static const int64_t patience_us = 20 * CLOCK_MS_US;

/* Where one track comes in. */
struct ear {
    struct engine_loop_stage *stage;
    struct input_udp *input;
    unsigned track;
    uint64_t come[2]; /* RTP, RTCP: all packets before this number have come */
};

struct engine_loop_stage {
    struct engine_loop *loop;
    struct output *output;
    struct ear *ears[LIMIT_TRACKS]; /* owned; NULL: the track is not wanted, or we are not in */
    bool may_enter;
    bool has_news;    /* something has come since the output was told */
    bool is_deaf;     /* nothing has come for so long that it is not waited for */
    uint64_t reached; /* all packets before this number, of all tracks, have come */
    /* Since when `reached` stands still, and how often that was found too long. */
    uint64_t stalled_at;
    int64_t give_up_us;
    int strikes;
};

static const struct tape *tape_of(const struct engine_loop_stage *s)
{
    return packet_switch_tape(s->loop->sw);
}

/* Which packet of the ear's track a datagram is: its number, or that of the next to come. Counts
 * those in between, which did not come. */
static uint64_t find(const struct ear *ear, bool is_rtcp, struct span data, uint64_t *missed)
{
    const struct engine_loop_stage *s = ear->stage;
    const struct tape *tape = tape_of(s);
    uint64_t end = s->loop->feed->cursor.next, n = ear->come[is_rtcp];
    *missed = 0;
    if (n < s->reached)
        n = s->reached;
    for (n = n < tape_first(tape) ? tape_first(tape) : n; n < end; n++) {
        const struct packet *p = tape_packet(tape, n);
        if (p->track != ear->track || p->is_rtcp != is_rtcp)
            continue;
        if (p->len == data.len && memcmp(tape_span(tape, n).ptr, data.ptr, data.len) == 0)
            break;
        ++*missed;
    }
    return n;
}

static void on_packet(void *owner, bool is_second, struct span packet, const struct address *from)
{
    struct ear *ear = owner;
    struct engine_loop_stage *s = ear->stage;
    struct engine_loop *l = s->loop;
    uint64_t missed;

    if (!address_is_equal(from, udp_socket_local(l->senders[is_second]))) {
        l->strays++;
        return;
    }
    s->is_deaf = false;
    uint64_t number = find(ear, is_second, packet, &missed);
    if (number >= l->feed->cursor.next)
        return; /* late: it was sent from the tape */
    ear->come[is_second] = number + 1;
    s->output->looped++;
    s->output->unlooped += missed;
    s->has_news = true;
}

static void on_drained(void *owner)
{
    struct engine_loop_stage *s = ((struct ear *)owner)->stage;
    if (!s->has_news)
        return;
    s->has_news = false;
    s->loop->ops->arrived(s->loop->owner, s->output);
}

static const struct input_udp_ops ear_ops = {.packet = on_packet, .drained = on_drained};

int engine_loop_stage_new(struct engine_loop_stage **stage, struct engine_loop *loop,
                          struct output *output)
{
    struct engine_loop_stage *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->loop = loop;
    s->output = output;
    *stage = s;
    return 0;
}

static void close_ears(struct engine_loop_stage *s)
{
    for (size_t i = 0; i < LIMIT_TRACKS; i++) {
        if (s->ears[i])
            input_udp_close(s->ears[i]->input);
        free(s->ears[i]);
        s->ears[i] = NULL;
    }
    s->output->is_looping = false;
}

struct engine_loop_stage *engine_loop_stage_free(struct engine_loop_stage *s)
{
    if (s)
        close_ears(s);
    free(s);
    return NULL;
}

void engine_loop_stage_allow(struct engine_loop_stage *s, bool may_enter)
{
    s->may_enter = may_enter;
}

bool engine_loop_stage_leave(struct engine_loop_stage *s)
{
    bool was_in = s->output->is_looping;
    close_ears(s);
    return was_in;
}

/* On the group's ports of one track. 0 or -errno. */
static int open_ear(struct engine_loop_stage *s, unsigned track)
{
    struct engine_loop *l = s->loop;
    struct input_udp_place place = {.local = engine_loop_place(l, track, false),
                                    .is_pair = true,
                                    .interface = l->interface,
                                    .senders = INPUT_ANYBODY};
    struct ear *ear = calloc(1, sizeof *ear);
    if (!ear)
        return -ENOMEM;
    *ear = (struct ear){.stage = s, .track = track, .come = {s->reached, s->reached}};
    s->ears[track] = ear;
    return input_udp_new(&ear->input, l->uv, &place, l->inbox, &ear_ops, ear);
}

/* What is sent to the group from here on is what the output has not sent: both are at the live end.
 */
void engine_loop_stage_settle(struct engine_loop_stage *s, uint64_t next)
{
    int result = 0;
    if (s->output->is_looping || !s->may_enter || next != tape_end(tape_of(s)) ||
        next != s->loop->feed->cursor.next)
        return;
    s->reached = next;
    s->stalled_at = UINT64_MAX;
    s->is_deaf = s->has_news = false;
    for (unsigned i = 0; i < s->loop->track_count && result == 0; i++)
        if (s->output->tracks >> i & 1)
            result = open_ear(s, i);
    s->output->is_looping = result == 0;
    if (result < 0) {
        s->may_enter = false;
        close_ears(s);
    }
}

static bool has_come(const struct engine_loop_stage *s, uint64_t number)
{
    const struct packet *p = tape_packet(tape_of(s), number);
    const struct ear *ear = s->ears[p->track];
    return !ear || number < ear->come[p->is_rtcp];
}

/* Does not wait for what was sent to the group so far: the tape has it. */
static void give_up(struct engine_loop_stage *s, uint64_t end)
{
    for (; s->reached < end; s->reached++)
        s->output->unlooped += !has_come(s, s->reached);
    s->is_deaf = true;
}

static bool is_stalled(struct engine_loop_stage *s, int64_t now_us)
{
    if (s->stalled_at != s->reached) {
        s->stalled_at = s->reached;
        s->strikes = 0;
        s->give_up_us = now_us + patience_us;
    }
    if (now_us < s->give_up_us)
        return false;
    s->give_up_us = now_us + patience_us;
    return ++s->strikes == 2;
}

uint64_t engine_loop_stage_reach(struct engine_loop_stage *s, uint64_t next, int64_t now_us)
{
    uint64_t end = s->loop->feed->cursor.next;
    if (!s->output->is_looping)
        return tape_end(tape_of(s));
    if (s->reached < next)
        s->reached = next;
    while (s->reached < end && has_come(s, s->reached))
        s->reached++;
    if (s->reached < end && (s->is_deaf || is_stalled(s, now_us)))
        give_up(s, end);
    return s->reached;
}

int64_t engine_loop_stage_wake_us(const struct engine_loop_stage *s)
{
    bool is_waiting = s->output->is_looping && s->reached < s->loop->feed->cursor.next;
    return is_waiting ? s->give_up_us : INT64_MAX;
}
