#include "gateway/gateway.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/arrival.h"
#include "gateway/bridges.h"
#include "gateway/dialogue.h"
#include "gateway/groups.h"
#include "gateway/naming.h"
#include "gateway/publisher.h"
#include "gateway/stream.h"
#include "gateway/tunnel.h"
#include "gateway/viewer.h"
#include "net/address_local.h"

static void on_accepted(void *owner, int fd, const struct address *from)
{
    arrival_new(owner, fd, from);
}

static void on_starved(void *owner)
{
    struct gateway *g = owner;
    log_event(g->log, LOG_ERROR, "accept_paused", "reason", "no file descriptors left");
}

static void on_datagram(void *owner, bool is_rtcp, struct span data, const struct address *from)
{
    (void)is_rtcp; /* who knows one port alone sends both there (RFC 5761) */
    viewer_receive(owner, data, from, clock_now_us());
}

static void on_drained(void *owner)
{
    (void)owner;
}

static const struct udp_pair_ops media_ops = {.datagram = on_datagram, .drained = on_drained};

/* A line a second, however many they were. */
static void report_refusals(struct gateway *g)
{
    uint64_t count = admission_news(&g->admission);
    char text[24];
    if (count == 0)
        return;
    snprintf(text, sizeof text, "%" PRIu64, count);
    log_event(g->log, LOG_WARN, "refused", "count reason", text, "overload: weir status says more");
}

static void on_tick(uv_timer_t *timer)
{
    struct gateway *g = timer->data;
    int64_t now_us = clock_now_us();
    admission_tick(&g->admission);
    for (struct viewer *v = g->viewers, *next; v; v = next) {
        next = viewer_next(v);
        viewer_tick(v, now_us);
    }
    for (struct publisher *p = g->publishers, *next; p; p = next) {
        next = publisher_next(p);
        publisher_tick(p, now_us);
    }
    groups_tick(g, now_us);
    rtsp_sessions_tick(g->sessions, now_us);
    for (struct dialogue *d = g->dialogues, *next; d; d = next) {
        next = dialogue_next(d);
        dialogue_tick(d, now_us);
    }
    for (struct arrival *a = g->arrivals, *next; a; a = next) {
        next = a->next;
        arrival_tick(a, now_us);
    }
    tunnel_tick_all(g, now_us);
    bridges_tick(g->bridges, now_us);
    report_refusals(g);
}

/* Sources that are not on demand are fetched from the start. */
static void open_streams(struct gateway *g)
{
    struct naming naming = {0};
    struct stream *stream;
    for (size_t i = 0; i < g->settings->path_count; i++) {
        memcpy(naming.name, g->settings->paths[i].name, sizeof naming.name);
        if (!g->settings->paths[i].is_on_demand)
            stream_ask(&stream, g, &naming);
    }
}

static int fail_at(struct gateway *g, const char *what, const struct address *at, int error)
{
    char text[ADDRESS_TEXT];
    log_event(g->log, LOG_ERROR, "cannot_listen", "for address reason", what,
              address_write(text, at), uv_strerror(error));
    return error;
}

static int open_sockets(struct gateway *g)
{
    const struct settings *settings = g->settings;
    struct address media = settings->rtp_address;
    int result = tcp_listener_new(&g->listener, g->loop, &settings->rtsp_address, on_accepted,
                                  on_starved, g);
    if (result < 0)
        return fail_at(g, "rtspAddress", &settings->rtsp_address, result);
    if (media.len == 0) {
        media = settings->rtsp_address;
        address_set_port(&media, 0);
    }
    result = udp_pair_new(&g->media, g->loop, &media, false, g->inbox, &media_ops, g);
    return result < 0 ? fail_at(g, "rtpAddress", &media, result) : 0;
}

static void set_origins(struct gateway *g)
{
    g->origins = (struct origins){
        .rules = g->settings->origins,
        .rule_count = g->settings->origin_count,
        .own = {gateway_address(g), g->settings->api_address},
        .is_local = address_is_local,
    };
}

static int start_server(struct gateway *g)
{
    const struct settings *settings = g->settings;
    int result = access_init(&g->access, settings);
    g->server_settings = (struct rtsp_server_settings){
        .session_timeout_s = (uint32_t)(settings->session_timeout_us / CLOCK_SECOND_US),
        .allows_udp = settings->allows_udp,
        .allows_tcp = settings->allows_tcp,
        .allows_multicast = settings->allows_multicast,
        .allows_publishing = publisher_is_possible(settings),
        .authenticator = g->access.authenticator,
        .pseudonym = g->pseudonym,
    };
    return result < 0 ? result
                      : rtsp_sessions_new(&g->sessions, &g->server_settings, &dialogue_server_ops,
                                          &g->counts);
}

