#include "gateway/arrival.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/dialogue.h"
#include "gateway/tunnel.h"
#include "wire/rtsp_message.h"

static const int64_t patience_us = 10 * CLOCK_SECOND_US;

static void forget(struct arrival *a)
{
    DL_DELETE(a->gateway->arrivals, a);
    free(a);
}

void arrival_close(struct arrival *a, const char *reason)
{
    char address[ADDRESS_TEXT];
    log_event(a->gateway->log, LOG_DEBUG, "client_disconnected", "address reason",
              address_write(address, connection_peer(a->connection)), reason);
    connection_close(a->connection);
    admission_leave(&a->gateway->admission, ADMISSION_CONNECTION, a->guest);
    forget(a);
}

static void become_dialogue(struct arrival *a)
{
    struct dialogue *d;
    if (dialogue_new(&d, a, a->since_us) < 0) {
        arrival_close(a, "out of memory");
        return;
    }
    forget(a);
    dialogue_receive(d);
}

static void refuse_http(struct arrival *a, int status)
{
    a->gateway->counts.refused++;
    tunnel_refuse(a->connection, status);
    arrival_close(a, "no tunnel");
}

static void become_tunnel(struct arrival *a)
{
    struct tunnel_request request;
    struct dialogue *d = NULL;
    int result = tunnel_request_parse(&request, connection_inbox(a->connection));

    if (result == -EAGAIN)
        return;
    int status = result < 0 ? HTTP_TOO_LARGE : request.error_status;
    if (status == 0)
        status = tunnel_enter(&d, a, &request);
    if (status != 0) {
        refuse_http(a, status);
        return;
    }
    forget(a);
    if (d)
        dialogue_receive(d);
}

static void on_readable(void *owner)
{
    struct arrival *a = owner;
    int is_http = tunnel_is_http(connection_inbox(a->connection));
    if (is_http == 0)
        become_dialogue(a);
    else if (is_http > 0)
        become_tunnel(a);
}

static void on_ended(void *owner, int error)
{
    arrival_close(owner, error < 0 ? uv_strerror(error) : "closed by the client");
}

static void on_writable(void *owner)
{
    (void)owner;
}

static const struct connection_ops connection_ops = {
    .readable = on_readable,
    .writable = on_writable,
    .ended = on_ended,
};

/* What he has sent is read first: a close with bytes unread would take the answer back. */
static void say_no(struct gateway *g, int fd, int64_t now_us)
{
    char bytes[256], unread[4096];
    struct writer w = writer_of(bytes, sizeof bytes);

    rtsp_write_response(&w, RTSP_UNAVAILABLE, false, 0);
    rtsp_write_header(&w, "Server", "weir");
    rtsp_write_header(&w, "Retry-After", "%u",
                      admission_retry_after_s(&g->admission, now_us, random_jitter()));
    rtsp_write_end(&w);
    send(fd, bytes, w.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    recv(fd, unread, sizeof unread, MSG_DONTWAIT);
}

void arrival_new(struct gateway *g, int fd, const struct address *from)
{
    int64_t now_us = clock_now_us();
    struct guest *guest;

    if (admission_enter(&guest, &g->admission, ADMISSION_CONNECTION, from, now_us) !=
        ADMISSION_GRANTED) {
        if (admission_may_answer(&g->admission, now_us))
            say_no(g, fd, now_us);
        close(fd);
        return;
    }
    struct arrival *a = calloc(1, sizeof *a);
    if (!a || connection_new(&a->connection, g->loop, fd, &connection_ops, a) < 0) {
        if (!a)
            close(fd);
        admission_leave(&g->admission, ADMISSION_CONNECTION, guest);
        free(a);
        return;
    }
    a->gateway = g;
    a->guest = guest;
    a->since_us = now_us;
    DL_APPEND(g->arrivals, a);
}

void arrival_tick(struct arrival *a, int64_t now_us)
{
    if (now_us - a->since_us >= patience_us)
        arrival_close(a, "said nothing");
    else if (now_us - a->since_us >= CLOCK_SECOND_US &&
             admission_is_surplus(&a->gateway->admission, a->guest, now_us))
        arrival_close(a, "many say nothing");
}
