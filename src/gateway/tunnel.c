#include "gateway/tunnel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "gateway/dialogue.h"
#include "wire/base64.h"

static const int64_t patience_us = 10 * CLOCK_SECOND_US;

/* A cookie counts for its host alone: elsewhere it opens nothing, and stands in nobody's way. */
struct tunnel_key {
    struct in6_addr host;
    char cookie[TUNNEL_COOKIE_MOST];
};

struct tunnel {
    struct gateway *gateway;
    struct tunnel_key key;
    UT_hash_handle hh;
    struct dialogue *dialogue; /* NULL: its GET has not come yet */
    struct connection *post;   /* NULL: none is open */
    struct guest *guest;       /* of the POST */
    int64_t since_us;
    struct base64_decoder decoder;
    struct buffer said;
    bool is_broken;
};

void tunnel_refuse(struct connection *connection, int status)
{
    char bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    tunnel_write_refusal(&w, status, 0);
    connection_write(connection, writer_written(&w));
}

static void close_post(struct tunnel *t)
{
    if (!t->post)
        return;
    t->post = connection_close(t->post);
    admission_leave(&t->gateway->admission, ADMISSION_CONNECTION, t->guest);
}

void tunnel_close(struct tunnel *t)
{
    close_post(t);
    HASH_DEL(t->gateway->tunnels, t);
    buffer_done(&t->said);
    free(t);
}

static void fail(struct tunnel *t, int status)
{
    t->is_broken = true;
    t->gateway->counts.malformed++;
    if (t->post)
        tunnel_refuse(t->post, status);
    close_post(t);
}

/* The POST: what it brings. */

struct span tunnel_inbox(struct tunnel *t)
{
    uint8_t bytes[3 * 1024];
    while (t->post && !t->is_broken) {
        struct span inbox = connection_inbox(t->post), rest = inbox;
        size_t room = t->said.limit - t->said.len;
        ssize_t len =
            base64_decode(&t->decoder, &rest, bytes, room < sizeof bytes ? room : sizeof bytes);
        if (len < 0 || buffer_append(&t->said, span_of(bytes, (size_t)len)) < 0) {
            fail(t, HTTP_BAD_REQUEST);
            break;
        }
        if (rest.len == inbox.len)
            break;
        connection_consume(t->post, inbox.len - rest.len);
    }
    return buffer_span(&t->said);
}

void tunnel_consume(struct tunnel *t, size_t len)
{
    buffer_consume(&t->said, len);
}

bool tunnel_has_rest(const struct tunnel *t)
{
    return t->said.len > 0 || base64_is_halfway(&t->decoder);
}

bool tunnel_is_broken(const struct tunnel *t)
{
    return t->is_broken;
}

static void on_readable(void *owner)
{
    struct tunnel *t = owner;
    if (t->dialogue) {
        dialogue_receive(t->dialogue);
    } else if (connection_inbox(t->post).len > LIMIT_RTSP_HEAD) {
        fail(t, HTTP_TOO_LARGE);
        tunnel_close(t);
    }
}

static void on_writable(void *owner)
{
    (void)owner;
}

/* The client may open another one. What this one has brought counts, but for half a group. */
static void end_post(struct tunnel *t)
{
    tunnel_inbox(t);
    if (t->post && connection_inbox(t->post).len > 0)
        fail(t, HTTP_TOO_LARGE); /* more than a server that waits can keep */
    close_post(t);
    t->decoder = (struct base64_decoder){0};
}

static void on_ended(void *owner, int error)
{
    struct tunnel *t = owner;
    (void)error;
    if (!t->dialogue) {
        tunnel_close(t);
        return;
    }
    end_post(t);
    dialogue_receive(t->dialogue);
}

static const struct connection_ops post_ops = {
    .readable = on_readable,
    .writable = on_writable,
    .ended = on_ended,
};

/* Pairs. */

static struct tunnel_key key_of(const struct arrival *a, struct span cookie)
{
    struct tunnel_key key;
    memset(&key, 0, sizeof key);
    key.host = address_host_bytes(connection_peer(a->connection));
    memcpy(key.cookie, cookie.ptr, cookie.len);
    return key;
}

static struct tunnel *find(struct gateway *g, const struct tunnel_key *key)
{
    struct tunnel *t;
    HASH_FIND(hh, g->tunnels, key, sizeof *key, t);
    return t;
}

static struct tunnel *tunnel_new(struct arrival *a, const struct tunnel_key *key)
{
    struct tunnel *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->key = *key;
    HASH_ADD(hh, a->gateway->tunnels, key, sizeof t->key, t);
    if (!t->hh.tbl) {
        free(t);
        return NULL;
    }
    t->gateway = a->gateway;
    t->since_us = a->since_us;
    buffer_init(&t->said, LIMIT_INBOX);
    return t;
}

static int enter_get(struct tunnel *t, struct arrival *a)
{
    char bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (t->dialogue)
        return HTTP_CONFLICT;
    /* The POST's connection has yet to come: the time for the first request begins now. */
    if (dialogue_new(&t->dialogue, a, clock_now_us()) < 0)
        return HTTP_UNAVAILABLE;
    dialogue_enter_tunnel(t->dialogue, t);
    tunnel_write_accept(&w);
    connection_write(a->connection, writer_written(&w)); /* a broken one is heard of by itself */
    return 0;
}

static int enter_post(struct tunnel *t, struct arrival *a, bool expects_continue)
{
    char bytes[64];
    struct writer w = writer_of(bytes, sizeof bytes);

    if (t->post && !connection_is_over(t->post))
        return HTTP_CONFLICT;
    if (t->post)
        end_post(t); /* its end has not been noticed yet */
    t->post = a->connection;
    t->guest = a->guest;
    connection_hand_over(t->post, &post_ops, t);
    tunnel_write_continue(&w);
    if (expects_continue)
        connection_write(t->post, writer_written(&w));
    return 0;
}

int tunnel_enter(struct dialogue **dialogue, struct arrival *a,
                 const struct tunnel_request *request)
{
    struct tunnel_key key = key_of(a, request->cookie);
    struct tunnel *t = find(a->gateway, &key);
    bool is_new = !t;

    if (is_new)
        t = tunnel_new(a, &key);
    if (!t)
        return HTTP_UNAVAILABLE;
    int status = request->is_post ? enter_post(t, a, request->expects_continue) : enter_get(t, a);
    if (status == 0) {
        connection_consume(a->connection, request->len);
        *dialogue = t->dialogue;
    } else if (is_new) {
        tunnel_close(t);
    }
    return status;
}

void tunnel_tick_all(struct gateway *g, int64_t now_us)
{
    struct tunnel *t, *next;
    HASH_ITER(hh, g->tunnels, t, next)
    {
        if (t->dialogue)
            continue;
        bool is_late = now_us - t->since_us >= patience_us;
        if (is_late || (now_us - t->since_us >= CLOCK_SECOND_US &&
                        admission_is_surplus(&g->admission, t->guest, now_us))) {
            g->counts.refused++;
            tunnel_refuse(t->post, is_late ? HTTP_NOT_FOUND : HTTP_UNAVAILABLE);
            tunnel_close(t);
        }
    }
}

void tunnel_close_all(struct gateway *g)
{
    struct tunnel *t, *next;
    HASH_ITER(hh, g->tunnels, t, next)
    if (!t->dialogue)
        tunnel_close(t);
}
