/* A stream: one live presentation, fed by one source at a time, read by any number of viewers.
 * It decides when its source is started, stopped and tried again. On the gateway's thread. */
#ifndef WEIR_GATEWAY_STREAM_H
#define WEIR_GATEWAY_STREAM_H

#include <uthash.h>

#include "base/backoff.h"
#include "gateway/gateway_internal.h"
#include "gateway/source.h"
#include "rtsp/via.h"
#include "switch/engine_loop.h"
#include "switch/packet_switch.h"

struct naming;

/* What the catalog has of a stream. */
enum stream_supply {
    SUPPLY_SHARED,  /* its media: one source feeds all */
    SUPPLY_STORED,  /* its description alone: it is stored content, each viewer has a session with
                       the origin of his own (a variant) */
    SUPPLY_FOREIGN, /* its description alone: the origin refuses RTP. Who names a transport that it
                       speaks shares a variant that carries it */
};

/* Somebody who waits until a stream can be described. */
struct stream_wait {
    void (*done)(void *owner, int status); /* 200, or the error to answer */
    void *owner;
    struct stream *stream; /* NULL: waits for nothing */
    struct stream_wait *prev, *next;
};

enum stream_reader_kind {
    READER_VIEWER, /* one that has an output of its own */
    READER_MEMBER, /* one that shares a group's: it has none, and never joins */
    READER_GROUP,  /* what they share: it counts as no viewer */
};

/* A viewer's place on a stream, from its first SETUP on; or a group's. */
struct stream_reader {
    enum stream_reader_kind kind;
    void (*ended)(void *owner); /* the stream is over; the reader has left it already */
    void *owner;
    struct output *output; /* owned by the reader */
    bool is_entered;
    bool is_joined; /* its output reads the tape */
    struct stream_reader *prev, *next;
};

/* Somebody who has asked the origin of stored content to play or to pause. */
struct stream_control {
    void (*done)(void *owner, const struct source_answer *answer);
    void *owner;
    struct stream *stream; /* NULL: has asked for nothing */
    uint64_t from;         /* the first packet that may be an answer's */
};

struct stream {
    struct gateway *gateway;
    /* The path's name; a variant's, which no request can name, has a control character in it. */
    char key[LIMIT_NAME + RTSP_PROTOCOL];
    enum input_form
        form; /* INPUT_STORED and INPUT_OPAQUE are variants of a stream of the catalog */
    enum stream_supply supply;
    char protocol[RTSP_PROTOCOL]; /* of a variant that carries another transport; else "" */
    const struct path_settings *path;
    struct path_settings *made; /* owned: `path`, where it is not in the config; else NULL */
    UT_hash_handle hh;          /* by key */
    char via[VIA_TEXT + 1];     /* the proxies between us and who made it be pulled; "": none */
    uint64_t id;                /* in its session description */

    struct source *source;    /* NULL between two attempts */
    struct packet_switch *sw; /* NULL until it was described once */
    struct engine_loop *loop; /* goes with the switch; NULL: its viewers have it directly */
    int64_t loop_since_us;
    char *sdp_text; /* owned; what sdp points into */
    struct sdp *sdp;
    uint64_t sdp_version;
    char codecs[128];

    bool is_live;    /* its source has started and did not fail since */
    int64_t live_us; /* when it started */
    bool is_ended;
    bool is_udp_silent;
    struct backoff backoff;
    char reason[160];
    uint64_t pulls;
    uint64_t strays;        /* packets from elsewhere than the source */
    uint64_t wishes, asked; /* of viewers; of the source on their behalf */
    struct source_counts source_counts;

    struct stream_wait *waits;
    struct stream_control *control;
    struct stream_reader *readers;
    size_t reader_count; /* viewers */
    size_t output_count; /* those who take packets: members share theirs */
    size_t joined_count;

    uv_timer_t timer;   /* the earliest of the following; INT64_MAX: none */
    int64_t answer_us;  /* those who wait are refused */
    int64_t retry_us;   /* the source is started again */
    int64_t idle_us;    /* nobody watches: the stream ends */
    int64_t silence_us; /* the source is dead */
    int64_t part_us;    /* the source has been away for too long: viewers are sent away */
    int64_t timer_us;   /* what the timer is set to */
    void (*closed)(struct stream *stream); /* once the timer is off the loop */
};

/* The stream that is meant, made where it is not in the catalog yet; its source is started.
 * RTSP_OK, or the status to refuse with (gateway/naming.h). */
int stream_ask(struct stream **stream, struct gateway *gateway, const struct naming *naming);
/* The chain (rtsp/via.h) of the request that is about to open the stream: its own requests carry it
 * on. Does nothing once a source was started. 0; -E2BIG. */
