/* A descriptor on a loop, looked at whenever there is something to read. All on the loop's thread.
 */
#ifndef WEIR_NET_READABLE_H
#define WEIR_NET_READABLE_H

#include <stdbool.h>
#include <uv.h>

/* The first member of what is allocated for the descriptor. */
struct readable {
    uv_poll_t poll;
    int fd;
    void (*ready)(struct readable *r);
};

/* Takes the descriptor, on success alone. `ready` reads without waiting, and may close it. 0 or
 * -errno. */
int readable_start(struct readable *r, uv_loop_t *loop, int fd, void (*ready)(struct readable *r));
bool readable_is_closed(const struct readable *r);
/* `ready` is called no more; when the loop comes round the descriptor is closed and the whole
 * freed. Does nothing for one that is closed. Accepts NULL. */
void readable_close(struct readable *r);

#endif
