/* The loop: the kernel multiplies a stream's packets. What the stream's tape gets is sent once to a
 * group of its own on the loopback interface, with a TTL of 0, so that it stays on this host: from
 * unicast to multicast. Each viewer's output has sockets that have joined the group, and sends to
 * its viewer what arrives there: from multicast to unicast (switch/engine_loop_stage.h). Any other
 * program of this host may join as well, and watch.
 *
 * Track i is sent to the group's port + 2i, its RTCP to the next one. The ports are free ones of
 * 127.0.0.1, held as long as the loop lives, so that two loops of one host share none, whatever
 * their groups. Everything on the loop's thread. */
#ifndef WEIR_SWITCH_ENGINE_LOOP_H
#define WEIR_SWITCH_ENGINE_LOOP_H

#include "switch/packet_switch.h"

struct engine_loop;

struct engine_loop_ops {
    /* Packets for an output have come: the owner calls packet_switch_send_one for it now, and looks
     * at the switch's deadline afterwards. */
    void (*arrived)(void *owner, struct output *output);
};

/* To be made with the switch, before any other output joins it. `group`: an IPv4 one for this loop
 * alone; NULL: 239.255.x.y, where x.y is the port. Borrows the switch, inbox, ops and owner.
 * 0; -ENODEV: there is no loopback interface; another -errno. */
int engine_loop_new(struct engine_loop **loop, uv_loop_t *uv, struct packet_switch *sw,
                    size_t track_count, const struct address *group, struct udp_inbox *inbox,
                    const struct engine_loop_ops *ops, void *owner);
/* The outputs that go by it must have left the switch, which must still be there. Accepts NULL,
 * returns NULL. */
struct engine_loop *engine_loop_free(struct engine_loop *loop);

/* With the port of the first track. */
const struct address *engine_loop_group(const struct engine_loop *loop);
/* Packets and bytes sent to it. */
void engine_loop_sent(const struct engine_loop *loop, uint64_t *packets, uint64_t *bytes);
/* Datagrams to the group that others have sent, and no output passed on. */
uint64_t engine_loop_strays(const struct engine_loop *loop);

#endif
