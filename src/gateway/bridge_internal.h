/* What the rooms of a bridge share. */
#ifndef WEIR_GATEWAY_BRIDGE_INTERNAL_H
#define WEIR_GATEWAY_BRIDGE_INTERNAL_H

#include <weir/switch.h>

#include "base/backoff.h"
#include "base/rate.h"
#include "gateway/bridge.h"
#include "gateway/link_members.h"
#include "gateway/stream.h"

/* Something that is wanted, and may fail. */
struct bridge_effort {
    struct backoff backoff;
    int64_t retry_us; /* INT64_MAX: it has not failed */
    char reason[640]; /* ""; why it failed */
};

struct bridge_output {
    struct bridge *bridge;
    const struct bridge_end *end;
    struct weir_output *output; /* NULL: not open */
    struct weir_counts past;    /* of outputs that were closed */
    struct rate rate;
    uint64_t rated_bytes;
    struct bridge_effort opening, watching;
    struct stream_reader reader; /* where the input is a stream of the gateway */
    struct member_watch watch;
    unsigned interface; /* that is watched */
};

struct bridge {
    struct bridges *bridges;
    const struct bridge_settings *settings;
    struct weir_switch *sw;   /* NULL: nothing is open */
    struct weir_input *input; /* the switch's */
    struct stream *stream;    /* instead of both; NULL: it is not read */
    struct stream *awaited;   /* the one that `wait` is about */
    struct stream_wait wait;
    struct weir_counts past; /* of inputs that were closed */
    struct rate rate;
    uint64_t rated_bytes;
    struct bridge_effort opening;
    struct bridge_output *outputs;
};

/* It has failed with a reason; the news is logged. */
void bridge_fail(struct bridge *b, struct bridge_effort *effort, const char *reason,
                 int64_t now_us);
/* It has not failed, or no longer does, which is logged too. */
void bridge_succeed(struct bridge *b, struct bridge_effort *effort, const char *url);

/* Opens what is wanted and not open; closes what is not wanted. */
void bridge_settle(struct bridge *b, int64_t now_us);

/* bridge_feed.c: the input is a stream of the gateway, the settings' path. */
void bridge_feed_open(struct bridge *b, int64_t now_us);
void bridge_feed_close(struct bridge *b);
/* `output` is the bridge's output from now on where it succeeds. 0 or a negative errno, with the
 * loop's error set. */
int bridge_feed_open_output(struct bridge_output *o, struct weir_output *output, int64_t now_us);
void bridge_feed_close_output(struct bridge_output *o);

/* bridge_demand.c: */
/* Whether the input is to be open. */
bool bridge_is_wanted(const struct bridge *b);
/* Starts to watch for members of the output's group, where that failed or has not been tried. */
void bridge_output_watch(struct bridge_output *o, int64_t now_us);
/* Interfaces have come or gone: what is open goes on by itself (include/weir/switch.h), and this
 * says so; watches are taken up on the new one. */
void bridge_input_follow(struct bridge *b, int64_t now_us);
void bridge_output_follow(struct bridge_output *o, int64_t now_us);

/* All packets and bytes, of now and before. */
struct weir_counts bridge_in_counts(const struct bridge *b);
struct weir_counts bridge_out_counts(const struct bridge_output *o);

#endif
