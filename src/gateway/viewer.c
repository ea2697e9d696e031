#include "gateway/viewer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/viewer_internal.h"

void viewer_log(const struct viewer *v, enum log_level level, const char *event, const char *reason)
{
    char address[ADDRESS_TEXT];
    log_event(v->gateway->log, level, event, "path address transport reason",
              v->stream ? v->stream->path->name : NULL,
              address_write(address, connection_peer(v->connection)),
              !v->reader.output ? NULL
              : v->is_tcp       ? "tcp"
                                : "udp",
              reason);
}

void viewer_close(struct viewer *v, const char *reason)
{
    struct gateway *g = v->gateway;
    if (v->stream)
        stream_send_bye(v->stream, &v->reader);
    viewer_log(v, v->stream ? LOG_INFO : LOG_DEBUG, "viewer_closed", reason);
    stream_wait_cancel(&v->wait);
    viewer_leave(v);
    DL_DELETE(g->viewers, v);
    g->connection_count--;
    rtsp_server_free(v->server);
    connection_close(v->connection);
    free(v);
}

bool viewer_settle(struct viewer *v)
{
    if (!v->doom)
        return false;
    viewer_close(v, v->doom);
    return true;
}

static void on_readable(void *owner)
{
    struct viewer *v = owner;
    struct span inbox = connection_inbox(v->connection);
    size_t taken = rtsp_server_consume(v->server, inbox, clock_now_us());
    connection_consume(v->connection, taken);
    viewer_settle(v);
}

static void on_writable(void *owner)
{
    struct viewer *v = owner;
    if (!v->stream)
        return;
    stream_send_one(v->stream, &v->reader, clock_now_us());
    if (v->reader.output && v->reader.output->is_broken)
        viewer_close(v, "connection broke");
}

static void on_ended(void *owner, int error)
{
    viewer_close(owner, error < 0 ? uv_strerror(error) : "closed by the client");
}

static const struct connection_ops connection_ops = {
    .readable = on_readable,
    .writable = on_writable,
    .ended = on_ended,
};

static void on_wait_done(void *owner, int status);

int viewer_new(struct gateway *g, int fd)
{
    struct viewer *v = calloc(1, sizeof *v);
    int result = -ENOMEM;
    if (!v)
        goto fail;
    v->gateway = g;
    v->id = g->next_viewer_id++;
    v->wait.done = on_wait_done;
    v->wait.owner = v;
    if (rtsp_server_new(&v->server, &g->server_settings, &viewer_server_ops, v, &g->counts,
                        clock_now_us()) < 0)
        goto fail;
    result = connection_new(&v->connection, g->loop, fd, &connection_ops, v);
    fd = -1; /* taken */
    if (result < 0)
        goto fail;
    DL_APPEND(g->viewers, v);
    g->connection_count++;
    viewer_log(v, LOG_DEBUG, "viewer_connected", NULL);
    return 0;
fail:
    if (v)
        rtsp_server_free(v->server);
    free(v);
    if (fd >= 0)
        close(fd);
    return result;
}

/* The stream a question waited for is there, or will not come: the question is asked again. */
static void on_wait_done(void *owner, int status)
{
    struct viewer *v = owner;
    enum viewer_question question = v->question;
    struct stream *stream = v->awaited;

    v->question = QUESTION_NONE;
    if (question == QUESTION_DESCRIBE)
        viewer_describe(v, stream, status);
    else if (question == QUESTION_SETUP)
        viewer_set_up(v, stream, status);
    if (!viewer_settle(v))
        on_readable(v); /* what came behind the question */
}

/* A viewer that takes nothing is closed; the tape has no use for it (and it none for the tape). */
static bool is_stuck(const struct viewer *v, int64_t now_us)
{
    const struct output *o = v->reader.output;
    return v->reader.is_joined && o->is_busy &&
           now_us - o->progress_us >= v->gateway->settings->write_timeout_us;
}

void viewer_tick(struct viewer *v, int64_t now_us)
{
    if (is_stuck(v, now_us))
        v->doom = "takes no media";
    else if (v->reader.output && v->reader.output->is_broken)
        v->doom = "connection broke";
    else
        rtsp_server_tick(v->server, now_us, connection_inbox(v->connection).len > 0);
    viewer_settle(v);
}

void viewer_receive(struct gateway *g, const struct address *from, int64_t now_us)
{
    struct viewer *v = viewer_port_find(g, from);
    if (v)
        rtsp_server_touch(v->server, now_us);
}

struct viewer *viewer_next(const struct viewer *v)
{
    return v->next;
}

bool viewer_status(const struct viewer *v, struct viewer_status *status, char text[ADDRESS_TEXT],
                   int64_t now_us)
{
    const struct output *o = v->reader.output;
    if (!v->stream || !o)
        return false;
    *status = (struct viewer_status){
        .id = v->id,
        .stream = v->stream->path->name,
        .address = address_write(text, connection_peer(v->connection)),
        .transport = v->is_tcp ? "tcp" : "udp",
        .state = v->reader.is_joined ? "playing" : "ready",
        .age_us = now_us - v->since_us,
        .packets = o->packets,
        .bytes = o->bytes,
        .skipped = o->cursor.skipped,
        .fragmented = o->fragmented,
    };
    return true;
}
