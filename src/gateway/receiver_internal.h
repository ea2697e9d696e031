/* What the rooms of a receiver share. */
#ifndef WEIR_GATEWAY_RECEIVER_INTERNAL_H
#define WEIR_GATEWAY_RECEIVER_INTERNAL_H

#include "gateway/media_in.h"
#include "gateway/receiver.h"
#include "gateway/receiver_plan.h"
#include "switch/mp2t.h"

enum { RECEIVER_REASON = 160 }; /* what a status has room for */

struct receiver {
    struct source base;
    struct stream *stream; /* NULL once stopped */
    struct gateway *gateway;
    const struct path_settings *path;
    struct receiver_plan *plan; /* NULL until it listens */
    uv_timer_t timer;
    bool is_started;                   /* something has come, and the stream is described */
    bool has_complained;               /* of what is no media */
    unsigned interfaces[LIMIT_TRACKS]; /* by which groups are joined */
    struct mp2t mp2t;
    struct media_in media;
};

/* receiver.c: refuses whoever waits. The complaint is cut to RECEIVER_REASON. */
void receiver_give_up(struct receiver *r, int status, const struct writer *complaint);
/* receiver_take.c: media_in's take() */
void receiver_take(void *owner, unsigned track, bool is_rtcp, struct span packet, int64_t now_us);

#endif
