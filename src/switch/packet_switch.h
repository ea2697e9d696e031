/* The packet switch of one stream: an input, a tape, and the outputs that read it. One thread.
 *
 * A packet's life: packet_switch_receive() for each packet of a batch, then packet_switch_send()
 * once, by which every output sends all that is new to it. */
#ifndef WEIR_SWITCH_PACKET_SWITCH_H
#define WEIR_SWITCH_PACKET_SWITCH_H

#include "switch/input.h"
#include "switch/output.h"

struct packet_switch;

/* `tape_limit`: most bytes its packets may take. 0 or -errno. */
int packet_switch_new(struct packet_switch **sw, const struct input_track *tracks, size_t count,
                      uint64_t tape_limit);
/* Its outputs must have left. Accepts NULL, returns NULL. */
struct packet_switch *packet_switch_free(struct packet_switch *sw);

void packet_switch_receive(struct packet_switch *sw, unsigned track, bool is_rtcp,
                           struct span packet, bool may_reorder, int64_t now_us);
/* Every output that is not busy sends what it has not sent. */
void packet_switch_send(struct packet_switch *sw, int64_t now_us);
/* One output sends: it has just joined, or the kernel takes its packets again. */
void packet_switch_send_one(struct packet_switch *sw, struct output *output, int64_t now_us);
/* When packet_switch_tick wants to be called; INT64_MAX for never. */
int64_t packet_switch_deadline_us(const struct packet_switch *sw);
void packet_switch_tick(struct packet_switch *sw, int64_t now_us);

/* Puts an output's cursor on the tape. Its tracks must be known; where the key frames' track is
 * not among them it joins live. Sends nothing yet. The output stays its owner's. */
void packet_switch_join(struct packet_switch *sw, struct output *output, enum join_from from,
                        int64_t now_us);
/* The same, with the cursor before a packet: one on the tape, or the next to come. */
void packet_switch_join_at(struct packet_switch *sw, struct output *output, uint64_t next,
                           int64_t now_us);
/* A joined output is about to leave: packets that its engine has on their way to it are sent. What
 * is to follow them, as a BYE does, may then be sent. */
void packet_switch_part(struct packet_switch *sw, struct output *output);
/* Parts and leaves. */
void packet_switch_leave(struct packet_switch *sw, struct output *output);
/* The first packet of a track that a joined output will send; false while it is not known. */
bool packet_switch_first(const struct packet_switch *sw, const struct output *output,
                         unsigned track, uint16_t *seq, uint32_t *timestamp);

/* A viewer misses the packet it knows by this number. 0: it was sent once more. -ENODATA: it never
 * came; its source calls it *seq_in. Another -errno: there is nothing to be done. */
int packet_switch_resend(struct packet_switch *sw, struct output *output, unsigned track,
                         uint16_t seq, uint16_t *seq_in);

struct input *packet_switch_input(struct packet_switch *sw);
const struct tape *packet_switch_tape(const struct packet_switch *sw);
/* The bit rate of the stream as it comes in, and of all outputs together. */
uint64_t packet_switch_in_bps(const struct packet_switch *sw, int64_t now_us);
uint64_t packet_switch_out_bps(const struct packet_switch *sw, int64_t now_us);
/* Packets and bytes that all outputs, present and past, have sent. */
void packet_switch_sent(const struct packet_switch *sw, uint64_t *packets, uint64_t *bytes);

#endif
