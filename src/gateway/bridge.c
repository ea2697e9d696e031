#include "gateway/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/bridge_internal.h"

static struct log *log_of_bridge(struct bridge *b)
{
    return bridges_gateway(b->bridges)->log;
}

void bridge_fail(struct bridge *b, struct bridge_effort *effort, const char *reason, int64_t now_us)
{
    bool is_news = strncmp(effort->reason, reason, sizeof effort->reason - 1) != 0;
    snprintf(effort->reason, sizeof effort->reason, "%s", reason);
    effort->retry_us = now_us + backoff_next_us(&effort->backoff, random_jitter());
    log_event(log_of_bridge(b), is_news ? LOG_WARN : LOG_DEBUG, "bridge_failed", "bridge reason",
              b->settings->name, effort->reason);
}

void bridge_succeed(struct bridge *b, struct bridge_effort *effort, const char *url)
{
    bool is_news = effort->reason[0] != '\0';
    *effort = (struct bridge_effort){.retry_us = INT64_MAX};
    if (is_news)
        log_event(log_of_bridge(b), LOG_INFO, "bridge_recovered", "bridge url", b->settings->name,
                  url);
}

static void add(struct weir_counts *sum, const struct weir_counts *more)
{
    sum->packets += more->packets;
    sum->bytes += more->bytes;
    sum->dropped += more->dropped;
    sum->strays += more->strays;
    sum->lost += more->lost;
}

struct weir_counts bridge_in_counts(const struct bridge *b)
{
    struct weir_counts counts = b->past, now = {0};
    if (b->input)
        weir_input_counts(b->input, &now);
    add(&counts, &now);
    return counts;
}

struct weir_counts bridge_out_counts(const struct bridge_output *o)
{
    struct weir_counts counts = o->past, now = {0};
    if (o->output)
        weir_output_counts(o->output, &now);
    add(&counts, &now);
    return counts;
}

static void close_all(struct bridge *b)
{
    bridge_feed_close(b);
    for (size_t i = 0; i < b->settings->output_count; i++) {
        struct bridge_output *o = &b->outputs[i];
        o->past = bridge_out_counts(o);
        o->output = NULL;
        o->opening = (struct bridge_effort){.retry_us = INT64_MAX};
    }
    b->past = bridge_in_counts(b);
    b->input = NULL;
    b->sw = weir_switch_free(b->sw);
}

/* 0 or a negative errno, with the loop's error set. */
static int try_input(struct bridge *b)
{
    struct weir_loop *loop = bridges_loop(b->bridges);
    struct weir_switch *sw;
    struct weir_input *input = NULL;
    int result = weir_switch_new(&sw, loop);
    if (result < 0)
        return result;
    result = weir_input_new(&input, loop, b->settings->input.text);
    if (result == 0)
        result = weir_switch_set_input(sw, input);
    if (result < 0) {
        weir_input_free(input);
        weir_switch_free(sw);
        return result;
    }
    b->sw = sw;
    b->input = input;
    return 0;
}

static void open_input(struct bridge *b, int64_t now_us)
{
    if (try_input(b) < 0) {
        bridge_fail(b, &b->opening, weir_error(bridges_loop(b->bridges)), now_us);
        return;
    }
    bridge_succeed(b, &b->opening, b->settings->input.text);
    log_event(log_of_bridge(b), LOG_INFO, "bridge_opened", "bridge input", b->settings->name,
              b->settings->input.text);
}

static void open_output(struct bridge_output *o, int64_t now_us)
{
    struct bridge *b = o->bridge;
    struct weir_output *output = NULL;
    int result = weir_output_new(&output, bridges_loop(b->bridges), o->end->text);
    if (result == 0)
        result = b->stream ? bridge_feed_open_output(o, output, now_us)
                           : weir_switch_add_output(b->sw, output);
    if (result < 0) {
        weir_output_free(output);
        bridge_fail(b, &o->opening, weir_error(bridges_loop(b->bridges)), now_us);
        return;
    }
    o->output = output;
    bridge_succeed(b, &o->opening, o->end->text);
}

static bool is_due(const struct bridge_effort *effort, int64_t now_us)
{
    return !effort->reason[0] || effort->retry_us <= now_us;
}

void bridge_settle(struct bridge *b, int64_t now_us)
{
    bool is_wanted = bridge_is_wanted(b);
    bool is_open = b->sw || b->stream;
    if (is_wanted && !is_open && is_due(&b->opening, now_us)) {
        if (b->settings->path[0])
            bridge_feed_open(b, now_us);
        else
            open_input(b, now_us);
    }
    if (!is_wanted && (is_open || b->wait.stream)) {
        close_all(b);
        log_event(log_of_bridge(b), LOG_INFO, "bridge_closed", "bridge input reason",
                  b->settings->name, b->settings->input.text, "nobody has joined");
    }
    for (size_t i = 0; i < b->settings->output_count && (b->sw || b->stream); i++)
        if (!b->outputs[i].output && is_due(&b->outputs[i].opening, now_us))
            open_output(&b->outputs[i], now_us);
}

int bridge_new(struct bridge **out, struct bridges *bridges, const struct bridge_settings *settings)
{
    struct bridge *b = calloc(1, sizeof *b);
    int64_t now_us = clock_now_us();
    if (!b)
        return -ENOMEM;
    *b = (struct bridge){.bridges = bridges, .settings = settings};
    b->outputs = calloc(settings->output_count, sizeof *b->outputs);
    if (!b->outputs) {
        free(b);
        return -ENOMEM;
    }
    for (size_t i = 0; i < settings->output_count; i++) {
        b->outputs[i].bridge = b;
        b->outputs[i].end = &settings->outputs[i];
        bridge_output_watch(&b->outputs[i], now_us);
    }
    if (!settings->path[0]) /* there are no streams yet: the first tick looks for them */
        bridge_settle(b, now_us);
    *out = b;
    return 0;
}

struct bridge *bridge_free(struct bridge *b)
{
    if (!b)
        return NULL;
    for (size_t i = 0; i < b->settings->output_count; i++)
        link_members_unwatch(&b->outputs[i].watch);
    close_all(b);
    free(b->outputs);
    free(b);
    return NULL;
}

static void measure(struct rate *rate, uint64_t *rated, uint64_t bytes, int64_t now_us)
{
    rate_add(rate, now_us, bytes - *rated);
    *rated = bytes;
}

void bridge_tick(struct bridge *b, int64_t now_us)
{
    measure(&b->rate, &b->rated_bytes, bridge_in_counts(b).bytes, now_us);
    for (size_t i = 0; i < b->settings->output_count; i++) {
        struct bridge_output *o = &b->outputs[i];
        measure(&o->rate, &o->rated_bytes, bridge_out_counts(o).bytes, now_us);
        if (is_due(&o->watching, now_us))
            bridge_output_watch(o, now_us);
    }
    bridge_settle(b, now_us);
}

/* What has failed may succeed now. */
void bridge_follow(struct bridge *b, int64_t now_us)
{
    b->opening.retry_us = now_us;
    bridge_input_follow(b, now_us);
    for (size_t i = 0; i < b->settings->output_count; i++) {
        b->outputs[i].opening.retry_us = now_us;
        bridge_output_follow(&b->outputs[i], now_us);
    }
    bridge_settle(b, now_us);
}
