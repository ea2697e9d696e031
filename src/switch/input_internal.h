/* What the rooms of the input share. */
#ifndef WEIR_SWITCH_INPUT_INTERNAL_H
#define WEIR_SWITCH_INPUT_INTERNAL_H

#include "base/limits.h"
#include "switch/input.h"
#include "switch/probation.h"
#include "switch/reception.h"
#include "switch/reorder.h"
#include "switch/splice.h"

/* So many of a track's last packets are found by their number. */
enum { INPUT_RECENT = 1024 };

struct track {
    enum input_form form;
    enum codec codec;
    struct reception reception;
    struct reorder reorder;
    struct probation probation;
    bool is_over; /* the source has said goodbye: the next one is believed at once */
    struct splice splice;
    /* The picture that is arriving: its timestamp, and where on the tape it begins. */
    bool has_picture, is_key;
    uint32_t picture_timestamp;
    uint64_t picture_first;
    uint64_t recent[INPUT_RECENT]; /* packet numbers on the tape, by sequence number */
};

struct input {
    struct tape *tape;
    int key_track;
    size_t track_count;
    struct track *tracks;
    struct input_counts counts;
    uint8_t scratch[LIMIT_DATAGRAM]; /* a packet whose numbers are being moved */
};

/* input.c: packets held back for their order go to the tape; what comes next begins anew. */
void input_empty(struct input *input, struct track *t);

/* input_rtcp.c */
void input_receive_rtcp(struct input *input, struct track *t, struct span packet, int64_t now_us);

#endif
