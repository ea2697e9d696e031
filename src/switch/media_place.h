/* What a media URL means on this host, now: its interface has an index, its host is an address, and
 * some of what can be written cannot be. Asks the kernel; any thread. */
#ifndef WEIR_SWITCH_MEDIA_PLACE_H
#define WEIR_SWITCH_MEDIA_PLACE_H

#include "switch/input_udp.h"
#include "wire/media_url.h"

/* Where an input listens: at a port of one address or of all, or in a group, by the interface that
 * is named or that a route leads to. 0; -EINVAL; -ENODEV: no such interface; with a complaint. */
int media_place_input(struct input_udp_place *place, const struct media_url *url,
                      struct writer *complaint);

struct output_place {
    struct address to;    /* of RTP, where it is a pair */
    struct address local; /* to bind to; its port is 0 */
    bool is_pair;         /* RTCP goes to the next port */
    bool is_group;
    struct multicast_way way; /* to a group; the interface is never 0 */
    uint8_t dscp;
};

/* Where an output sends. Same results. */
int media_place_output(struct output_place *place, const struct media_url *url,
                       struct writer *complaint);

/* Whether what the output sends would come in at the input. */
bool media_place_is_loop(const struct input_udp_place *in, const struct output_place *out);

/* Puts a -errno that the place was answered with, when it was opened, into words. */
void media_place_explain(struct writer *complaint, const struct media_url *url, int result);

#endif
