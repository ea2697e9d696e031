/* Names to addresses, off the loop's thread: a slow DNS server never holds up the media. */
#ifndef WEIR_NET_RESOLVER_H
#define WEIR_NET_RESOLVER_H

#include <uv.h>

#include "net/address.h"

enum { RESOLVER_ADDRESSES = 8 }; /* a name may stand for several; those beyond are left out */

struct resolver_query;

typedef void resolver_answer(void *owner, int error, const struct address *addresses, size_t count);

/* Asks for the stream addresses of a host (name or number). `resolved` is called once, later: with
 * the addresses in the order in which to try them (borrowed for the call), or with count 0 and a
 * UV_EAI_* error. Borrows owner. 0 or a negative errno at once. */
int resolver_ask(struct resolver_query **query, uv_loop_t *loop, const char *host, uint16_t port,
                 resolver_answer *resolved, void *owner);
/* `resolved` will not be called any more. Accepts NULL, returns NULL. Not needed, and not allowed,
 * once it has been called. */
struct resolver_query *resolver_cancel(struct resolver_query *query);

#endif
