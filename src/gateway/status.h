/* Snapshots for those who watch: plain values, no pointers into the gateway but borrowed texts
 * that live for the visit. Never a password. Rates are bits per second over the last 3 s. */
#ifndef WEIR_GATEWAY_STATUS_H
#define WEIR_GATEWAY_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

struct gateway_status {
    int64_t uptime_us;
    uint64_t streams, viewers, connections; /* now */
    uint64_t in_bps, out_bps;
    uint64_t in_bytes, out_bytes; /* media, since the start */
    uint64_t requests, malformed, refused, expired, loops, wrong_credentials;
    uint64_t strays; /* RTCP from addresses that no viewer has */
    /* Sent away for want of room: at the door (connections), and on SETUP or PLAY. */
    uint64_t over_connections, over_address, over_half_open, over_egress, over_readers, over_user;
    uint64_t log_lines_dropped;
};

struct stream_status {
    const char *name;
    const char *source; /* URL without credentials and query */
    const char *state; /* "starting", "live", "waiting" (the source is away); "stored" (content with
                          an end, once in all and once for each viewer), "described" (no RTP) */
    const char *transport; /* how it comes in: "udp", "tcp", "" */
    const char *reason;    /* why the source failed last; "" when it never did */
    const char *codecs;    /* "H264 MPEG4-GENERIC" */
    const char *engine;    /* how its UDP viewers have it: "direct", "loop"; "": nobody can yet */
    uint64_t viewers;
    uint64_t pulls;    /* sessions opened to the source so far */
    uint64_t moves;    /* redirects of the source that were followed */
    uint64_t oddities; /* what the source sent that had no place in the dialogue */
    uint64_t in_bps, out_bps;
    uint64_t in_packets, in_bytes, out_packets, out_bytes;
    uint64_t lost, late, duplicates, invalid; /* of what came in, RTP only */
    uint64_t key_frames;
    uint64_t splices;       /* discontinuities: times the numbering broke and was spliced */
    uint64_t byes;          /* of the source */
    uint64_t strays;        /* packets of nobody's source, or from elsewhere than the source */
    uint64_t wishes, asked; /* key frames and packets: by viewers; of the source for them */
    uint64_t tape_bytes, tape_capacity; /* held now; memory taken */
    int64_t tape_us;                    /* time between its oldest and newest packet */
};

struct group_status {
    const char *stream; /* the path's name */
    const char *source; /* as in stream_status */
    const char *domain; /* "": it is the loop's (switch/engine_loop.h), on this host */
    const char *group;  /* and the port of its first track */
    const char *from;   /* the address it is sent from */
    const char *interface;
    uint32_t ttl;
    uint64_t viewers, playing;
    uint64_t packets, bytes;
    uint64_t skipped, fragmented; /* as of a viewer */
    uint64_t reports;             /* datagrams its viewers sent */
    int64_t age_us;
};

struct viewer_track_status { /* as its last report says */
    unsigned track;
    double loss_percent; /* since the report before */
    int64_t lost;        /* in all */
    double jitter_ms;
    int64_t report_age_us;
};

struct viewer_status {
    uint64_t id;
    const char *stream;
    const char *address;
    const char *transport; /* "udp", "tcp", "http", "multicast" */
    const char *state;     /* "ready", "playing" */
    const char *engine; /* "direct", "loop": where it is caught up and the loop is; "" over TCP */
    int64_t age_us;
    uint64_t packets, bytes; /* of multicast: its group's */
    uint64_t skipped;        /* packets jumped over because it was too slow */
    uint64_t fragmented;     /* packets above its path MTU */
    uint64_t resent;         /* packets it asked for once more */
    uint64_t looped,
        unlooped; /* packets by the loop; packets that were lost there, and not by it */
    uint64_t reports, reports_refused;
    bool has_report; /* it has reported; then the worst of its tracks: */
    double loss_percent, jitter_ms;
    int64_t lost; /* of all tracks */
    int64_t report_age_us;
    size_t track_count; /* those reported on */
    struct viewer_track_status tracks[LIMIT_TRACKS];
};

struct bridge_output_status {
    const char *url;
    const char *state;  /* "sending", "idle" (its input is closed), "failed" */
    const char *reason; /* why it failed; "" */
    uint64_t packets, bytes, bps;
    uint64_t dropped; /* that the kernel would not send, or that it was too slow for */
    bool is_watched;  /* it is known who has joined the group: */
    uint64_t members; /* hosts */
};

struct bridge_status {
    const char *name;
    const char *input;
    const char *kind;  /* what comes in, as far as it is known: "rtp", "mpegts", "datagrams", "" */
    const char *state; /* "live", "silent" (nothing has come for 3 s), "idle" (on demand, and nobody
                          has joined), "failed" */
    const char *reason; /* why it failed; "" */
    uint64_t packets, bytes, bps;
    uint64_t lost;   /* RTP and transport streams only */
    uint64_t strays; /* from others than the sources */
    size_t output_count;
    const struct bridge_output_status *outputs;
};

#endif
