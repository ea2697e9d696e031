/* RTSP in HTTP to an origin (wire/tunnel.h): the puller's connection is the GET's, and what it says
 * leaves by POSTs, one after the other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/random.h"
#include "gateway/puller_internal.h"
#include "wire/base64.h"
#include "wire/tunnel.h"
#include "wire/url.h"

enum { PIECE = 3 * 512 }; /* whole groups: padding comes at a message's end alone */

struct puller_tunnel {
    struct puller *puller;
    struct connection *post; /* NULL: none is open */
    bool is_connected;
    size_t said;           /* characters of its body */
    struct buffer waiting; /* to be said once it is connected */
    char cookie[25];
    char host[LIMIT_NAME + 16]; /* as a Host header has it */
    char target[LIMIT_URL + 2];
};

static void hang_up(struct puller_tunnel *t)
{
    t->post = connection_close(t->post);
    t->is_connected = false;
    t->said = 0;
}

void puller_tunnel_close(struct puller *p)
{
    if (!p->tunnel)
        return;
    hang_up(p->tunnel);
    buffer_done(&p->tunnel->waiting);
    free(p->tunnel);
    p->tunnel = NULL;
}

static int take_url(struct puller_tunnel *t, const char *text)
{
    struct url url;
    struct writer host = writer_of(t->host, sizeof t->host);
    struct writer target = writer_of(t->target, sizeof t->target);

    if (url_parse(&url, span_text(text)) < 0)
        return -EINVAL;
    writer_format(&host, url.is_ipv6 ? "[%.*s]:%u" : "%.*s:%u", SPAN_ARG(url.host),
                  (unsigned)puller_port(t->puller, &url));
    writer_format(&target, "%s%.*s%s%.*s", url.path.len > 0 ? "" : "/", SPAN_ARG(url.path),
                  url.query.len > 0 ? "?" : "", SPAN_ARG(url.query));
    if (writer_result(&host) < 0 || writer_result(&target) < 0)
        return -ENAMETOOLONG;
    t->host[host.len] = t->target[target.len] = '\0';
    return 0;
}

int puller_tunnel_open(struct puller *p)
{
    char bytes[LIMIT_URL + 1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct puller_tunnel *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    p->tunnel = t;
    t->puller = p;
    buffer_init(&t->waiting, LIMIT_OUTBOX);
    random_token(t->cookie, sizeof t->cookie - 1);
    int result = take_url(t, p->url);
    if (result < 0)
        return result;
    tunnel_write_get(&w, t->host, t->target, t->cookie);
    return connection_write(p->connection, writer_written(&w));
}

/* 0: it agrees; -EAGAIN; or it does not: another -errno, after which the puller may be gone. */
static int take_answer(struct puller *p, struct connection *from, const char *method)
{
    char reason[96];
    struct tunnel_response response;
    int result = tunnel_response_parse(&response, connection_inbox(from));

    if (result == -EAGAIN)
        return result;
    if (result == 0 && response.status == HTTP_OK && response.is_tunnel) {
        connection_consume(from, response.len);
        return 0;
    }
    if (result < 0)
        snprintf(reason, sizeof reason, "origin answers the %s with what is no HTTP", method);
    else
        snprintf(reason, sizeof reason, "origin answers the %s with HTTP %d%s", method,
                 response.status, response.is_tunnel ? "" : ", and is no tunnel");
    puller_fail(p, SOURCE_REFUSED, RTSP_BAD_GATEWAY, reason);
    return -EPROTO;
}

int puller_tunnel_take_answer(struct puller *p)
{
    return take_answer(p, p->connection, "GET");
}

/* The POST. */

static void on_connected(void *owner, int error)
{
    struct puller_tunnel *t = owner;
    char bytes[LIMIT_URL + 1024];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (error < 0) {
        puller_fail(t->puller, SOURCE_FAILED, RTSP_BAD_GATEWAY, strerror(-error));
        return;
    }
    t->is_connected = true;
    t->said = t->waiting.len;
    tunnel_write_post(&w, t->host, t->target, t->cookie);
    connection_write(t->post, writer_written(&w));
    connection_write(t->post, buffer_span(&t->waiting));
    buffer_done(&t->waiting);
}

/* Origins may say 200 at its end, or a refusal at once. */
static void on_readable(void *owner)
{
    struct puller_tunnel *t = owner;
    struct connection *post = t->post;
    if (take_answer(t->puller, post, "POST") == 0)
        connection_consume(post, connection_inbox(post).len);
}

/* The next message opens another one. */
static void on_ended(void *owner, int error)
{
    (void)error;
    hang_up(owner);
}

static void on_writable(void *owner)
{
    (void)owner;
}

static const struct connection_ops post_ops = {
    .connected = on_connected,
    .readable = on_readable,
    .writable = on_writable,
    .ended = on_ended,
};

static void say(struct puller_tunnel *t, struct span text)
{
    struct puller *p = t->puller;
    if (!t->post && connection_connect(&t->post, p->gateway->loop, connection_peer(p->connection),
                                       &post_ops, t) < 0)
        return; /* no answer will come, and that will be heard of */
    if (!t->is_connected) {
        buffer_append(&t->waiting, text);
        return;
    }
    connection_write(t->post, text);
    t->said += text.len;
}

/* A POST whose announced length would be passed is over. */
static void write_tunnelled(struct puller_tunnel *t, struct span bytes)
{
    char text[BASE64_LEN(PIECE)];
    if (t->said > 0 && t->said + BASE64_LEN(bytes.len) > TUNNEL_POST_LENGTH)
        hang_up(t);
    while (bytes.len > 0) {
        struct writer w = writer_of(text, sizeof text);
        size_t len = bytes.len < PIECE ? bytes.len : PIECE;
        base64_write(&w, span_of(bytes.ptr, len));
        say(t, writer_written(&w));
        bytes = span_skip(bytes, len);
    }
}

void puller_write(struct puller *p, struct span bytes)
{
    if (p->tunnel)
        write_tunnelled(p->tunnel, bytes);
    else
        connection_write(p->connection, bytes); /* a broken one is heard of by itself */
}
