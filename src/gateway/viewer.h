/* A viewer: one client connection, the virtual server's side. It marries the RTSP dialogue
 * (rtsp/server.h) to a stream and an output. On the gateway's thread. */
#ifndef WEIR_GATEWAY_VIEWER_H
#define WEIR_GATEWAY_VIEWER_H

#include "gateway/gateway_internal.h"

struct viewer;

/* Takes the descriptor of an accepted connection (also when it fails). 0 or -errno. */
int viewer_new(struct gateway *gateway, int fd);
/* Says goodbye (BYE) and closes; frees the viewer at once. */
void viewer_close(struct viewer *viewer, const char *reason);
/* Once a second: sessions and connections that have been silent or stuck for too long end. */
void viewer_tick(struct viewer *viewer, int64_t now_us);
/* A datagram on the viewers' RTCP port, from a viewer or anyone else: a sign of life. */
void viewer_receive(struct gateway *gateway, const struct address *from, int64_t now_us);
struct viewer *viewer_next(const struct viewer *viewer);
/* False when it has no session. `text` holds the address it shows. */
bool viewer_status(const struct viewer *viewer, struct viewer_status *status,
                   char text[ADDRESS_TEXT], int64_t now_us);

#endif