int stream_set_via(struct stream *stream, struct span chain);
/* The same for somebody who wants to feed it: it must be of a kind that comes by itself, and its
 * place free, or the path must let others take over. RTSP_OK, or the status to refuse with. */
int stream_offer(struct stream **stream, struct gateway *gateway, const struct naming *naming);
/* Nothing starts the source of such a path: it comes by itself, or does not. */
bool stream_path_is_published(const struct path_settings *path);
/* Ends it: the source is stopped, readers and waits are told, the memory goes later. */
void stream_end(struct stream *stream, const char *reason);

/* The source has other tracks than before: its viewers cannot go on and are told so; what comes
 * next begins a new tape. */
void stream_start_anew(struct stream *stream);

/* A variant of a stream of the catalog: one viewer's session with the origin of stored content; or
 * the stream as another transport brings it, shared by all who name that. RTSP_OK, or the status
 * to refuse with. */
int stream_ask_own(struct stream **variant, struct stream *stream);
int stream_ask_carried(struct stream **variant, struct stream *stream, const char *protocol);
/* Asks the origin of stored content; done() is called later, whatever comes. RTSP_OK, or the status
 * to refuse with at once. */
int stream_ask_control(struct stream *stream, struct stream_control *control,
                       enum rtsp_method method, const struct rtsp_client_wish *wish);
/* done() will not be called. Does nothing when nothing was asked. */
void stream_control_cancel(struct stream_control *control);

/* Whether DESCRIBE and SETUP can be answered now. */
bool stream_is_ready(const struct stream *stream);
/* Calls done() later, when the stream is ready or has failed. Needs not stream_is_ready. */
void stream_await(struct stream *stream, struct stream_wait *wait);
/* done() will not be called. Does nothing when it does not wait. */
void stream_wait_cancel(struct stream_wait *wait);

/* 0; -EUSERS when the path's maxReaders are there, -EDQUOT when maxEgress is spent. */
int stream_enter(struct stream *stream, struct stream_reader *reader);
/* Does nothing for a reader that has left already. */
void stream_exit(struct stream *stream, struct stream_reader *reader);
/* The output starts, or stops, to read the tape. 0, or -EDQUOT: more than maxEgress would flow. */
int stream_join(struct stream *stream, struct stream_reader *reader, int64_t now_us);
/* The same, before a packet. */
void stream_join_at(struct stream *stream, struct stream_reader *reader, uint64_t next,
                    int64_t now_us);
void stream_leave(struct stream *stream, struct stream_reader *reader);
/* The output may be able to send again, or for the first time. */
void stream_send_one(struct stream *stream, struct stream_reader *reader, int64_t now_us);
/* What one viewer of it takes: as measured lately, or as the tape holds, or as the description
 * announces. 0 where nothing of it is known. */
uint64_t stream_viewer_bps(const struct stream *stream, int64_t now_us);
/* How fast a newcomer over UDP catches up with it: fast enough to be live soon, slow enough for a
 * player's socket buffer. */
uint64_t stream_pace_bps(const struct stream *stream, int64_t now_us);
/* BYE for all its tracks (RFC 3550 6.6, 7.2): no more packets will follow. */
void stream_send_bye(struct stream *stream, struct stream_reader *reader);

/* The reader's viewer wants a key frame, or the packet it knows by this number. */
void stream_want_key(struct stream *stream, unsigned track);
void stream_want_packet(struct stream *stream, struct stream_reader *reader, unsigned track,
                        uint16_t seq);
/* The SSRC viewers see on a track; false while nothing has come. */
bool stream_ssrc(const struct stream *stream, unsigned track, uint32_t *ssrc);

/* The description for a viewer that speaks to `local`; the tracks' control URLs begin with `base`,
 * or are relative where it is empty. `source` (may be NULL): source-specific groups come from
 * there. */
void stream_write_sdp(struct stream *stream, struct writer *w, const struct address *local,
                      const struct address *source, struct span base);
/* The interface on which its source's media arrives as a group; 0: as none. */
unsigned stream_group_interface(const struct stream *stream);
/* By which way its viewers over UDP are to have it: never ENGINE_AUTO. */
enum engine stream_engine(const struct stream *stream);
/* The group of its loop, which `text` holds; false where it has none. */
bool stream_loop_status(const struct stream *stream, struct group_status *status,
                        char text[ADDRESS_TEXT]);
/* The description of its loop's group; without one nothing is written. */
void stream_write_loop_sdp(const struct stream *stream, struct writer *w);
/* Its source, as it is shown. */
const char *stream_shown(const struct stream *stream);
void stream_status(const struct stream *stream, struct stream_status *status, int64_t now_us);

#endif