int gateway_new(struct gateway **gateway, uv_loop_t *loop, const struct settings *settings,
                struct log *log)
{
    struct gateway *g = calloc(1, sizeof *g);
    int result = -ENOMEM;
    if (!g)
        return result;
    g->loop = loop;
    g->settings = g->admission.settings = settings;
    g->log = log;
    g->started_us = clock_now_us();
    g->next_viewer_id = 1;
    span_copy(g->pseudonym, sizeof g->pseudonym, span_text("weir-"));
    random_token(g->pseudonym + 5, sizeof g->pseudonym - 6);
    result = start_server(g);
    if (result == 0)
        result = groups_init(g);
    if (result == 0)
        result = udp_inbox_new(&g->inbox);
    if (result == 0)
        result = open_sockets(g);
    if (result == 0)
        result = bridges_new(&g->bridges, g);
    if (result < 0)
        goto fail;
    set_origins(g);
    random_fill(g->naming_key, sizeof g->naming_key);
    uv_timer_init(loop, &g->tick);
    g->tick.data = g;
    uv_timer_start(&g->tick, on_tick, 1000, 1000);
    gateway_watch_interfaces(g);
    open_streams(g);
    *gateway = g;
    return 0;
fail:
    tcp_listener_close(g->listener);
    udp_pair_close(g->media);
    gateway_free(g);
    return result;
}

static void on_stopped(uv_handle_t *handle)
{
    struct gateway *g = handle->data;
    if (g->on_stopped)
        g->on_stopped(g->stopped_arg);
}

/* The tick is closed last, one round of the loop after the streams' own handles. */
void gateway_handle_closed(struct gateway *g)
{
    if (g->is_stopping && g->stream_count == 0 && !uv_is_closing((uv_handle_t *)&g->tick))
        uv_close((uv_handle_t *)&g->tick, on_stopped);
}

void gateway_stop(struct gateway *g, void (*stopped)(void *arg), void *arg)
{
    struct stream *s, *next;
    g->is_stopping = true;
    g->on_stopped = stopped;
    g->stopped_arg = arg;
    g->listener = tcp_listener_close(g->listener);
    viewer_end_all(g, "gateway stops");
    publisher_end_all(g, "gateway stops");
    while (g->dialogues)
        dialogue_close(g->dialogues, "gateway stops");
    while (g->arrivals)
        arrival_close(g->arrivals, "gateway stops");
    tunnel_close_all(g);
    gateway_close_bridges(g);
    HASH_ITER(hh, g->streams, s, next)
    stream_end(s, "gateway stops");
    g->media = udp_pair_close(g->media);
    gateway_handle_closed(g);
}

struct gateway *gateway_free(struct gateway *g)
{
    if (g) {
        rtsp_sessions_free(g->sessions);
        access_done(&g->access);
        groups_done(g);
        udp_inbox_free(g->inbox);
    }
    free(g);
    return NULL;
}

struct address gateway_address(const struct gateway *g)
{
    return *tcp_listener_address(g->listener);
}

static void add_stream(void *arg, const struct stream_status *stream)
{
    struct gateway_status *sum = arg;
    sum->streams++;
    sum->in_bps += stream->in_bps;
    sum->out_bps += stream->out_bps;
    sum->in_bytes += stream->in_bytes;
    sum->out_bytes += stream->out_bytes;
    sum->viewers += stream->viewers;
}

void gateway_status(const struct gateway *g, struct gateway_status *status)
{
    *status = (struct gateway_status){
        .uptime_us = clock_now_us() - g->started_us,
        .connections = g->admission.count[ADMISSION_CONNECTION],
        .in_bytes = g->past_in_bytes,
        .out_bytes = g->past_out_bytes,
        .requests = g->counts.requests,
        .malformed = g->counts.malformed,
        .refused = g->counts.refused,
        .expired = g->counts.expired,
        .loops = g->counts.loops,
        .strays = g->strays,
        .over_connections = g->admission.refused[ADMISSION_CONNECTIONS],
        .over_address = g->admission.refused[ADMISSION_ADDRESS],
        .over_half_open = g->admission.refused[ADMISSION_HALF_OPEN],
        .over_egress = g->admission.refused[ADMISSION_EGRESS],
        .over_readers = g->admission.refused[ADMISSION_READERS],
        .over_user = g->admission.refused[ADMISSION_USER],
        .wrong_credentials = g->counts.wrong_credentials,
        .log_lines_dropped = g->log->dropped,
    };
    gateway_each_stream(g, add_stream, status);
}

void gateway_each_stream(const struct gateway *g,
                         void (*visit)(void *arg, const struct stream_status *status), void *arg)
{
    int64_t now_us = clock_now_us();
    for (const struct stream *s = g->streams; s; s = s->hh.next) {
        struct stream_status status;
        stream_status(s, &status, now_us);
        visit(arg, &status);
    }
}

void gateway_each_viewer(const struct gateway *g,
                         void (*visit)(void *arg, const struct viewer_status *status), void *arg)
{
    int64_t now_us = clock_now_us();
    char text[ADDRESS_TEXT];
    for (const struct viewer *v = g->viewers; v; v = viewer_next(v)) {
        struct viewer_status status;
        if (viewer_status(v, &status, text, now_us))
            visit(arg, &status);
    }
}
