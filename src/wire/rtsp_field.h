/* The small RTSP header fields: Session, RTP-Info, Range, WWW-Authenticate, Public. Spans point
 * into the parsed text. Pure, any thread. Parse results: 0, -ENOENT at the end of a list,
 * -EBADMSG for broken text. */
#ifndef WEIR_WIRE_RTSP_FIELD_H
#define WEIR_WIRE_RTSP_FIELD_H

#include "base/span.h"
#include "base/writer.h"
#include "wire/rtsp_message.h"

/* Session: id[;timeout=seconds] (RFC 2326 12.37) */
struct session_field {
    struct span id;     /* 1 to 128 characters, none of them a blank, ',' or ';' */
    uint32_t timeout_s; /* 60 when absent or not a positive number */
};
int session_field_parse(struct session_field *field, struct span text);

/* RTP-Info: url=...;seq=...;rtptime=..., ... (RFC 2326 12.33); a URL may hold ',' and ';' when it
 * is quoted. */
struct rtp_info {
    struct span url;
    bool has_seq, has_rtptime;
    uint16_t seq;
    uint32_t rtptime;
};
int rtp_info_parse_next(struct rtp_info *info, struct span *rest);
/* One entry, without the comma between entries. */
void rtp_info_write(struct writer *w, const struct rtp_info *info);

/* Range (RFC 2326 12.29). */
enum range_kind {
    RANGE_NPT_NOW,   /* from now, or from the beginning, whatever its end: what live players send */
    RANGE_NPT_OTHER, /* a seek */
    RANGE_OTHER,     /* smpte, clock, or a unit never heard of */
};
struct range_field {
    enum range_kind kind;
    struct span start, end; /* NPT: as they stood; empty when open */
};
int range_field_parse(struct range_field *field, struct span text);

/* One challenge of a WWW-Authenticate header (RFC 2617, RFC 7616). */
struct auth_challenge {
    bool is_digest; /* else Basic */
    struct span realm, nonce, opaque;
    bool is_sha256;    /* algorithm=SHA-256; else MD5 */
    bool has_qop_auth; /* qop lists "auth" */
    bool is_stale;
};
/* Takes the next challenge off a header that may hold several, comma after comma (RFC 7235 4.1).
 * Empty at the end. */
struct span auth_challenge_cut(struct span *rest);
/* 0; -ENOENT for a scheme, an algorithm or a qop we do not speak; -EBADMSG when realm or nonce is
 * missing. */
int auth_challenge_parse(struct auth_challenge *challenge, struct span text);

/* Whether a Public or Allow list names the method. */
bool method_list_has(struct span list, enum rtsp_method method);

#endif
