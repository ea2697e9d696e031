/* Engines: by which way a stream's packets reach those who have them over UDP. Every way delivers
 * the same datagrams from the same addresses; which one is chosen when a viewer's output is made.
 */
#ifndef WEIR_SWITCH_ENGINE_H
#define WEIR_SWITCH_ENGINE_H

#include "switch/output.h"

struct engine_loop;

enum engine {
    ENGINE_AUTO,   /* whichever serves most viewers */
    ENGINE_DIRECT, /* from the tape to each viewer */
    ENGINE_LOOP,   /* by a group on the loopback interface (switch/engine_loop.h) */
};

/* By the numbers above, ending with NULL. */
extern const char *const engine_names[];

/* The engine that is meant by what was asked for: never ENGINE_AUTO. */
enum engine engine_choose(enum engine asked);

/* What an output needs, whatever its engine. All borrowed. */
struct engine_place {
    struct udp_socket *rtp, *rtcp; /* where its packets leave; RTCP's may be NULL */
    uint64_t pace_bps;             /* see output_udp_new */
    struct engine_loop *loop;      /* of its stream; NULL: there is none, and it goes directly */
};

/* A UDP output, to which tracks are to be added by output_udp_add. 0 or -ENOMEM. */
int engine_output_new(struct output **output, enum engine engine, const struct engine_place *place);

#endif
