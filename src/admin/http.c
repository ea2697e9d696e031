#include "admin/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/status_json.h"
#include "base/writer.h"

enum {
    CONNECTIONS_MOST = 64,
    CONNECTION_TIMEOUT_S = 10,
    CONNECTION_MEMORY = 16 * 1024,
    TICK_MS = 1000, /* for the connections' timeouts; all else comes by readiness */
};

struct http {
    uv_poll_t poll; /* of the library's own epoll set */
    uv_timer_t tick;
    int open_handles;
    struct MHD_Daemon *daemon;
    const struct gateway *gateway;
    const char *version;
    struct address address;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *text,
                              enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, mode);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
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
    if (strcmp(url, "/v1/status") != 0)
        return answer(connection, MHD_HTTP_NOT_FOUND,
                      "{\"error\":\"not found: there is /v1/status\"}\n", MHD_RESPMEM_PERSISTENT);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "{\"error\":\"method not allowed\"}\n", MHD_RESPMEM_PERSISTENT);
    char *text = status_json(h->gateway, h->version);
    if (!text)
        return MHD_NO;
    return answer(connection, MHD_HTTP_OK, text, MHD_RESPMEM_MUST_FREE);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http *h = poll->data;
    (void)status;
    (void)events;
    MHD_run(h->daemon);
}

static void on_tick(uv_timer_t *timer)
{
    struct http *h = timer->data;
    MHD_run(h->daemon);
}

/* Binds the socket ourselves: the library would tell no reason for a failure. */
static int open_socket(const struct address *at)
{
    int one = 1, result;
    int fd = socket(at->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, &at->u.any, at->len) == 0 && listen(fd, CONNECTIONS_MOST) == 0)
        return fd;
    result = -errno;
    close(fd);
    return result;
}

static int start(struct http *h, const struct address *at)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    int fd = open_socket(at);
    if (fd < 0)
        return fd;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    h->address = address_of((struct sockaddr *)&bound, len);
    h->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, h,
                                 MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                                 (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)CONNECTION_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                 (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
    if (h->daemon)
        return 0;
    close(fd);
    return -ENOMEM;
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
    int result = start(h, at);
    if (result < 0) {
        log_event(log, LOG_ERROR, "cannot_listen", "for address reason", "apiAddress",
                  address_write(text, at), strerror(-result));
        free(h);
        return result;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    uv_poll_init(loop, &h->poll, info->epoll_fd);
    uv_timer_init(loop, &h->tick);
    h->poll.data = h->tick.data = h;
    h->open_handles = 2;
    uv_poll_start(&h->poll, UV_READABLE, on_poll);
    uv_timer_start(&h->tick, on_tick, TICK_MS, TICK_MS);
    *http = h;
    return 0;
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
