#include "admin/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "admin/status_json.h"
#include "base/limits.h"
#include "base/writer.h"
#include "net/tcp.h"

enum {
    CONNECTIONS_MOST = 64,
    CONNECTION_TIMEOUT_S = 10,
    CONNECTION_MEMORY = 16 * 1024,
};

struct http {
    uv_poll_t poll; /* of the library's own epoll set */
    uv_timer_t tick;
    int open_handles;
    struct tcp_listener *listener;
    struct MHD_Daemon *daemon;
    const struct gateway *gateway;
    const char *version;
    struct address address;
};

static enum MHD_Result answer_as(struct MHD_Connection *connection, unsigned status,
                                 const char *type, const char *text,
                                 enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, mode);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *text,
                              enum MHD_ResponseMemoryMode mode)
{
    return answer_as(connection, status, "application/json", text, mode);
}

/* Where programs of this host find the stream ?stream= names. */
static enum MHD_Result answer_sdp(const struct http *h, struct MHD_Connection *connection)
{
    static const char none[] = "{\"error\":\"?stream= names no stream of the engine loop\"}\n";
    const char *stream = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "stream");
    char *text = malloc(LIMIT_RTSP_BODY + 1);
    if (!text)
        return MHD_NO;
    struct writer w = writer_of(text, LIMIT_RTSP_BODY);
    if (!stream || gateway_write_loop_sdp(h->gateway, stream, &w) < 0) {
        free(text);
        return answer(connection, MHD_HTTP_NOT_FOUND, none, MHD_RESPMEM_PERSISTENT);
    }
    text[w.len] = '\0';
    return answer_as(connection, MHD_HTTP_OK, "application/sdp", text, MHD_RESPMEM_MUST_FREE);
}

/* A name in the Host header may be a page's that has rebound its DNS to us: only addresses and
 * localhost are taken for ourselves. */
static bool is_own_host(const char *host)
{
    struct address address;
    char text[ADDRESS_TEXT + 8];
    struct writer w = writer_of(text, sizeof text - 1);

    if (!host || strcmp(host, "localhost") == 0 || strncmp(host, "localhost:", 10) == 0)
        return true;
    writer_text(&w, host);
    text[w.len] = '\0';
    if (!w.is_full && address_parse(&address, text) == 0)
        return true;
    writer_text(&w, ":80");
    text[w.len] = '\0';
    return !w.is_full && address_parse(&address, text) == 0;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *http_version, const char *upload,
                                  size_t *upload_len, void **state)
{
    const struct http *h = arg;
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    (void)http_version;
    (void)upload;

    if (!*state || *upload_len > 0) { /* first the head alone, then a body that is passed over */
        *state = connection;
        *upload_len = 0;
        return MHD_YES;
    }
    if (!is_own_host(host))
        return answer(connection, MHD_HTTP_FORBIDDEN, "{\"error\":\"unknown host\"}\n",
                      MHD_RESPMEM_PERSISTENT);
    bool is_sdp = strcmp(url, "/v1/loop.sdp") == 0;
    if (!is_sdp && strcmp(url, "/v1/status") != 0)
        return answer(connection, MHD_HTTP_NOT_FOUND,
                      "{\"error\":\"not found: there are /v1/status and /v1/loop.sdp\"}\n",
                      MHD_RESPMEM_PERSISTENT);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "{\"error\":\"method not allowed\"}\n", MHD_RESPMEM_PERSISTENT);
    if (is_sdp)
        return answer_sdp(h, connection);
    char *text = status_json(h->gateway, h->version);
    if (!text)
        return MHD_NO;
    return answer(connection, MHD_HTTP_OK, text, MHD_RESPMEM_MUST_FREE);
}

/* The library says when it wants to be run again though nothing arrives: at once, at a connection's
 * timeout, or never. */
static void on_tick(uv_timer_t *timer)
{
    struct http *h = timer->data;
    MHD_UNSIGNED_LONG_LONG wait_ms;

    MHD_run(h->daemon);
    if (MHD_get_timeout(h->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(&h->tick, on_tick, wait_ms, 0);
    else
        uv_timer_stop(&h->tick);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http *h = poll->data;
    (void)status;
    (void)events;
    on_tick(&h->tick);
}

/* The listener is ours: the library's own tells no reason when it fails, and spins when there are
 * no file descriptors left. */
static void on_accepted(void *owner, int fd, const struct address *from)
{
    struct http *h = owner;
    MHD_add_connection(h->daemon, fd, &from->u.any, from->len); /* closes it if it fails */
    on_tick(&h->tick);
}

static int start_daemon(struct http *h)
{
    h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
                                 on_request, h, MHD_OPTION_CONNECTION_LIMIT,
                                 (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)CONNECTION_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                 (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
    return h->daemon ? 0 : -ENOMEM;
}

static void watch(struct http *h, uv_loop_t *loop)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    uv_poll_init(loop, &h->poll, info->epoll_fd);
    uv_timer_init(loop, &h->tick);
    h->poll.data = h->tick.data = h;
    h->open_handles = 2;
    uv_poll_start(&h->poll, UV_READABLE, on_poll);
}

int http_new(struct http **http, uv_loop_t *loop, const struct address *at,
             const struct gateway *gateway, const char *version, struct log *log)
{
    char text[ADDRESS_TEXT];
    struct http *h = calloc(1, sizeof *h);
    if (!h)
        return -ENOMEM;
    h->gateway = gateway;
    h->version = version;
    int result = start_daemon(h);
    if (result < 0)
        goto fail;
    result = tcp_listener_new(&h->listener, loop, at, on_accepted, NULL, h);
    if (result < 0)
        goto fail;
    h->address = *tcp_listener_address(h->listener);
    watch(h, loop);
    *http = h;
    return 0;

fail:
    log_event(log, LOG_ERROR, "cannot_listen", "for address reason", "apiAddress",
              address_write(text, at), uv_strerror(result));
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    free(h);
    return result;
}

static void on_closed(uv_handle_t *handle)
{
    struct http *h = handle->data;
    if (--h->open_handles == 0)
        free(h);
}

struct http *http_close(struct http *h)
{
    if (!h)
        return NULL;
    h->listener = tcp_listener_close(h->listener);
    uv_poll_stop(&h->poll);
    MHD_stop_daemon(h->daemon);
    uv_close((uv_handle_t *)&h->poll, on_closed);
    uv_close((uv_handle_t *)&h->tick, on_closed);
    return NULL;
}

struct address http_address(const struct http *h)
{
    return h->address;
}
