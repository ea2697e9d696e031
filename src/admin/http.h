/* The HTTP API: GET /v1/status, on the configured address only, in the gateway's own loop. It
 * reads and never decides. */
#ifndef WEIR_ADMIN_HTTP_H
#define WEIR_ADMIN_HTTP_H

#include "gateway/gateway.h"

struct http;

/* Borrows all of it for its life. 0; -EADDRINUSE and the like; the error was logged. */
int http_new(struct http **http, uv_loop_t *loop, const struct address *at,
             const struct gateway *gateway, const char *version, struct log *log);
/* Ends all connections at once; the memory goes when the loop lets go of the handles. Accepts
 * NULL, returns NULL. */
struct http *http_close(struct http *http);
/* Where it listens; the port is known even when port 0 was asked for. */
struct address http_address(const struct http *http);

#endif
