/* What the loop's two ends share. */
#ifndef WEIR_SWITCH_ENGINE_LOOP_INTERNAL_H
#define WEIR_SWITCH_ENGINE_LOOP_INTERNAL_H

#include "base/limits.h"
#include "switch/engine_loop.h"

struct engine_loop {
    uv_loop_t *uv;
    struct packet_switch *sw;
    struct udp_inbox *inbox;
    const struct engine_loop_ops *ops;
    void *owner;
    struct address group;
    unsigned interface;
    size_t track_count;
    int kept[LIMIT_TRACKS][2];     /* descriptors that hold the ports; -1: none */
    struct udp_socket *senders[2]; /* on the first track's ports: RTP, RTCP */
    struct output *feed;           /* what is sent to the group */
    uint64_t strays;
};

/* Where a track's packets go. */
struct address engine_loop_place(const struct engine_loop *loop, unsigned track, bool is_rtcp);

#endif
