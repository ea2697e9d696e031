/* A gateway: its listener, its catalog of streams, its viewers. Several may live in one process.
 * Everything of a gateway belongs to the thread of its loop. */
#ifndef WEIR_GATEWAY_GATEWAY_H
#define WEIR_GATEWAY_GATEWAY_H

#include <uv.h>

#include "base/log.h"
#include "gateway/settings.h"
#include "gateway/status.h"

struct gateway;

/* Borrows all three for its life. Opens the sockets: 0, or a negative errno (the reason was
 * logged as an error that names the address). */
int gateway_new(struct gateway **gateway, uv_loop_t *loop, const struct settings *settings,
                struct log *log);
/* Says goodbye: BYE to viewers, TEARDOWN to origins, then closes everything. All handles are off
 * the loop within a second, and `on_stopped` (may be NULL) is called once, last. */
void gateway_stop(struct gateway *gateway, void (*on_stopped)(void *arg), void *arg);
/* After it has stopped. Accepts NULL, returns NULL. */
struct gateway *gateway_free(struct gateway *gateway);

/* The address it listens on (the port is known even where the settings asked for port 0). */
struct address gateway_address(const struct gateway *gateway);
/* How it stands now. */
void gateway_status(const struct gateway *gateway, struct gateway_status *status);
/* Visits each bridge, as the settings name them. */
void gateway_each_bridge(const struct gateway *gateway,
                         void (*visit)(void *arg, const struct bridge_status *status), void *arg);
/* Visits each stream, each group, or each viewer of all streams, in no order; the visitor must not
 * change the gateway. */
void gateway_each_stream(const struct gateway *gateway,
                         void (*visit)(void *arg, const struct stream_status *status), void *arg);
void gateway_each_group(const struct gateway *gateway,
                        void (*visit)(void *arg, const struct group_status *status), void *arg);
void gateway_each_viewer(const struct gateway *gateway,
                         void (*visit)(void *arg, const struct viewer_status *status), void *arg);
/* The description of the group that a stream has on this host by the engine "loop". 0; -ENOENT:
 * there is no such stream, or it has none; -ENOSPC. */
int gateway_write_loop_sdp(const struct gateway *gateway, const char *stream, struct writer *w);

#endif
