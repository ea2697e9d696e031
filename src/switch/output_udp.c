#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "switch/engine_loop_stage.h"
#include "switch/output.h"

enum {
    /* What goes out at once when a viewer joins: the beginning of its first picture. */
    FIRST_BURST = 32 * 1024,
    PACE_US = 4000, /* between two helpings of a viewer that catches up */
};

struct udp_track {
    struct udp_target rtp, rtcp;
    uint16_t payload_most; /* larger packets go as IP fragments */
};

struct output_udp {
    struct output base;
    struct udp_socket *rtp, *rtcp; /* RTCP's may be NULL: then none is sent */
    /* Catching up: bytes it may send now, and since when that is true. */
    bool is_paced;
    uint64_t pace_bps;
    int64_t allowance;
    int64_t allowed_us;      /* 0: it has had nothing yet */
    int64_t paced_since_us;  /* its first helping, */
    uint64_t paced_since_at; /* and how much the tape had seen by then */
    /* Where the kernel refused: the stretch that is half sent. */
    uint64_t stopped_to;
    size_t stopped_run, stopped_part;
    struct engine_loop_stage *stage;        /* owned; NULL: it goes by the tape alone */
    struct udp_track *tracks[LIMIT_TRACKS]; /* owned; NULL: not set up */
};

/* A destination that cannot be reached costs the packets to it, and nobody else anything: only a
 * busy kernel is worth coming back for. Returns how many packets are done. */
static size_t send_parts(struct output_udp *o, const struct run *run, const struct iovec *parts,
                         size_t count)
{
    const struct udp_track *t = o->tracks[run->track];
    ssize_t sent;

    if (run->is_rtcp) {
        int result = udp_socket_send(o->rtcp, &t->rtcp, parts, 1);
        sent = result < 0 ? result : 1;
    } else if (run->segment > t->payload_most) {
        int result = udp_socket_send(o->rtp, &t->rtp, parts, 1);
        sent = result < 0 ? result : 1;
        o->base.fragmented += result == 0;
    } else {
        sent = udp_socket_send_run(o->rtp, &t->rtp, parts, count, run->segment);
    }
    if (sent == -EAGAIN)
        return 0;
    if (sent < 0) {
        o->base.refused++;
        o->base.refusal = (int)sent;
        return 1;
    }
    size_t done = (size_t)sent;
    for (size_t i = 0; i < done; i++)
        o->base.bytes += parts[i].iov_len;
    o->base.packets += done;
    return done;
}

/* Sends the stretch the runs describe, from where it had stopped. True when all of it is out. */
static bool send_runs(struct output_udp *o, const struct runs *runs)
{
    for (; o->stopped_run < runs->count; o->stopped_run++, o->stopped_part = 0) {
        const struct run *run = &runs->items[o->stopped_run];
        if (!(o->base.tracks >> run->track & 1) || (run->is_rtcp && !o->rtcp))
            continue;
        while (o->stopped_part < run->count) {
            size_t done = send_parts(o, run, &runs->parts[run->first + o->stopped_part],
                                     run->count - o->stopped_part);
            if (done == 0)
                return false;
            o->stopped_part += done;
        }
    }
    o->stopped_run = o->stopped_part = 0;
    o->stopped_to = 0;
    return true;
}

/* Faster than the stream flows while it catches up, however the stream's rate was guessed when it
 * joined: else it would never arrive. */
static uint64_t pace_bps_now(const struct output_udp *o, const struct tape *tape, int64_t now_us)
{
    int64_t passed_us = now_us - o->paced_since_us;
    uint64_t since = tape_appended_bytes(tape) - o->paced_since_at;
    uint64_t twice_bps =
        passed_us > 0 ? since * 16 * (uint64_t)CLOCK_SECOND_US / (uint64_t)passed_us : 0;
    return twice_bps > o->pace_bps ? twice_bps : o->pace_bps;
}

static void add_allowance(struct output_udp *o, const struct tape *tape, int64_t now_us)
{
    if (o->allowed_us == 0) {
        o->allowed_us = o->paced_since_us = now_us;
        o->paced_since_at = tape_appended_bytes(tape);
    }
    int64_t bps = (int64_t)pace_bps_now(o, tape, now_us);
    int64_t most = bps / 8 * 2 * PACE_US / CLOCK_SECOND_US; /* two helpings' worth */
    o->allowance += (now_us - o->allowed_us) * bps / 8 / CLOCK_SECOND_US;
    o->allowed_us = now_us;
    if (most < FIRST_BURST)
        most = FIRST_BURST;
    if (o->allowance > most)
        o->allowance = most;
}

/* How far its allowance reaches. */
static uint64_t pace(struct output_udp *o, const struct tape *tape, int64_t now_us)
{
    uint64_t n = o->base.cursor.next, end = tape_end(tape);
    if (end - n > RUNS_PACKETS)
        end = n + RUNS_PACKETS;
    add_allowance(o, tape, now_us);
    for (; n < end && o->allowance > 0; n++) {
        const struct packet *p = tape_packet(tape, n);
        if (o->base.tracks >> p->track & 1)
            o->allowance -= p->len;
    }
    return n;
}

