/* One libuv timer a stream, set to the earliest of its deadlines. */
#ifndef WEIR_GATEWAY_STREAM_TIMER_H
#define WEIR_GATEWAY_STREAM_TIMER_H

#include "gateway/stream.h"

void stream_timer_init(struct stream *stream);
/* To be called after a deadline has changed. */
void stream_timer_update(struct stream *stream);
/* Calls stream_timer_fired() no more; `closed` when the loop has let go of the timer. */
void stream_timer_close(struct stream *stream, void (*closed)(struct stream *stream));

/* In stream.c: some deadline has come. */
void stream_timer_fired(struct stream *stream, int64_t now_us);

#endif
