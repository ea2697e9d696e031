#include "gateway/dialogue.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/dialogue_internal.h"
#include "gateway/tunnel.h"
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
    rtsp_server_free(d->server);
    if (d->tunnel)
        tunnel_close(d->tunnel);
    admission_leave(&g->admission, ADMISSION_CONNECTION, d->guest);
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

static void receive_from_tunnel(struct dialogue *d)
{
    size_t taken;
    do {
        struct span inbox = tunnel_inbox(d->tunnel);
        taken = rtsp_server_consume(d->server, inbox, clock_now_us());
        tunnel_consume(d->tunnel, taken);
    } while (taken > 0); /* what did not fit the tunnel's inbox may fit now */
    if (tunnel_is_broken(d->tunnel))
        dialogue_doom(d, "no base64");
}

void dialogue_receive(struct dialogue *d)
{
    if (d->tunnel) {
        receive_from_tunnel(d);
    } else {
        struct span inbox = connection_inbox(d->connection);
        connection_consume(d->connection, rtsp_server_consume(d->server, inbox, clock_now_us()));
    }
    if (d->fed)
        stream_send(d->fed, clock_now_us());
    d->fed = NULL;
    settle(d);
}

static void go_on(struct dialogue *d)
{
    d->goes_on = false;
    if (!settle(d))
        dialogue_receive(d);
}

void dialogue_go_on_soon(struct dialogue *d)
{
    d->goes_on = true;
    connection_await_writable(d->connection);
}

static void on_readable(void *owner)
{
    struct dialogue *d = owner;
    if (d->tunnel)
        connection_consume(d->connection, connection_inbox(d->connection).len);
    else
        dialogue_receive(d);
}

static void on_writable(void *owner)
{
    struct dialogue *d = owner;
    int64_t now_us = clock_now_us();
    for (struct viewer *v = d->viewers; v; v = viewer_next_of(v))
        if (!viewer_send(v, now_us))
            dialogue_doom(d, "connection broke");
    if (d->goes_on)
        go_on(d);
    else
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

static void on_wait_done(void *owner, int status)
{
    struct dialogue *d = owner;
    dialogue_answer(d, status);
    dialogue_go_on_soon(d);
}

static int start_server(struct dialogue *d)
{
    char host[ADDRESS_TEXT];
    return rtsp_server_new(&d->server, d->gateway->sessions, d,
                           address_write_host(host, connection_peer(d->connection)), d->since_us);
}

int dialogue_new(struct dialogue **dialogue, const struct arrival *a, int64_t since_us)
{
    struct dialogue *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    d->gateway = a->gateway;
    d->connection = a->connection;
    d->guest = a->guest;
    d->since_us = since_us;
    d->wait.done = on_wait_done;
    d->wait.owner = d;
    int result = start_server(d);
    if (result < 0) {
        free(d);
        return result;
    }
    connection_hand_over(d->connection, &connection_ops, d);
    DL_APPEND(d->gateway->dialogues, d);
    log_dialogue(d, "client_connected", NULL);
    *dialogue = d;
    return 0;
}

void dialogue_enter_tunnel(struct dialogue *d, struct tunnel *tunnel)
{
    d->tunnel = tunnel;
    rtsp_server_refuse_udp(d->server);
}

void dialogue_tick(struct dialogue *d, int64_t now_us)
{
    if (d->goes_on) { /* it waits for room for its answer */
        go_on(d);
        return;
    }
    bool has_rest =
        d->tunnel ? tunnel_has_rest(d->tunnel) : connection_inbox(d->connection).len > 0;
    if (!rtsp_server_has_asked(d->server) && now_us - d->since_us >= CLOCK_SECOND_US &&
        admission_is_surplus(&d->gateway->admission, d->guest, now_us))
        dialogue_doom(d, "many say nothing");
    bool was_waiting = rtsp_server_is_waiting(d->server);
    rtsp_server_tick(d->server, now_us, has_rest);
    if (was_waiting && !rtsp_server_is_waiting(d->server))
        go_on(d); /* what came behind the refusal that was held back */
    else
        settle(d);
}

struct dialogue *dialogue_next(const struct dialogue *d)
{
    return d->next;
}
