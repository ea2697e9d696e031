/* Hears from the kernel (rtnetlink) when interfaces or their addresses come and go: a group has to
 * be joined anew on an interface that has vanished and come back. On the loop's thread. */
#ifndef WEIR_NET_INTERFACE_WATCH_H
#define WEIR_NET_INTERFACE_WATCH_H

#include <uv.h>

struct interface_watch;

/* `changed` is called once for all that has changed since; it looks for itself what that was. It
 * may close the watch. Borrows owner. 0 or -errno. */
int interface_watch_new(struct interface_watch **watch, uv_loop_t *loop,
                        void (*changed)(void *owner), void *owner);
/* Accepts NULL, returns NULL. It calls nothing any more; the memory goes with the loop's handle. */
struct interface_watch *interface_watch_close(struct interface_watch *watch);

#endif
