/* One HTTP GET, for `weir status`: blocking, with timeouts. */
#ifndef WEIR_DAEMON_HTTP_GET_H
#define WEIR_DAEMON_HTTP_GET_H

#include "net/address.h"

enum { HTTP_GET_MOST = 64 * 1024 * 1024 };

/* The body of a 200 as a terminated text the caller frees. 0; -EPROTO for another answer, or
 * -errno (-ETIMEDOUT after 5 s of silence, -EFBIG above HTTP_GET_MOST). */
int http_get(char **body, const struct address *from, const char *path);

#endif
