#include "gateway/dialogue.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/dialogue_internal.h"
#include "gateway/viewer.h"

static void log_dialogue(const struct dialogue *d, const char *event, const char *reason)
{
    char address[ADDRESS_TEXT];
    log_event(d->gateway->log, LOG_DEBUG, event, "address reason",
              address_write(address, connection_peer(d->connection)), reason);
}

void dialogue_close(struct dialogue *d, const char *reason)
{
    struct gateway *g = d->gateway;
    log_dialogue(d, "client_disconnected", reason);
    stream_wait_cancel(&d->wait);
    stream_control_cancel(&d->control);
    for (struct viewer *v = d->viewers; v; v = viewer_next_of(v))
        viewer_doom(v, reason);
    DL_DELETE(g->dialogues, d);
    g->connection_count--;
    rtsp_server_free(d->server);
    connection_close(d->connection);
    naming_done(&d->naming);
    free(d);
}

void dialogue_doom(struct dialogue *d, const char *reason)
{
    if (!d->doom)
        d->doom = reason;
}

/* Closes it if it is doomed. Returns whether it did. */
static bool settle(struct dialogue *d)
{
    if (!d->doom)
        return false;
    dialogue_close(d, d->doom);
    return true;
}

static void on_readable(void *owner)
{
    struct dialogue *d = owner;
    struct span inbox = connection_inbox(d->connection);
    size_t taken = rtsp_server_consume(d->server, inbox, clock_now_us());
    connection_consume(d->connection, taken);
    settle(d);
}

static void on_writable(void *owner)
{
    struct dialogue *d = owner;
    int64_t now_us = clock_now_us();
    for (struct viewer *v = d->viewers; v; v = viewer_next_of(v))
        if (!viewer_send(v, now_us))
            dialogue_doom(d, "connection broke");
    settle(d);
}

static void on_ended(void *owner, int error)
{
    dialogue_close(owner, error < 0 ? uv_strerror(error) : "closed by the client");
}

static const struct connection_ops connection_ops = {
    .readable = on_readable,
    .writable = on_writable,
    .ended = on_ended,
};

void dialogue_go_on(struct dialogue *d)
{
    if (!settle(d))
        on_readable(d);
}

static void on_wait_done(void *owner, int status)
{
    struct dialogue *d = owner;
    dialogue_answer(d, status);
    dialogue_go_on(d);
}

static int start_server(struct dialogue *d)
{
    char host[ADDRESS_TEXT];
    return rtsp_server_new(&d->server, d->gateway->sessions, d,
                           address_write_host(host, connection_peer(d->connection)),
                           clock_now_us());
}

int dialogue_new(struct gateway *g, int fd)
{
    struct dialogue *d = calloc(1, sizeof *d);
    if (!d) {
        close(fd);
        return -ENOMEM;
    }
    d->gateway = g;
    d->wait.done = on_wait_done;
    d->wait.owner = d;
    int result = connection_new(&d->connection, g->loop, fd, &connection_ops, d);
    if (result == 0)
        result = start_server(d);
    if (result < 0) {
        connection_close(d->connection);
        free(d);
        return result;
    }
    DL_APPEND(g->dialogues, d);
    g->connection_count++;
    log_dialogue(d, "client_connected", NULL);
    return 0;
}

void dialogue_tick(struct dialogue *d, int64_t now_us)
{
    rtsp_server_tick(d->server, now_us, connection_inbox(d->connection).len > 0);
    settle(d);
}

struct dialogue *dialogue_next(const struct dialogue *d)
{
    return d->next;
}
