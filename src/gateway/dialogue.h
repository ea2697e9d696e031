/* A dialogue: one client connection and what is said on it. It marries the virtual server
 * (rtsp/server.h) to the catalog; the sessions it makes are viewers (gateway/viewer.h), and those
 * over UDP may outlive it. On the gateway's thread. */
#ifndef WEIR_GATEWAY_DIALOGUE_H
#define WEIR_GATEWAY_DIALOGUE_H

#include "gateway/gateway_internal.h"

struct dialogue;

/* Takes the descriptor of an accepted connection (also when it fails). 0 or -errno. */
int dialogue_new(struct gateway *gateway, int fd);
/* Closes the connection and frees the dialogue at once; viewers whose media goes by it end. */
void dialogue_close(struct dialogue *dialogue, const char *reason);
/* It is closed as soon as nothing of it is on the stack: by the next tick at the latest. */
void dialogue_doom(struct dialogue *dialogue, const char *reason);
/* Once a second: connections that have been silent for too long end. May free the dialogue. */
void dialogue_tick(struct dialogue *dialogue, int64_t now_us);
struct dialogue *dialogue_next(const struct dialogue *dialogue);

/* What the virtual server asks, answered from the catalog. */
extern const struct rtsp_server_ops dialogue_server_ops;

#endif
