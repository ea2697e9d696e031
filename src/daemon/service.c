#include "daemon/service.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void on_gateway_stopped(void *arg)
{
    struct service *s = arg;
    if (--s->stopping == 0)
        uv_stop(s->loop); /* a name that is being looked up in a thread is not waited for */
}

void service_stop(struct service *s)
{
    if (s->is_stopping)
        return;
    s->is_stopping = true;
    s->http = http_close(s->http);
    for (int i = 0; i < 2; i++)
        s->stopping += s->gateways[i] != NULL;
    for (int i = 0; i < 2; i++)
        if (s->gateways[i])
            gateway_stop(s->gateways[i], on_gateway_stopped, s);
    if (s->stopping == 0)
        uv_stop(s->loop);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct service *s = signal->data;
    if (s->is_stopping)
        _exit(128 + number);
    service_stop(s);
}

static void watch(struct service *s, uv_signal_t *handle, int number)
{
    uv_signal_init(s->loop, handle);
    handle->data = s;
    uv_signal_start(handle, on_signal, number);
}

void service_init(struct service *s, uv_loop_t *loop)
{
    struct rlimit files;
    memset(s, 0, sizeof *s);
    s->loop = loop;
    signal(SIGPIPE, SIG_IGN);
    /* Names are looked up in libuv's threads, of which there are four: a few origins behind a dead
     * DNS server would keep all others waiting. Read once, before the first look-up. */
    setenv("UV_THREADPOOL_SIZE", "64", 0);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    watch(s, &s->terminate, SIGTERM);
    watch(s, &s->interrupt, SIGINT);
}

void service_run(struct service *s)
{
    if (!s->is_stopping)
        uv_run(s->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&s->terminate, NULL);
    uv_close((uv_handle_t *)&s->interrupt, NULL);
    uv_run(s->loop, UV_RUN_NOWAIT);
    for (int i = 0; i < 2; i++)
        s->gateways[i] = gateway_free(s->gateways[i]);
}
