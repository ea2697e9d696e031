/* A source: whatever now feeds a stream. The puller (gateway/puller.h) is the usual one; other
 * kinds are supplied from above through this table. All on the gateway's thread.
 *
 * The walk of a source: stream_described() once the tracks are known, stream_receive() for each
 * packet, stream_send() after each batch, stream_source_failed() when it is over. */
#ifndef WEIR_GATEWAY_SOURCE_H
#define WEIR_GATEWAY_SOURCE_H

#include "base/span.h"
#include "gateway/settings.h"
#include "rtsp/client.h"
#include "wire/rtcp.h"
#include "wire/sdp.h"

struct gateway;
struct stream;

struct source { /* the first member of what each kind allocates */
    const struct source_kind *kind;
};

struct source_kind {
    /* Starts to feed the stream; answers come later, through the functions below, never from
     * within this call. 0 or a negative errno. */
    int (*start)(struct source **source, struct stream *stream); /* NULL: see stream_feed */
    /* Ends it: it calls nothing of the stream any more, frees itself when its handles are closed.
     */
    void (*stop)(struct source *source);
    /* How the media arrives now: "udp", "tcp", "clip"; "" while it does not. */
    const char *(*transport)(const struct source *source);
    /* Stored content: PLAY as wished, or PAUSE (wish is NULL); stream_controlled() follows. 0 or a
     * negative errno. NULL: this kind has none. */
    int (*control)(struct source *source, enum rtsp_method method,
                   const struct rtsp_client_wish *wish);
    /* Viewers want a key frame, or a packet that never came, by its source's own number. Both may
     * be NULL: nobody is there to be asked. */
    void (*want_key)(struct source *source, unsigned track);
    void (*want_packet)(struct source *source, unsigned track, uint16_t seq);
    /* The interface on which its media arrives as a group now; 0: as none. NULL: it never does. */
    unsigned (*group_interface)(const struct source *source);
    /* What it is called where it is shown; NULL: as the path says. */
    const char *(*shown)(const struct source *source);
};

/* What an origin says to PLAY or PAUSE: the values of its headers, empty where absent. */
struct source_answer {
    int status;
    struct span range, scale, speed;
    const struct rtp_info *infos; /* by track */
    size_t count;
};

/* A source without start comes by itself. It feeds the stream from now on; the one before is
 * stopped. */
void stream_feed(struct stream *stream, struct source *source);
/* The tracks, as SDP text. The first call makes the tape; where it is stored content, and the
 * stream is to be shared, the description is enough: the source is stopped within this call. Where
 * a later one (the source came back) has other tracks, the viewers are sent away and a new tape
 * begins. 0; -EBADMSG; -ENOMEM. */
int stream_described(struct stream *stream, struct span sdp);
/* Media may flow now: those who asked for the stream are answered. */
void stream_source_started(struct stream *stream);
/* One packet as it came from the wire. `may_reorder`: it came over UDP. */
void stream_receive(struct stream *stream, unsigned track, bool is_rtcp, struct span packet,
                    bool may_reorder, int64_t now_us);
/* Sends every viewer what it has not got yet. */
void stream_send(struct stream *stream, int64_t now_us);
enum source_failure {
    SOURCE_FAILED,      /* it was spoken to, and failed: try again after a pause that grows */
    SOURCE_REFUSED,     /* it said no (not found, forbidden): who asks now need not wait */
    SOURCE_UNREACHABLE, /* nobody there: asking again costs it one packet */
};
/* The source is over. `status` is the RTSP status for those who wait for the stream. The stream
 * stops the source (within this call) and decides what comes next. */
void stream_source_failed(struct stream *stream, enum source_failure failure, int status,
                          const char *reason);
/* The source goes on from elsewhere: its numbers may break. */
void stream_source_moves(struct stream *stream);
/* Whether its viewers could go on with what is described. */
bool stream_has_media(const struct stream *stream, const struct sdp *sdp);
/* What an earlier session with the source has shown: over UDP nothing gets through. */
void stream_remember_transport(struct stream *stream, bool is_tcp);
bool stream_remembers_tcp(const struct stream *stream);
/* What the source did of its own accord; the source counts. */
struct source_counts {
    uint64_t moves;    /* redirects that were followed */
    uint64_t oddities; /* messages and frames that had no place in the dialogue */
};
struct source_counts *stream_source_counts(struct stream *stream);
/* The receiver report on a track (RFC 3550 6.4.2); false while nothing has come. */
bool stream_report(struct stream *stream, unsigned track, struct rtcp_report *report,
                   int64_t now_us);

/* The origin has answered a control. */
void stream_controlled(struct stream *stream, const struct source_answer *answer);
/* Whether it is one viewer's own, of stored content. */
bool stream_is_own(const struct stream *stream);
/* The transport to ask for by name; "" for RTP. */
const char *stream_protocol(const struct stream *stream);
/* The SSRC of the source itself; false while nothing has come. */
bool stream_source_ssrc(const struct stream *stream, unsigned track, uint32_t *ssrc);
/* So many key frames and packets were asked of the source on behalf of viewers. */
void stream_count_asked(struct stream *stream, uint64_t count);
/* A packet from an address that is not the source's was dropped. */
void stream_count_stray(struct stream *stream);
/* Whose request it is that the source is asked for: a chain of Via, or "". */
const char *stream_via(const struct stream *stream);

struct gateway *stream_gateway(struct stream *stream);
const struct path_settings *stream_settings(const struct stream *stream);

#endif
