/* The splice: makes one continuous numbering of a track whose source breaks its own (it restarted,
 * or another source took over). As long as the source's numbers go on, packets pass bit for bit;
 * after a break sequence numbers, timestamps and SSRC are moved by constants, so that viewers see
 * neither gap nor jump. Happens once, before the tape. One thread, no memory. */
#ifndef WEIR_SWITCH_SPLICE_H
#define WEIR_SWITCH_SPLICE_H

#include "wire/rtp.h"

struct splice { /* zeroed, with clock_rate set, is one that has seen nothing */
    uint32_t clock_rate;
    bool has_last;
    bool is_break_expected; /* a new session with the source: look twice at the next packet */
    uint8_t payload_type; /* of the media itself; others (RTX, FEC) may come with their own SSRC */
    uint32_t ssrc_in, ssrc_out;
    uint32_t ssrc_before; /* ssrc_in before the last break */
    uint16_t seq_last;    /* the highest number in, and its timestamp */
    uint32_t timestamp_last;
    int64_t arrived_us; /* when it came */
    int64_t broke_us;
    uint16_t seq_shift; /* out = in + shift */
    uint32_t timestamp_shift;
    bool has_jumped; /* one packet far away was seen: a second one in a row makes it a break */
    uint16_t seq_jumped;
    uint64_t count; /* breaks spliced */
};

enum splice_verdict {
    SPLICE_SAME,  /* pass it as it is */
    SPLICE_MOVED, /* *rtp now holds the numbers to write into the packet */
    SPLICE_DROP,  /* a stray packet far from the others */
};

/* The source has gone: its next packet may be numbered anew. */
void splice_expect_break(struct splice *s);
/* Takes the source's numbers for the viewers' own, whatever came before. */
void splice_follow(struct splice *s, const struct rtp *rtp);
enum splice_verdict splice_apply(struct splice *s, struct rtp *rtp, int64_t now_us);
/* Whether the packet would begin another source though nothing says that the present one is over:
 * to be believed only when a second one follows (switch/probation.h). */
bool splice_is_strange(const struct splice *s, const struct rtp *rtp, int64_t now_us);
/* What to write into an RTCP sender report (or another RTCP packet) of the source: false when it
 * is to pass unchanged. */
bool splice_is_moved(const struct splice *s, uint32_t ssrc);

#endif
