#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clip.h"
#include "daemon/command.h"
#include "daemon/service.h"
#include "daemon/units.h"

enum {
    PORT = 8554,
    API_PORT = 9997,
    PORT_TRIES = 50,
    TERMINAL_MS = 1000, /* a line that is rewritten in place */
    PIPE_MS = 5000,     /* a line below the other */
};

struct demo {
    uv_loop_t loop;
    struct service service;
    struct settings origin, gateway;
    struct path_settings origin_path, gateway_path;
    struct log log;
    uv_timer_t timer;
};

static void set_loopback(struct address *address, unsigned port)
{
    address_parse(address, "127.0.0.1:0");
    address_set_port(address, (uint16_t)port);
}

/* The embedded origin: a gateway of its own, whose one stream comes from the clip. */
static int start_origin(struct demo *d)
{
    settings_init(&d->origin);
    path_settings_init(&d->origin_path);
    set_loopback(&d->origin.rtsp_address, 0);
    snprintf(d->origin_path.name, sizeof d->origin_path.name, "clip");
    snprintf(d->origin_path.shown, sizeof d->origin_path.shown, "the clip in this program");
    d->origin_path.kind = &clip_kind;
    d->origin.paths = &d->origin_path;
    d->origin.path_count = 1;
    return gateway_new(&d->service.gateways[1], &d->loop, &d->origin, &d->log);
}

/* The usual port, or, where it is taken, one of the next. */
static int start_gateway(struct demo *d, unsigned port)
{
    struct address origin = gateway_address(d->service.gateways[1]);
    int result = -EADDRINUSE;

    settings_init(&d->gateway);
    path_settings_init(&d->gateway_path);
    snprintf(d->gateway_path.name, sizeof d->gateway_path.name, "demo");
    snprintf(d->gateway_path.source, sizeof d->gateway_path.source, "rtsp://127.0.0.1:%u/clip",
             (unsigned)address_port(&origin));
    span_copy(d->gateway_path.shown, LIMIT_URL, span_text(d->gateway_path.source));
    d->gateway_path.is_on_demand = true;
    d->gateway.paths = &d->gateway_path;
    d->gateway.path_count = 1;
    for (unsigned i = 0; i < PORT_TRIES && result == -EADDRINUSE; i++) {
        set_loopback(&d->gateway.rtsp_address, port + 2 * i);
        result = gateway_new(&d->service.gateways[0], &d->loop, &d->gateway, &d->log);
    }
    for (unsigned i = 0; i < PORT_TRIES && result == 0 && !d->service.http; i++) {
        set_loopback(&d->gateway.api_address, API_PORT - i);
        http_new(&d->service.http, &d->loop, &d->gateway.api_address, d->service.gateways[0],
                 WEIR_VERSION, &d->log);
    }
    return result;
}

static void print_welcome(const struct demo *d)
{
    char rtsp[ADDRESS_TEXT], api[ADDRESS_TEXT] = "";
    struct address at = gateway_address(d->service.gateways[0]);
    address_write(rtsp, &at);
    if (d->service.http) {
        at = http_address(d->service.http);
        address_write(api, &at);
    }
    printf(
        "\n"
        "  An origin that plays a short clip, and a gateway in front of it. Open this, as often\n"
        "  as you like; the origin sends its stream once:\n\n"
        "      rtsp://%s/demo\n\n"
        "      ffplay rtsp://%s/demo\n"
        "      vlc rtsp://%s/demo\n"
        "      gst-launch-1.0 playbin uri=rtsp://%s/demo\n\n",
        rtsp, rtsp, rtsp, rtsp);
    if (api[0])
        printf("  weir status --api %s   shows more.", api);
    printf("  Ctrl-C ends it.\n\n");
    fflush(stdout);
}

static void on_timer(uv_timer_t *timer)
{
    const struct demo *d = timer->data;
    char in[UNITS_TEXT], out[UNITS_TEXT], saved[UNITS_TEXT];
    bool is_terminal = isatty(STDOUT_FILENO);
    struct gateway_status s;

    gateway_status(d->service.gateways[0], &s);
    printf("%s  %" PRIu64 " stream%s, %" PRIu64 " viewer%s; in %s, out %s; saved at the origin: "
           "%s%s",
           is_terminal ? "\r\033[K" : "", s.streams, s.streams == 1 ? "" : "s", s.viewers,
           s.viewers == 1 ? "" : "s", units_write_bps(in, s.in_bps),
           units_write_bps(out, s.out_bps),
           units_write_bps(saved, s.out_bps > s.in_bps ? s.out_bps - s.in_bps : 0),
           is_terminal ? "" : "\n");
    fflush(stdout);
}

static int run_demo(struct demo *d, unsigned port)
{
    d->log = log_of(-1, LOG_ERROR, false); /* the live line says it all */
    uv_loop_init(&d->loop);
    service_init(&d->service, &d->loop);
    uv_timer_init(&d->loop, &d->timer);
    d->timer.data = d;
    int result = start_origin(d);
    if (result == 0)
        result = start_gateway(d, port);
    if (result == 0) {
        uint64_t period = isatty(STDOUT_FILENO) ? TERMINAL_MS : PIPE_MS;
        print_welcome(d);
        uv_timer_start(&d->timer, on_timer, TERMINAL_MS, period);
    } else {
        fprintf(stderr, "weir demo: cannot start: %s\n", uv_strerror(result));
        service_stop(&d->service);
        if (d->service.stopping > 0)
            uv_run(&d->loop, UV_RUN_DEFAULT);
    }
    service_run(&d->service);
    uv_close((uv_handle_t *)&d->timer, NULL);
    uv_run(&d->loop, UV_RUN_NOWAIT);
    uv_loop_close(&d->loop);
    if (isatty(STDOUT_FILENO))
        putchar('\n');
    return result < 0 ? 1 : 0;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'}, {0}};
    uint64_t port = PORT;
    int c;

    while ((c = getopt_long(argc, argv, "p:", options, NULL)) != -1) {
        if (c != 'p')
            return command_complain(&command_demo, argc, argv);
        if (span_parse_uint(&port, span_text(optarg), 65000) < 0 || port == 0) {
            fprintf(stderr, "weir demo: --port is a number from 1 to 65000\n");
            return 2;
        }
    }
    struct demo *demo = calloc(1, sizeof *demo);
    int result = demo ? run_demo(demo, (unsigned)port) : 1;
    free(demo);
    return result;
}

const struct command command_demo = {
    .name = "demo",
    .summary = "plays a clip through a gateway, to try it out",
    .usage = "usage: weir demo [--port PORT]\n\n"
             "Starts an origin that plays a short clip over and over, and a gateway in front of\n"
             "it, both on 127.0.0.1; prints the URL to open and what happens.\n\n"
             "  -p, --port PORT   the gateway's RTSP port (8554, or one of the next free ones)\n",
    .run = run,
};