/* How far it may go now: to the live end, or as far as its allowance or its engine lets it. */
static uint64_t reach(struct output_udp *o, const struct tape *tape, int64_t now_us)
{
    if (o->stopped_to > 0)
        return o->stopped_to;
    if (o->is_paced)
        return pace(o, tape, now_us);
    if (o->stage)
        return engine_loop_stage_reach(o->stage, o->base.cursor.next, now_us);
    return tape_end(tape);
}

/* It has sent as far as it could. */
static void settle(struct output_udp *o, const struct tape *tape)
{
    const struct cursor *c = &o->base.cursor;
    if (o->is_paced && !c->waits_for_key && c->next == tape_end(tape))
        o->is_paced = false;
    if (!o->stage || o->is_paced || c->waits_for_key)
        return;
    engine_loop_stage_settle(o->stage, c->next);
    int64_t wake_us = engine_loop_stage_wake_us(o->stage);
    if (wake_us < o->base.wake_us)
        o->base.wake_us = wake_us;
}

static void send_new(struct output *base, const struct tape *tape, struct runs *runs,
                     int64_t now_us)
{
    struct output_udp *o = (struct output_udp *)base;
    struct cursor *c = &base->cursor;
    uint64_t skipped = c->skipped;

    base->wake_us = INT64_MAX;
    while (cursor_settle(c, tape, now_us)) {
        if (c->skipped != skipped)
            o->stopped_to = o->stopped_run = o->stopped_part = 0;
        skipped = c->skipped;
        uint64_t to = reach(o, tape, now_us);
        bool is_held = to <= c->next;
        if (!is_held) {
            runs_make(runs, tape, c->next, to);
            o->stopped_to = runs->to;
        }
        if (is_held || !send_runs(o, runs)) {
            base->wake_us = is_held && !o->is_paced ? INT64_MAX : now_us + PACE_US;
            break;
        }
        c->next = runs->to;
    }
    settle(o, tape);
    base->progress_us = now_us;
}

static int send_rtcp(struct output *base, unsigned track, struct span packet)
{
    struct output_udp *o = (struct output_udp *)base;
    struct iovec part = {(void *)packet.ptr, packet.len};
    return o->rtcp ? udp_socket_send(o->rtcp, &o->tracks[track]->rtcp, &part, 1) : -ENOTSUP;
}

static int resend(struct output *base, const struct tape *tape, uint64_t number)
{
    struct output_udp *o = (struct output_udp *)base;
    struct span s = tape_span(tape, number);
    struct iovec part = {(void *)s.ptr, s.len};
    return udp_socket_send(o->rtp, &o->tracks[tape_packet(tape, number)->track]->rtp, &part, 1);
}

static void release(struct output *base)
{
    struct output_udp *o = (struct output_udp *)base;
    engine_loop_stage_free(o->stage);
    for (unsigned i = 0; i < LIMIT_TRACKS; i++)
        free(o->tracks[i]);
    free(o);
}

static void joined(struct output *base)
{
    struct output_udp *o = (struct output_udp *)base;
    if (o->stage)
        engine_loop_stage_allow(o->stage, true);
}

static bool parting(struct output *base)
{
    struct output_udp *o = (struct output_udp *)base;
    if (!o->stage)
        return false;
    engine_loop_stage_allow(o->stage, false);
    return engine_loop_stage_leave(o->stage);
}

/* It enters the loop anew, for the tracks that are wanted now. */
static void changed(struct output *base)
{
    struct output_udp *o = (struct output_udp *)base;
    if (o->stage)
        engine_loop_stage_leave(o->stage);
}

static const struct output_ops udp_ops = {
    .send = send_new,
    .changed = changed,
    .joined = joined,
    .parting = parting,
    .send_rtcp = send_rtcp,
    .resend = resend,
    .free = release,
};

int output_udp_new(struct output **output, struct udp_socket *rtp, struct udp_socket *rtcp,
                   uint64_t pace_bps)
{
    struct output_udp *o = calloc(1, sizeof *o);
    if (!o)
        return -ENOMEM;
    o->base.ops = &udp_ops;
    o->base.wake_us = INT64_MAX;
    o->rtp = rtp;
    o->rtcp = rtcp;
    o->is_paced = pace_bps > 0;
    o->pace_bps = pace_bps;
    o->allowance = FIRST_BURST;
    *output = &o->base;
    return 0;
}

int output_udp_add(struct output *base, unsigned track, const struct udp_target *rtp,
                   const struct udp_target *rtcp)
{
    struct output_udp *o = (struct output_udp *)base;
    if (!o->tracks[track])
        o->tracks[track] = malloc(sizeof *o->tracks[track]);
    if (!o->tracks[track])
        return -ENOMEM;
    *o->tracks[track] = (struct udp_track){
        .rtp = *rtp,
        .rtcp = *rtcp,
        .payload_most = udp_payload_most(&rtp->to),
    };
    base->tracks |= UINT32_C(1) << track;
    changed(base);
    return 0;
}

int output_udp_loop(struct output *base, struct engine_loop *loop)
{
    struct output_udp *o = (struct output_udp *)base;
    return engine_loop_stage_new(&o->stage, loop, base);
}
