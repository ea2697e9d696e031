#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "library/weir_internal.h"

const char *weir_version(void)
{
    return WEIR_VERSION;
}

static void on_stop(uv_async_t *stopper)
{
    struct weir_loop *loop = stopper->data;
    loop->is_stopped = true;
    uv_stop(loop->uv);
}

void weir_loop_follow(struct weir_loop *loop)
{
    struct weir_switch *sw;
    DL_FOREACH(loop->switches, sw)
    weir_switch_follow(sw);
}

static void on_interfaces(void *owner)
{
    weir_loop_follow(owner);
}

/* A loop of our own, with what has to be on it. 0 or a negative errno. */
static int open_loop(struct weir_loop *loop)
{
    int result = uv_loop_init(&loop->own);
    if (result < 0)
        return result;
    result = uv_async_init(&loop->own, &loop->stopper, on_stop);
    if (result < 0)
        goto fail;
    loop->stopper.data = loop;
    result = interface_watch_new(&loop->watch, &loop->own, on_interfaces, loop);
    if (result == 0)
        return 0;
    uv_close((uv_handle_t *)&loop->stopper, NULL);
    uv_run(&loop->own, UV_RUN_DEFAULT);
fail:
    uv_loop_close(&loop->own);
    return result;
}

int weir_loop_new(struct weir_loop **out)
{
    struct weir_loop *loop = calloc(1, sizeof *loop);
    int result;
    if (!loop)
        return -ENOMEM;
    loop->uv = &loop->own;
    result = udp_inbox_new(&loop->inbox);
    if (result == 0)
        result = open_loop(loop);
    if (result < 0) {
        udp_inbox_free(loop->inbox);
        free(loop);
        return result;
    }
    *out = loop;
    return 0;
}

int weir_loop_within(struct weir_loop **out, uv_loop_t *uv, struct udp_inbox *inbox)
{
    struct weir_loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return -ENOMEM;
    loop->uv = uv;
    loop->inbox = inbox;
    *out = loop;
    return 0;
}

/* What was freed before has closed its handles; the loop has to come round to letting go of them.
 */
struct weir_loop *weir_loop_free(struct weir_loop *loop)
{
    if (loop && loop->uv == &loop->own) {
        interface_watch_close(loop->watch);
        uv_close((uv_handle_t *)&loop->stopper, NULL);
        uv_run(loop->uv, UV_RUN_DEFAULT);
        uv_loop_close(loop->uv);
        udp_inbox_free(loop->inbox);
    }
    free(loop);
    return NULL;
}

int weir_loop_run(struct weir_loop *loop)
{
    loop->is_changed = false;
    while (!loop->is_stopped)
        uv_run(loop->uv, UV_RUN_DEFAULT);
    loop->is_stopped = false;
    return 0;
}

void weir_loop_stop(struct weir_loop *loop)
{
    uv_async_send(&loop->stopper);
}

int weir_loop_fd(const struct weir_loop *loop)
{
    return uv_backend_fd(loop->uv);
}

int weir_loop_wait_ms(struct weir_loop *loop)
{
    if (loop->is_changed || loop->is_stopped)
        return 0;
    uv_update_time(loop->uv);
    return uv_backend_timeout(loop->uv);
}

int weir_loop_step(struct weir_loop *loop)
{
    loop->is_changed = false;
    uv_run(loop->uv, UV_RUN_NOWAIT);
    bool is_stopped = loop->is_stopped;
    loop->is_stopped = false;
    return is_stopped;
}

const char *weir_error(const struct weir_loop *loop)
{
    return loop->error;
}

int weir_fail(struct weir_loop *loop, const char *what, const struct writer *complaint, int result)
{
    struct writer w = writer_of(loop->error, sizeof loop->error - 1);
    size_t len = strnlen(what, 200);
    for (size_t i = 0; i < len; i++) /* it may come from anywhere, and go to a terminal */
        writer_u8(&w, what[i] >= 0x20 && what[i] < 0x7f ? (uint8_t)what[i] : '?');
    writer_text(&w, what[len] ? "...: " : ": ");
    if (complaint && complaint->len > 0)
        writer_span(&w, writer_written(complaint));
    else
        writer_text(&w, strerror(-result));
    loop->error[w.len] = '\0';
    return result;
}
