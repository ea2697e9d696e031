/* A running gateway with its API: what `serve` and `demo` have in common. One thread. */
#ifndef WEIR_DAEMON_SERVICE_H
#define WEIR_DAEMON_SERVICE_H

#include "admin/http.h"
#include "gateway/gateway.h"

struct service {
    uv_loop_t *loop;
    struct gateway *gateways[2]; /* NULL: not there */
    struct http *http;
    uv_signal_t terminate, interrupt;
    int stopping; /* gateways that have not stopped yet */
    bool is_stopping;
};

/* SIGTERM and SIGINT end the service politely; a second one at once. Raises the soft limit of open
 * files to the hard one and ignores SIGPIPE. Zeroes the service. */
void service_init(struct service *service, uv_loop_t *loop);
/* Runs the loop until the service has ended, and frees the gateways. */
void service_run(struct service *service);
/* Ends it as SIGTERM does. */
void service_stop(struct service *service);

#endif
