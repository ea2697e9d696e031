/* A listening TCP socket on a libuv loop. */
#ifndef WEIR_NET_TCP_H
#define WEIR_NET_TCP_H

#include <uv.h>

#include "net/address.h"

struct tcp_listener;

/* `accepted` takes each new, non-blocking descriptor, and hears where it comes from. Out of
 * descriptors, the listener rests for 100 ms instead of spinning, closes nothing of what runs, and
 * goes on by itself; `starved` (may be NULL) hears of the first such pause in a row. An any-address
 * listens on IPv6 and IPv4. 0 or -errno. */
int tcp_listener_new(struct tcp_listener **listener, uv_loop_t *loop, const struct address *at,
                     void (*accepted)(void *owner, int fd, const struct address *from),
                     void (*starved)(void *owner), void *owner);
/* Accepts NULL, returns NULL; the memory goes when the loop lets go of its handles. */
struct tcp_listener *tcp_listener_close(struct tcp_listener *listener);
/* Where it listens; the port is known even when port 0 was asked for. */
const struct address *tcp_listener_address(const struct tcp_listener *listener);

/* A non-blocking descriptor, the caller's, that connects. Or a negative errno at once. */
int tcp_connect(const struct address *to);

#endif
