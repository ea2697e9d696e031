/* Runs: what a stretch of tape looks like as UDP messages. A run is packets of one track, one
 * behind the other, all of the same size but the last: one GSO send. Made once for a stretch, and
 * used by every viewer that stands at its beginning. One thread. */
#ifndef WEIR_SWITCH_RUN_H
#define WEIR_SWITCH_RUN_H

#include <sys/uio.h>

#include "switch/tape.h"

enum { RUNS_PACKETS = 256 }; /* the longest stretch looked at once */

struct run {
    uint8_t track;
    bool is_rtcp;     /* such a run is one packet */
    uint16_t segment; /* bytes of each packet but the last */
    uint16_t first;   /* its packets are parts[first .. first + count) */
    uint16_t count;
};

struct runs {
    uint64_t from, to; /* the stretch; empty when equal */
    size_t count;
    struct run items[RUNS_PACKETS];
    struct iovec parts[RUNS_PACKETS]; /* into the tape: valid until its next append */
};

/* Makes the runs of [from, to), at most RUNS_PACKETS packets of it: runs->to says how far. Does
 * nothing when it holds just them; runs_forget makes sure it does not. */
void runs_make(struct runs *runs, const struct tape *tape, uint64_t from, uint64_t to);
/* To be called after each append: the tape may have moved. */
void runs_forget(struct runs *runs);

#endif
