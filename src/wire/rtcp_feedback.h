/* RTCP feedback: key frames and lost packets asked for (RFC 4585 6, RFC 5104 4.3.1, and the full
 * intra request of RFC 2032 5.2.1). Read from viewers, written to origins. Pure. */
#ifndef WEIR_WIRE_RTCP_FEEDBACK_H
#define WEIR_WIRE_RTCP_FEEDBACK_H

#include "wire/rtcp.h"

enum rtcp_feedback_kind {
    RTCP_FEEDBACK_PLI,
    RTCP_FEEDBACK_FIR,
    RTCP_FEEDBACK_NACK,
    RTCP_FEEDBACK_OTHER, /* bandwidth estimates, transport-wide congestion control, ... */
};

struct rtcp_feedback {
    enum rtcp_feedback_kind kind;
    uint32_t media_ssrc; /* of PLI and NACK: the source that is meant; else what stands there */
    struct span items;   /* FIR and NACK: what rtcp_fir_names and rtcp_nack_next read */
};

/* A packet that rtcp_parse_next has taken off. 0; -ENOENT: no feedback; -EBADMSG. */
int rtcp_feedback_parse(struct rtcp_feedback *feedback, const struct rtcp *packet);
/* Whether a FIR is for this source. */
bool rtcp_fir_names(const struct rtcp_feedback *fir, uint32_t ssrc);

/* Walks the numbers of a NACK, at most 17 an item: begin with {.items = feedback.items}. */
struct rtcp_nack {
    struct span items;
    uint16_t first; /* of the item that is being walked */
    uint32_t lost;  /* what is left of it: bit i is packet first + i */
};
/* The next lost packet; false at the end. */
bool rtcp_nack_next(struct rtcp_nack *nack, uint16_t *seq);

/* Each goes behind an RR and SDES (RFC 4585 3.1). */
void rtcp_write_pli(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc);
/* `number` rises with each new request (RFC 5104 4.3.1.1). */
void rtcp_write_fir(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc, uint8_t number);
/* Numbers that rise (around the circle) share items; `count` is 1 to 64. */
void rtcp_write_nack(struct writer *w, uint32_t own_ssrc, uint32_t media_ssrc, const uint16_t *seqs,
                     size_t count);

#endif
