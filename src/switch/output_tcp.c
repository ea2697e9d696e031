#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "switch/output.h"

enum {
    SEND_MOST = 256 * 1024, /* one contiguous send */
    GATHER_MOST = 64,       /* packets of one gathered send */
};

struct output_tcp {
    struct output base;
    struct connection *connection;
    bool is_contiguous; /* every track, on the tape's own channels */
    unsigned track_count;
    uint8_t channels[LIMIT_TRACKS][2];
};

static bool is_contiguous(const struct output_tcp *o)
{
    for (unsigned i = 0; i < o->track_count; i++)
        if (!(o->base.tracks >> i & 1) || o->channels[i][0] != 2 * i ||
            o->channels[i][1] != 2 * i + 1)
            return false;
    return true;
}

/* Notes what the kernel has taken. The half of a packet that it has not goes to the outbox, so
 * that nothing can get between the halves and the cursor always stands before a whole packet. */
static void finish_send(struct output_tcp *o, ssize_t sent, size_t wanted, int64_t now_us)
{
    if (sent > 0)
        o->base.progress_us = now_us;
    if (sent < 0 && sent != -EAGAIN)
        o->base.is_broken = true;
    if (sent < (ssize_t)wanted)
        o->base.is_busy = true;
}

static void push_rest(struct output_tcp *o, struct span rest)
{
    if (rest.len > 0 && connection_push(o->connection, rest) < 0)
        o->base.is_broken = true;
}

static void count_packet(struct output *o, const struct packet *p)
{
    o->packets++;
    o->bytes += p->len;
}

/* Bytes of the whole packets that one send may take. */
static size_t stretch(const struct tape *tape, uint64_t from)
{
    uint64_t len = tape_distance(tape, from, tape_end(tape));
    if (len <= SEND_MOST)
        return len;
    len = 0;
    for (uint64_t n = from; len + LIMIT_FRAME <= SEND_MOST; n++)
        len += TAPE_FRAME + tape_packet(tape, n)->len;
    return len;
}

/* All packets as they lie on the tape, in one send. */
static void send_contiguous(struct output_tcp *o, const struct tape *tape, int64_t now_us)
{
    struct cursor *c = &o->base.cursor;
    const uint8_t *frames = tape_frame(tape, c->next);
    size_t len = stretch(tape, c->next);
    struct iovec part = {(void *)frames, len};
    ssize_t sent = connection_send(o->connection, &part, 1);
    size_t done = 0;

    while ((ssize_t)done < sent) {
        const struct packet *p = tape_packet(tape, c->next++);
        done += TAPE_FRAME + p->len;
        count_packet(&o->base, p);
    }
    if (sent > 0)
        push_rest(o, span_of(frames + sent, done - (size_t)sent));
    finish_send(o, sent, len, now_us);
}

struct gather {
    struct iovec parts[2 * GATHER_MOST];
    uint8_t frames[GATHER_MOST][TAPE_FRAME];
    uint64_t numbers[GATHER_MOST];
    size_t count;
    size_t bytes;
    uint64_t end; /* the packet behind the last one looked at */
};

static void gather(struct gather *g, const struct output_tcp *o, const struct tape *tape)
{
    g->count = g->bytes = 0;
    for (g->end = o->base.cursor.next; g->end < tape_end(tape) && g->count < GATHER_MOST;
         g->end++) {
        const struct packet *p = tape_packet(tape, g->end);
        if (!(o->base.tracks >> p->track & 1))
            continue;
        uint8_t *frame = g->frames[g->count];
        struct span s = tape_span(tape, g->end);
        memcpy(frame, s.ptr - TAPE_FRAME, TAPE_FRAME);
        frame[1] = o->channels[p->track][p->is_rtcp];
        g->parts[2 * g->count] = (struct iovec){frame, TAPE_FRAME};
        g->parts[2 * g->count + 1] = (struct iovec){(void *)s.ptr, s.len};
        g->numbers[g->count++] = g->end;
        g->bytes += TAPE_FRAME + s.len;
    }
}

static void push_rest_of_parts(struct output_tcp *o, const struct iovec parts[2], size_t sent)
{
    for (int i = 0; i < 2; i++) {
        struct span s = span_of(parts[i].iov_base, parts[i].iov_len);
        push_rest(o, span_skip(s, sent));
        sent -= sent < s.len ? sent : s.len;
    }
}

/* Some tracks only, or other channels: each packet with a frame of its own. */
static void send_gathered(struct output_tcp *o, const struct tape *tape, int64_t now_us)
{
    struct gather g;
    struct cursor *c = &o->base.cursor;
    size_t done = 0, i = 0;

    gather(&g, o, tape);
    ssize_t sent = g.count > 0 ? connection_send(o->connection, g.parts, 2 * g.count) : 0;
    for (; i < g.count && (ssize_t)done < sent; i++) {
        const struct packet *p = tape_packet(tape, g.numbers[i]);
        size_t len = TAPE_FRAME + p->len;
        if (done + len > (size_t)sent)
            push_rest_of_parts(o, &g.parts[2 * i], (size_t)sent - done);
        done += len;
        count_packet(&o->base, p);
        c->next = g.numbers[i] + 1;
    }
    if (i == g.count)
        c->next = g.end;
    finish_send(o, sent, g.bytes, now_us);
}

static void send_new(struct output *base, const struct tape *tape, struct runs *runs,
                     int64_t now_us)
{
    struct output_tcp *o = (struct output_tcp *)base;
    (void)runs;
    base->is_busy = false;
    while (!base->is_busy && !base->is_broken && cursor_settle(&base->cursor, tape, now_us)) {
        if (o->is_contiguous)
            send_contiguous(o, tape, now_us);
        else
            send_gathered(o, tape, now_us);
    }
    if (!base->is_busy)
        base->progress_us = now_us;
}

static int send_rtcp(struct output *base, unsigned track, struct span packet)
{
    struct output_tcp *o = (struct output_tcp *)base;
    uint8_t frame[TAPE_FRAME] = {'$', o->channels[track][1], (uint8_t)(packet.len >> 8),
                                 (uint8_t)packet.len};
    int result = connection_write(o->connection, span_of(frame, sizeof frame));
    return result < 0 ? result : connection_write(o->connection, packet);
}

static void release(struct output *base)
{
    free(base);
}

static void update_contiguous(struct output *base)
{
    struct output_tcp *o = (struct output_tcp *)base;
    o->is_contiguous = is_contiguous(o);
}

static const struct output_ops tcp_ops = {
    .send = send_new,
    .changed = update_contiguous,
    .send_rtcp = send_rtcp,
    .free = release,
};

int output_tcp_new(struct output **output, struct connection *connection, unsigned track_count)
{
    struct output_tcp *o = calloc(1, sizeof *o);
    if (!o)
        return -ENOMEM;
    o->base.ops = &tcp_ops;
    o->base.wake_us = INT64_MAX;
    o->connection = connection;
    o->track_count = track_count;
    *output = &o->base;
    return 0;
}

void output_tcp_add(struct output *base, unsigned track, uint8_t channel, uint8_t rtcp_channel)
{
    struct output_tcp *o = (struct output_tcp *)base;
    base->tracks |= UINT32_C(1) << track;
    o->channels[track][0] = channel;
    o->channels[track][1] = rtcp_channel;
    update_contiguous(base);
}
