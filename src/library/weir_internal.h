/* What the rooms of the library share. Names that begin with weir_ and are not in
 * include/weir/switch.h are not exported. */
#ifndef WEIR_LIBRARY_WEIR_INTERNAL_H
#define WEIR_LIBRARY_WEIR_INTERNAL_H

#include <uv.h>
#include <weir/switch.h>

#include "base/limits.h"
#include "net/interface_watch.h"
#include "switch/loss_meter.h"
#include "switch/media_place.h"
#include "switch/packet_switch.h"

enum { WEIR_ERROR_TEXT = 256 + MEDIA_COMPLAINT };

struct weir_loop {
    uv_loop_t *uv; /* `own`, or somebody else's */
    uv_loop_t own;
    uv_async_t stopper;
    struct udp_inbox *inbox;
    struct interface_watch *watch; /* NULL where the loop is somebody else's */
    struct weir_switch *switches;
    bool is_stopped;
    bool is_changed; /* something has come that the kernel is not asked about yet */
    char error[WEIR_ERROR_TEXT];
};

struct weir_input {
    struct weir_loop *loop;
    struct media_url url;
    char text[LIMIT_URL];
    struct weir_switch *sw; /* NULL: not open */
    struct input_udp_place place;
    struct input_udp *socket;
    struct weir_counts counts; /* all but `lost` */
    struct loss_meter meter;
};

struct weir_output {
    struct weir_loop *loop;
    struct media_url url;
    char text[LIMIT_URL];
    struct weir_switch *sw; /* NULL: not open */
    struct output_place place;
    struct udp_socket *sockets[2]; /* the second is NULL where it is no pair */
    struct output *output;
    unsigned track_count;            /* 0 is one */
    struct weir_output *prev, *next; /* the switch's list */
};

struct weir_switch {
    struct weir_loop *loop;
    struct packet_switch *sw;
    struct weir_input *input;
    struct weir_output *outputs;
    weir_operation operation; /* NULL: forward at once */
    void *owner;
    struct weir_switch *prev, *next; /* the loop's list */
    uv_timer_t timer;
    int64_t timer_us;                  /* when it is set to fire; INT64_MAX: never */
    uint8_t scratch[WEIR_PACKET_ROOM]; /* the packet an operation has before it */
};

/* weir_loop.c: for a program whose loop and inbox it borrows for its life, and which runs them
 * itself: weir_loop_run() and its kin are not for this one. Its objects' handles are off the
 * program's loop a round of it after they were freed. 0 or -ENOMEM. */
int weir_loop_within(struct weir_loop **loop, uv_loop_t *uv, struct udp_inbox *inbox);
/* Interfaces have come or gone: all that its switches have open looks for its own again. To be
 * called by whoever has the loop. */
void weir_loop_follow(struct weir_loop *loop);
/* Keeps "what: complaint" as the loop's error; without a complaint the result's own
 * words. Returns result. */
int weir_fail(struct weir_loop *loop, const char *what, const struct writer *complaint, int result);

/* weir_options.c: what inputs and outputs do alike. `text` is written anew from the URL. */
int weir_options_parse(struct media_url *url, char text[LIMIT_URL], unsigned allowed,
                       struct weir_loop *loop, const char *given);
int weir_options_set(struct media_url *url, char text[LIMIT_URL], unsigned allowed,
                     struct weir_loop *loop, const char *name, const char *value);
int weir_options_get(const struct media_url *url, unsigned allowed, struct weir_loop *loop,
                     const char *text, const char *name, char *value, size_t size);

/* weir_input.c: 0 or a negative errno, with the loop's error set. */
int weir_input_open(struct weir_input *input, struct weir_switch *sw);
/* Looks for its interface again. */
void weir_input_follow(struct weir_input *input);

/* weir_output.c, likewise. */
int weir_output_open(struct weir_output *output, struct weir_switch *sw);
/* Opens it for `tracks` tracks of somebody who feeds output->output himself, and takes that off
 * before it is freed: track i goes to its port + 2 * i. */
int weir_output_open_alone(struct weir_output *output, unsigned tracks);
void weir_output_follow(struct weir_output *output);

/* weir_switch.c: as weir_loop_follow(). */
void weir_switch_follow(struct weir_switch *sw);
/* A packet of the input; a batch of them is through. */
void weir_switch_receive(struct weir_switch *sw, bool is_second, struct span packet,
                         const struct address *from, int64_t now_us);
void weir_switch_send(struct weir_switch *sw);

#endif
