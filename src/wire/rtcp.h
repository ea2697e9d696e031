/* RTCP compound packets (RFC 3550 6): checked, walked, and the few we write. Pure. */
#ifndef WEIR_WIRE_RTCP_H
#define WEIR_WIRE_RTCP_H

#include "base/span.h"
#include "base/writer.h"

enum {
    RTCP_SR = 200,
    RTCP_RR = 201,
    RTCP_SDES = 202,
    RTCP_BYE = 203,
    RTCP_APP = 204,
    RTCP_RTPFB = 205, /* RFC 4585; wire/rtcp_feedback.h looks into both */
    RTCP_PSFB = 206,
};

struct rtcp {
    uint8_t type;
    uint8_t count;      /* report, chunk or source count; or the subtype */
    uint32_t ssrc;      /* the first one; 0 when the packet has none (an empty BYE or SDES) */
    struct span packet; /* all of it, header included */
    struct span body;   /* behind the header, without padding */
    /* SR only: */
    uint64_t ntp;
    uint32_t rtp_timestamp;
};

/* 0; -EBADMSG unless the first packet is SR or RR without padding, all are version 2, and their
 * lengths add up exactly (RFC 3550 A.2). Origins that send reduced-size RTCP (RFC 5506: first
 * packet of another type 192-223) are accepted too. */
int rtcp_check(struct span compound);
/* Takes the next packet off a compound. 0; -ENOENT at the end; -EBADMSG, where it has not all that
 * its head promises: report blocks, chunks and their items, SSRCs, a reason, a padding. */
int rtcp_parse_next(struct rtcp *packet, struct span *rest);
/* Whether the packet is of this source; a BYE may be of several. */
bool rtcp_names(const struct rtcp *packet, uint32_t ssrc);
/* Overwrites SSRC and RTP timestamp of an SR, or the first SSRC of another packet, in place. An
 * SDES's first chunk counts as its first SSRC; a packet that has none stays as it is. `packet` is
 * the whole packet, accepted before. */
void rtcp_set_ssrc(uint8_t *packet, uint32_t ssrc);
void rtcp_set_sr_timestamp(uint8_t *packet, uint32_t rtp_timestamp);

struct rtcp_report { /* one report block (RFC 3550 6.4.1) */
    uint32_t ssrc;
    uint8_t fraction_lost; /* in 1/256 */
    int32_t lost;          /* in all; written clamped to 24 bits */
    uint32_t highest_seq;  /* extended */
    uint32_t jitter;       /* timestamp units */
    uint32_t last_sr, delay_since_last_sr;
};
/* The report block `index` of an RR or SR. 0; -ENOENT when it has not so many. */
int rtcp_report_parse(struct rtcp_report *report, const struct rtcp *packet, unsigned index);

/* What we send. A compound begins with an RR (RFC 3550 6.1). */

/* RR with one block (or none: NULL), then SDES with this CNAME (at most 255 bytes). */
void rtcp_write_rr(struct writer *w, uint32_t own_ssrc, const struct rtcp_report *report,
                   struct span cname);
/* SDES of one source: its CNAME. */
void rtcp_write_sdes(struct writer *w, uint32_t ssrc, struct span cname);
/* BYE alone: it goes behind others. */
void rtcp_write_bye(struct writer *w, uint32_t ssrc);
/* An empty RR, then BYE, on behalf of `ssrc`: a compound of its own. */
void rtcp_write_goodbye(struct writer *w, uint32_t ssrc);

#endif
