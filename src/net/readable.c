#include "net/readable.h"

#include <stdlib.h>
#include <unistd.h>

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct readable *r = poll->data;
    (void)events;
    /* An error waits to be read: an interface is down, a queue ran over. libuv takes that for the
     * end and watches no more; a socket without a connection goes on. */
    if (status < 0)
        uv_poll_start(poll, UV_READABLE, on_poll);
    r->ready(r);
}

int readable_start(struct readable *r, uv_loop_t *loop, int fd, void (*ready)(struct readable *r))
{
    int result = uv_poll_init(loop, &r->poll, fd);
    if (result < 0)
        return result;
    r->fd = fd;
    r->ready = ready;
    r->poll.data = r;
    uv_poll_start(&r->poll, UV_READABLE, on_poll);
    return 0;
}

bool readable_is_closed(const struct readable *r)
{
    return uv_is_closing((const uv_handle_t *)&r->poll);
}

static void on_closed(uv_handle_t *handle)
{
    struct readable *r = handle->data;
    close(r->fd);
    free(r);
}

void readable_close(struct readable *r)
{
    if (r && !readable_is_closed(r))
        uv_close((uv_handle_t *)&r->poll, on_closed);
}
