#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/command.h"
#include "daemon/config.h"
#include "daemon/config_file.h"
#include "daemon/service.h"

struct serve_options {
    const char *file;
    const char *format, *level; /* NULL: as the file says */
};

static int parse(struct serve_options *o, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"log-format", required_argument, NULL, 'f'},
                                            {"log-level", required_argument, NULL, 'l'},
                                            {0}};
    int c;
    while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
        if (c == 'c')
            o->file = optarg;
        else if (c == 'f')
            o->format = optarg;
        else if (c == 'l')
            o->level = optarg;
        else
            return command_complain(&command_serve, argc, argv);
    }
    if (!o->file)
        o->file = optind < argc ? argv[optind] : config_file_find();
    return 0;
}

/* What the command line says goes before what the file says. 0 or 2. */
static int override(struct settings *settings, const struct serve_options *o)
{
    if (o->level && log_level_parse(&settings->log_level, span_text(o->level)) < 0) {
        fprintf(stderr, "weir serve: --log-level is one of error, warn, info, debug\n");
        return 2;
    }
    if (!o->format)
        return 0;
    settings->log_is_json = strcmp(o->format, "json") == 0;
    if (!settings->log_is_json && strcmp(o->format, "text") != 0) {
        fprintf(stderr, "weir serve: --log-format is text or json\n");
        return 2;
    }
    return 0;
}

static int serve(const struct settings *settings)
{
    uv_loop_t loop;
    struct service service;
    char rtsp[ADDRESS_TEXT], api[ADDRESS_TEXT] = "";
    struct log log = log_of(STDOUT_FILENO, settings->log_level, settings->log_is_json);

    uv_loop_init(&loop);
    service_init(&service, &loop);
    int result = gateway_new(&service.gateways[0], &loop, settings, &log);
    if (result == 0 && settings->api_address.len > 0)
        result = http_new(&service.http, &loop, &settings->api_address, service.gateways[0],
                          WEIR_VERSION, &log);
    if (result == 0) {
        struct address at = gateway_address(service.gateways[0]);
        address_write(rtsp, &at);
        if (service.http) {
            at = http_address(service.http);
            address_write(api, &at);
        }
        log_event(&log, LOG_INFO, "started", "version rtsp api", WEIR_VERSION, rtsp,
                  api[0] ? api : NULL);
    } else {
        fprintf(stderr, "weir: cannot start: %s (the log names the address)\n",
                uv_strerror(result));
        service_stop(&service);
        if (service.stopping > 0)
            uv_run(&loop, UV_RUN_DEFAULT);
    }
    service_run(&service);
    log_event(&log, LOG_INFO, "stopped", "");
    uv_loop_close(&loop);
    return result < 0 ? 1 : 0;
}

static int run(int argc, char **argv)
{
    struct serve_options options = {0};
    struct settings *settings;
    int result = parse(&options, argc, argv);
    if (result != 0)
        return result;
    if (config_load(&settings, options.file, stderr) < 0)
        return 1;
    result = override(settings, &options);
    if (result == 0)
        result = serve(settings);
    config_free(settings);
    return result;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "runs the gateway",
    .usage = "usage: weir serve [-c FILE] [--log-format text|json] [--log-level LEVEL]\n\n"
             "Runs the gateway until SIGTERM or SIGINT; a second signal ends it at once.\n"
             "The log goes to standard output, a line an event.\n\n"
             "  -c, --config FILE    the config file (./weir.yml, else /etc/weir/weir.yml)\n"
             "  --log-format FORMAT  text or json; goes before logFormat of the file\n"
             "  --log-level LEVEL    error, warn, info or debug; goes before logLevel\n",
    .run = run,
};
