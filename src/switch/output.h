/* An output: where the packets of one viewer (or group) leave, and the cursor they are read by.
 * The kinds differ in how they send; what they share is here. One thread. */
#ifndef WEIR_SWITCH_OUTPUT_H
#define WEIR_SWITCH_OUTPUT_H

#include "base/rate.h"
#include "net/connection.h"
#include "net/udp_socket.h"
#include "switch/cursor.h"
#include "switch/run.h"

struct engine_loop;
struct output;

struct output_ops {
    /* Sends what lies between the cursor and the tape's end, as far as the kernel and the pace
     * allow. Sets is_busy, wake_us and is_broken. */
    void (*send)(struct output *o, const struct tape *tape, struct runs *runs, int64_t now_us);
    /* `tracks` has changed. NULL: it does not matter. */
    void (*changed)(struct output *o);
    /* It reads the tape from now on. NULL: it does not matter. */
    void (*joined)(struct output *o);
    /* It is about to leave. True: what its engine has not brought yet is to be sent now, from the
     * tape. NULL: it owes nothing. */
    bool (*parting)(struct output *o);
    /* An RTCP packet of our own, outside the tape. 0 or -errno. */
    int (*send_rtcp)(struct output *o, unsigned track, struct span packet);
    /* A packet of the tape once more. NULL: it cannot have been lost. 0 or -errno. */
    int (*resend)(struct output *o, const struct tape *tape, uint64_t number);
    void (*free)(struct output *o);
};

struct output {
    const struct output_ops *ops;
    struct cursor cursor;
    uint32_t tracks;     /* bit i: track i is wanted */
    bool is_busy;        /* the kernel takes no more; whoever hears that it does calls send */
    bool is_broken;      /* the peer is gone: sends nothing any more */
    bool is_inner;       /* feeds other outputs: not counted among what viewers get */
    bool is_looping;     /* it goes by the loop now (switch/engine_loop.h) */
    int64_t wake_us;     /* send again then; INT64_MAX: when there is something new */
    int64_t progress_us; /* when it last sent something, or had nothing to send */
    uint64_t packets, bytes, fragmented;
    uint64_t refused;           /* packets the kernel would not send, not counted above, */
    int refusal;                /* and why not the last one: a negative errno; 0 without one */
    uint64_t resent;            /* packets sent once more, not counted above */
    uint64_t looped, unlooped;  /* packets that came by the loop; that were lost there, and were
                                   sent from the tape */
    struct output *prev, *next; /* the switch's list */
};

/* Interleaved with RTSP on a connection it borrows. Tracks whose packets go on the tape's own
 * channels (2 * track, 2 * track + 1), when all are wanted, leave in contiguous runs. 0 or -ENOMEM.
 */
int output_tcp_new(struct output **output, struct connection *connection, unsigned track_count);
/* Adds a track: its packets go on `channel` and `rtcp_channel`. */
void output_tcp_add(struct output *output, unsigned track, uint8_t channel, uint8_t rtcp_channel);

/* UDP from sockets it borrows; where `rtcp` is NULL no RTCP leaves. `pace_bps` is how fast it may
 * catch up with the live end at first (0: as fast as it likes); from then on it goes as the stream
 * goes. 0 or -ENOMEM. */
int output_udp_new(struct output **output, struct udp_socket *rtp, struct udp_socket *rtcp,
                   uint64_t pace_bps);
/* 0 or -ENOMEM. */
int output_udp_add(struct output *output, unsigned track, const struct udp_target *rtp,
                   const struct udp_target *rtcp);

/* Once it has caught up, it sends what comes by the loop (switch/engine_loop.h), which it borrows.
 * 0 or -ENOMEM. */
int output_udp_loop(struct output *output, struct engine_loop *loop);

/* From now on the track is not wanted. */
void output_remove(struct output *output, unsigned track);

/* Accepts NULL, returns NULL. It must have left its switch. */
struct output *output_free(struct output *output);

/* Sends a packet of the tape once more, out of turn, to an output that has sent it. 0; -ENOTSUP
 * over TCP, which loses nothing; -ENOENT when it was not its packet; another -errno. */
int output_resend(struct output *output, const struct tape *tape, uint64_t number);

/* An RTCP packet of our own (BYE), outside the tape; the track must be wanted. 0 or -errno. */
int output_send_rtcp(struct output *output, unsigned track, struct span packet);

#endif
