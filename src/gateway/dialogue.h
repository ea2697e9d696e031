/* A dialogue: one client connection and what is said on it. It marries the virtual server
 * (rtsp/server.h) to the catalog; the sessions it makes are viewers (gateway/viewer.h), and those
 * over UDP may outlive it. On the gateway's thread. */
#ifndef WEIR_GATEWAY_DIALOGUE_H
#define WEIR_GATEWAY_DIALOGUE_H

#include "gateway/gateway_internal.h"

struct arrival;
struct dialogue;
struct tunnel;

/* Takes the arrival's connection and guest; its first request has 10 s from `since_us`. 0, or
 * -errno: the arrival is as it was. */
int dialogue_new(struct dialogue **dialogue, const struct arrival *arrival, int64_t since_us);
/* What the client says comes from the tunnel from now on. What its own connection brings is read
 * and dropped, so that its end is seen. The tunnel is the dialogue's to close. */
void dialogue_enter_tunnel(struct dialogue *dialogue, struct tunnel *tunnel);
/* There may be something to read. May free it. */
void dialogue_receive(struct dialogue *dialogue);
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
