/* Session descriptions (RFC 4566/8866 as RTSP uses them, RFC 2326 C): what a gateway has to know
 * of one, and the description it gives its own viewers. Spans point into the parsed text.
 * Tolerant of origins: any line order, LF or CRLF or CR, unknown lines. Pure, any thread. */
#ifndef WEIR_WIRE_SDP_H
#define WEIR_WIRE_SDP_H

#include "base/limits.h"
#include "base/span.h"
#include "base/writer.h"
#include "wire/codec.h"

struct sdp_track {
    struct span media;    /* "video", "audio", "application", ... */
    struct span protocol; /* "RTP/AVP" */
    struct span control;  /* a=control; empty when absent */
    uint8_t payload_type; /* the first format of the m= line; 255 when it is no number 0-127 */
    struct span encoding; /* the rtpmap's name for it, or that of a static type (RFC 3551) */
    uint32_t clock_rate;  /* Hz; never 0: 90000 where it is not said or is said to be 0 */
    enum codec codec;
    struct span text; /* the m= line and all lines to the next one */
};

struct sdp {
    struct span head;    /* all lines before the first m= */
    struct span control; /* the session's a=control; empty when absent */
    struct span name;    /* s= */
    /* An a=range with an end (RFC 2326 C.1.5): stored content, which can be positioned. */
    bool is_finite;
    size_t track_count;
    struct sdp_track tracks[LIMIT_TRACKS];
};

/* 0; -EBADMSG: no m= line or a broken one; -E2BIG: more than LIMIT_TRACKS tracks. */
int sdp_parse(struct sdp *sdp, struct span text);

/* What a description says about the RTCP of a track. */
struct sdp_rtcp {
    /* Bits a second that reports of receivers may take: as b=RR says (RFC 3556), else 3.75 % of
     * b=TIAS or b=AS (RFC 3550 6.2); UINT64_MAX where nothing is said. 0: no reports at all. */
    uint64_t receivers_bps;
    /* The feedback the sender understands (RFC 4585 4.2, RFC 5104 7.1): as a=rtcp-fb says for the
     * payload type; PLI and NACK where the profile alone promises it (AVPF, SAVPF). */
    bool takes_pli, takes_fir, takes_nack;
};
void sdp_track_rtcp(struct sdp_rtcp *rtcp, const struct sdp *sdp, size_t track);

/* Where the media of a track is sent, as the description of a session says it that nobody sets up:
 * SAP's, or a file's (RFC 4566 5.7 and 5.14; RFC 4570; RFC 3605; RFC 5760 10). */
enum { SDP_SOURCES = 4 };
struct sdp_sources {
    size_t count;
    struct span hosts[SDP_SOURCES]; /* addresses; names may be among them */
};
struct sdp_place {
    struct span host; /* an address, or a name */
    bool is_ipv6;     /* as the line says */
    bool is_group;
    bool has_ttl; /* groups of IPv4 alone; it should, but some leave it out */
    uint8_t ttl;
    uint16_t port;
    uint16_t rtcp_port;    /* the next one, or as a=rtcp says; a=rtcp-mux: the same */
    struct span rtcp_host; /* of a=rtcp; empty: as `host` */
    bool reports_to_one;   /* a=rtcp-unicast: receivers do not report to the group */
    struct sdp_sources included, excluded; /* who may send, and who may not; none: not said */
};
/* 0; -EBADMSG with a reason, for people, why it cannot be received: no c= line, several addresses
 * or ports (/count), a line that makes no sense. */
int sdp_track_place(struct sdp_place *place, const struct sdp *sdp, size_t track,
                    const char **reason);

/* For the rooms of this grammar: the next line that is not empty, and whether a line is an
 * attribute of that name (`value` is what stands behind the colon). */
bool sdp_next_line(struct span *line, struct span *rest);
bool sdp_is_attribute(struct span line, const char *name, struct span *value);

/* What its b= lines announce (AS or TIAS), of the tracks together or of the whole, whichever is
 * more; 0 when they announce nothing. */
uint64_t sdp_bandwidth_bps(const struct sdp *sdp);

/* Writes the description a viewer gets: a strict line order with CRLF; v=, o= (our own: `id`,
 * `version`, and `host`, an IPv4 or IPv6 address), s= as the origin named it, "c=IN IP4 0.0.0.0"
 * (IP6 :: for an IPv6 host), t=0 0, a=control:*, then each track with port 0 and
 * "a=control:trackID=<index>". Everything that describes the encoding passes as it stood (b=,
 * rtpmap, fmtp, and attributes never heard of); transport references are dropped (c=, control,
 * source-filter, rtcp, candidate, and range unless the content is finite). RFC 2326 13, C.1.7. */
struct sdp_origin_line {
    uint64_t id, version;
    struct span host;
    bool is_ipv6;
    /* Source-specific groups: the address they are sent from (RFC 4570), to which reports are to
     * come (RFC 5760); empty: there are none. */
    struct span source;
    /* An announcement to whoever listens: the group, its TTL, the port of the first track (others
     * follow by twos), and the session's name. There is nothing to control then. Empty: it is a
     * description of RTSP. */
    struct span group, name;
    uint8_t ttl;
    uint16_t port;
    struct span base; /* what the tracks' control URLs begin with; empty: they are relative */
};
void sdp_write(struct writer *w, const struct sdp *sdp, const struct sdp_origin_line *origin);

#endif
