/* The loop's far end: an output's sockets on its stream's group. What arrives there is what the
 * output may send. One that catches up reads the tape directly; where it has come to the live end
 * it joins the group, and its cursor goes on as the packets arrive. They are found again on the
 * tape, bit for bit: so nothing is passed on that is not the stream's, nothing goes twice, and what
 * the loop has lost, since a socket's buffer was full, is sent from the tape. One thread. */
#ifndef WEIR_SWITCH_ENGINE_LOOP_STAGE_H
#define WEIR_SWITCH_ENGINE_LOOP_STAGE_H

#include "switch/engine_loop.h"

struct engine_loop_stage;

/* Of an output, which owns it. Borrows both; not in the loop yet. 0 or -ENOMEM. */
int engine_loop_stage_new(struct engine_loop_stage **stage, struct engine_loop *loop,
                          struct output *output);
/* Accepts NULL, returns NULL. */
struct engine_loop_stage *engine_loop_stage_free(struct engine_loop_stage *stage);

/* Whether it may enter the loop when it comes to the live end: while the output reads the tape. */
void engine_loop_stage_allow(struct engine_loop_stage *stage, bool may_enter);
/* Closes the sockets. True where there were any: then it may owe packets that were on their way. */
bool engine_loop_stage_leave(struct engine_loop_stage *stage);
/* How far the output may send, whose cursor is at `next`. */
uint64_t engine_loop_stage_reach(struct engine_loop_stage *stage, uint64_t next, int64_t now_us);
/* To be called when the output has sent as far as it could: enters the loop at the live end, where
 * the sockets can be had; else the output goes on directly. */
void engine_loop_stage_settle(struct engine_loop_stage *stage, uint64_t next);
/* When to send again though nothing has arrived; INT64_MAX: never. */
int64_t engine_loop_stage_wake_us(const struct engine_loop_stage *stage);

#endif
