/* The input: everything that happens to a packet between the wire and the tape. Broken ones are
 * dropped and counted, order is restored (UDP), a broken numbering is spliced, key frames are
 * noted; then the packet is appended. RTP is looked into for nothing else. One thread. */
#ifndef WEIR_SWITCH_INPUT_H
#define WEIR_SWITCH_INPUT_H

#include "base/span.h"
#include "switch/tape.h"
#include "wire/codec.h"
#include "wire/rtcp.h"

enum input_form {
    INPUT_LIVE,   /* RTP of a live source: its breaks are spliced, its BYE ends here */
    INPUT_STORED, /* RTP of stored content, for one viewer: its numbers say where it is, so that
                     they pass as they are, and BYE says that it is over */
    INPUT_OPAQUE, /* whatever it is: nothing is looked into */
};

struct input_track {
    enum codec codec;
    uint32_t clock_rate; /* Hz, not 0 */
    enum input_form form;
};

struct input_counts {
    uint64_t packets, bytes; /* RTP as it came, duplicates included */
    uint64_t lost;           /* never came */
    uint64_t late, duplicates, invalid;
    uint64_t splices;
    uint64_t strays; /* packets of sources that never showed a second one */
    uint64_t byes;   /* of the source itself */
};

struct input;

/* Borrows the tape for its life. 0 or -ENOMEM. */
int input_new(struct input **input, struct tape *tape, const struct input_track *tracks,
              size_t count);
/* Accepts NULL, returns NULL. */
struct input *input_free(struct input *input);

/* A packet as it came. `may_reorder`: it came over UDP. A track that does not exist is counted as
 * invalid. */
void input_receive(struct input *input, unsigned track, bool is_rtcp, struct span packet,
                   bool may_reorder, int64_t now_us);
/* Gives up holes in the sequence that are too old. To be called at input_deadline_us. */
void input_tick(struct input *input, int64_t now_us);
int64_t input_deadline_us(const struct input *input);
/* The source has gone; what comes next may be numbered anew. Held packets go to the tape. */
void input_break(struct input *input);
/* The receiver report about a track (RFC 3550 6.4.2); false while nothing has come. */
bool input_report(struct input *input, unsigned track, struct rtcp_report *report, int64_t now_us);
/* Where the packet is that viewers know by this number. */
enum input_lookup {
    INPUT_ON_TAPE, /* *number says where */
    INPUT_MISSING, /* it never came; its source calls it *seq_in. It is let in should it come now */
    INPUT_UNKNOWN, /* too old, not yet sent, or no such track */
};
enum input_lookup input_find(struct input *input, unsigned track, uint16_t seq, uint64_t *number,
                             uint16_t *seq_in);
struct input_counts input_counts(const struct input *input);
/* The track whose key frames are noted: the first with a codec we know; -1 without one. */
int input_key_track(const struct input *input);
/* The SSRC the source itself has, where it differs from what viewers see. Same result. */
bool input_source_ssrc(const struct input *input, unsigned track, uint32_t *ssrc);
/* The SSRC viewers see on a track; false while nothing has come. */
bool input_ssrc(const struct input *input, unsigned track, uint32_t *ssrc);

#endif
