/* An arrival: a connection that has been let in and has not said yet what it wants. Its first line
 * tells: RTSP makes it a dialogue, HTTP one half of a tunnel. On the gateway's thread. */
#ifndef WEIR_GATEWAY_ARRIVAL_H
#define WEIR_GATEWAY_ARRIVAL_H

#include "gateway/gateway_internal.h"
#include "net/connection.h"

struct arrival {
    struct gateway *gateway;
    struct connection *connection;
    struct guest *guest;
    int64_t since_us;
    struct arrival *prev, *next;
};

/* Takes the descriptor of an accepted connection, also when it fails, or when it is refused: then
 * it is answered with 503, unless so many were that it is just closed. */
void arrival_new(struct gateway *gateway, int fd, const struct address *from);
/* Closes its connection and frees it. */
void arrival_close(struct arrival *arrival, const char *reason);
/* Once a second: one that has not said it all within 10 s is closed. May free it. */
void arrival_tick(struct arrival *arrival, int64_t now_us);

#endif
