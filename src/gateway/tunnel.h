/* A tunnel: RTSP in HTTP (wire/tunnel.h), the server's side. A GET brings the connection that
 * becomes a dialogue; a POST from the same host with the same cookie brings what the client says.
 * POSTs may follow each other; where the POST comes first it waits 10 s for its GET. On the
 * gateway's thread. */
#ifndef WEIR_GATEWAY_TUNNEL_H
#define WEIR_GATEWAY_TUNNEL_H

#include "gateway/arrival.h"
#include "wire/tunnel.h"

struct tunnel;
struct dialogue;

/* Takes the arrival's connection and guest and returns 0, with *dialogue set where a tunnel is
 * whole now and may have something to read; or returns the status to refuse with: the arrival is as
 * it was. */
int tunnel_enter(struct dialogue **dialogue, struct arrival *arrival,
                 const struct tunnel_request *request);
/* The dialogue has gone. */
void tunnel_close(struct tunnel *tunnel);
/* Once a second: POSTs whose GET does not come end. */
void tunnel_tick_all(struct gateway *gateway, int64_t now_us);
/* Ends those that have no dialogue. */
void tunnel_close_all(struct gateway *gateway);

/* What the client has said and nobody has consumed. Valid until it is asked or told again. */
struct span tunnel_inbox(struct tunnel *tunnel);
void tunnel_consume(struct tunnel *tunnel, size_t len);
/* Whether half of something waits for its other half. */
bool tunnel_has_rest(const struct tunnel *tunnel);
/* What was said could not be followed: no base64. The POST has been told so. */
bool tunnel_is_broken(const struct tunnel *tunnel);

/* Answers a connection that is to be closed. */
void tunnel_refuse(struct connection *connection, int status);

#endif
