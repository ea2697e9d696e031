#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <weir/switch.h>

#include "base/clock.h"
#include "base/writer.h"
#include "daemon/command.h"
#include "daemon/units.h"

enum {
    TERMINAL_S = 1, /* a line that is rewritten in place */
    PIPE_S = 5,     /* a line below the other */
    LINE = 1024,
};

struct live {
    struct weir_loop *loop;
    struct weir_input *in;
    struct weir_switch *sw;
    struct weir_output **outs;
    size_t out_count;
    bool is_terminal;
    int64_t period_us;
    int64_t began_us, shown_us;
    uint64_t shown_bytes; /* that had come by then */
};

/* Somebody who stops reading what we print must not stop the packets. A pipe that can be written to
 * takes a line whole. */
static void print(const struct writer *line)
{
    struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
    if (poll(&out, 1, 0) == 1 && out.revents & POLLOUT)
        (void)!write(STDOUT_FILENO, line->buf, line->len);
}

static void write_input(struct writer *w, const struct live *l, uint64_t bps)
{
    static const char *const kinds[] = {
        [WEIR_DATAGRAMS] = "", [WEIR_RTP] = "RTP ", [WEIR_MPEGTS] = "MPEG-TS "};
    enum weir_kind kind = weir_input_kind(l->in);
    struct weir_counts in;
    char rate[UNITS_TEXT];

    weir_input_counts(l->in, &in);
    writer_format(w, "in %" PRIu64 " packets, %s", in.packets, units_write_bps(rate, bps));
    if (kind != WEIR_DATAGRAMS)
        writer_format(w, ", lost %" PRIu64 " %spackets", in.lost, kinds[kind]);
    if (in.strays > 0)
        writer_format(w, ", %" PRIu64 " from others", in.strays);
}

/* All outputs together, and why one of them does not send. */
static void write_outputs(struct writer *w, const struct live *l)
{
    uint64_t packets = 0, dropped = 0;
    int refusal = 0;
    for (size_t i = 0; i < l->out_count; i++) {
        struct weir_counts out;
        weir_output_counts(l->outs[i], &out);
        packets += out.packets;
        dropped += out.dropped;
        if (refusal == 0)
            refusal = weir_output_refusal(l->outs[i]);
    }
    writer_format(w, "; out %" PRIu64 " packets", packets);
    if (dropped > 0)
        writer_format(w, ", %" PRIu64 " not sent (%s)", dropped,
                      refusal < 0 ? strerror(-refusal) : "too slow");
}

static void show(struct live *l, int64_t now_us)
{
    uint8_t bytes[LINE];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct weir_counts in;
    int64_t passed_us = now_us - l->shown_us;

    weir_input_counts(l->in, &in);
    uint64_t bits = (in.bytes - l->shown_bytes) * 8;
    l->shown_bytes = in.bytes;
    l->shown_us = now_us;
    writer_text(&w, l->is_terminal ? "\r\033[K  " : "");
    write_input(&w, l, passed_us > 0 ? bits * (uint64_t)CLOCK_SECOND_US / (uint64_t)passed_us : 0);
    write_outputs(&w, l);
    writer_text(&w, l->is_terminal ? "" : "\n");
    print(&w);
}

static void show_totals(const struct live *l, int64_t now_us)
{
    uint8_t bytes[LINE];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct weir_counts in;
    char passed[UNITS_TEXT];
    int64_t passed_us = now_us - l->began_us;

    weir_input_counts(l->in, &in);
    writer_format(&w, "%stotal in %s: ", l->is_terminal ? "\r\033[K" : "",
                  units_write_seconds(passed, (double)passed_us / (double)CLOCK_SECOND_US));
    write_input(&w, l,
                passed_us > 0 ? in.bytes * 8 * (uint64_t)CLOCK_SECOND_US / (uint64_t)passed_us : 0);
    write_outputs(&w, l);
    writer_text(&w, "\n");
    print(&w);
}

static void show_way(const struct live *l)
{
    uint8_t bytes[LINE];
    struct writer w = writer_of(bytes, sizeof bytes);
    writer_text(&w, weir_input_url(l->in));
    for (size_t i = 0; i < l->out_count; i++)
        writer_format(&w, "%s%s", i > 0 ? ", " : " -> ", weir_output_url(l->outs[i]));
    writer_text(&w, "\n");
    print(&w);
}

/* Until SIGINT or SIGTERM comes, which are blocked. */
static void run_live(struct live *l, int signals)
{
    bool is_over = false;
    show_way(l);
    l->began_us = l->shown_us = clock_now_us();
    while (!is_over) {
        struct pollfd polled[] = {{weir_loop_fd(l->loop), POLLIN, 0}, {signals, POLLIN, 0}};
        int64_t due_us = l->shown_us + l->period_us - clock_now_us();
        int64_t due_ms = due_us > 0 ? due_us / CLOCK_MS_US + 1 : 0;
        int wait_ms = weir_loop_wait_ms(l->loop);
        if (wait_ms < 0 || wait_ms > due_ms)
            wait_ms = (int)due_ms;
        poll(polled, 2, wait_ms);
        is_over = weir_loop_step(l->loop) || polled[1].revents;
        if (clock_now_us() - l->shown_us >= l->period_us)
            show(l, clock_now_us());
    }
    show_totals(l, clock_now_us());
}

/* 0 or a negative errno, with the loop's error. */
static int open_all(struct live *l, char **urls, size_t count)
{
    int result = weir_input_new(&l->in, l->loop, urls[0]);
    if (result == 0)
        result = weir_switch_new(&l->sw, l->loop);
    if (result == 0)
        result = weir_switch_set_input(l->sw, l->in);
    if (result < 0) {
        l->in = weir_input_free(l->in);
        return result;
    }
    for (size_t i = 1; i < count && result == 0; i++) {
        struct weir_output *out = NULL;
        result = weir_output_new(&out, l->loop, urls[i]);
        if (result == 0)
            result = weir_switch_add_output(l->sw, out);
        if (result == 0)
            l->outs[l->out_count++] = out;
        else
            weir_output_free(out);
    }
    return result;
}

static int run_switch(struct live *l, char **urls, size_t count)
{
    sigset_t ends;
    int result = weir_loop_new(&l->loop);
    if (result < 0) {
        fprintf(stderr, "weir switch: %s\n", strerror(-result));
        return 1;
    }
    result = open_all(l, urls, count);
    if (result == 0) {
        sigemptyset(&ends);
        sigaddset(&ends, SIGINT);
        sigaddset(&ends, SIGTERM);
        sigprocmask(SIG_BLOCK, &ends, NULL);
        signal(SIGPIPE, SIG_IGN);
        int signals = signalfd(-1, &ends, SFD_CLOEXEC);
        run_live(l, signals);
        close(signals);
    } else {
        fprintf(stderr, "weir switch: %s\n", weir_error(l->loop));
    }
    weir_switch_free(l->sw);
    weir_loop_free(l->loop);
    return result == 0 ? 0 : result == -EINVAL || result == -ELOOP ? 2 : 1;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"interval", required_argument, NULL, 'i'}, {0}};
    struct live l = {.is_terminal = isatty(STDOUT_FILENO)};
    uint64_t seconds = l.is_terminal ? TERMINAL_S : PIPE_S;
    int c;

    while ((c = getopt_long(argc, argv, "i:", options, NULL)) != -1) {
        if (c != 'i')
            return command_complain(&command_switch, argc, argv);
        if (span_parse_uint(&seconds, span_text(optarg), 86400) < 0 || seconds == 0) {
            fprintf(stderr, "weir switch: --interval is a number of seconds from 1 to 86400\n");
            return 2;
        }
    }
    if (argc - optind < 2) {
        fprintf(stderr, "weir switch: name an input and an output, as in\n"
                        "  weir switch udp://@:5000 udp://239.255.1.1:5001\n");
        return 2;
    }
    l.period_us = (int64_t)seconds * CLOCK_SECOND_US;
    l.outs = calloc((size_t)argc, sizeof(struct weir_output *));
    int result = l.outs ? run_switch(&l, &argv[optind], (size_t)(argc - optind)) : 1;
    free(l.outs);
    return result;
}

const struct command command_switch = {
    .name = "switch",
    .summary = "forwards datagrams between unicast and multicast, bit for bit",
    .usage =
        "usage: weir switch [-i SECONDS] INPUT OUTPUT [OUTPUT...]\n\n"
        "Forwards each datagram that comes in to every output, until SIGINT or SIGTERM. A line\n"
        "tells packets, bit rate, and loss where the stream shows it (RTP, MPEG-TS).\n\n"
        "  udp://@:5000                    a port of this host, as an input\n"
        "  udp://192.0.2.7:5000            a host, as an output; an address of this host, as an "
        "input\n"
        "  udp://239.255.1.1:5000          a group, either way\n"
        "  rtp://239.255.1.1:5004          RTP on this port and RTCP on the next\n"
        "  udp://[ff15::1]:5000            IPv6\n\n"
        "Options stand behind the port: udp://239.255.1.1:5000?iface=eth1&ttl=4\n\n"
        "  iface=eth1           the interface of a group: its name or an address of it\n"
        "  source=192.0.2.7     inputs: who may send; of a group, only this source is joined\n"
        "  ttl=4                outputs to groups: routers to pass, and one; 0: this host (1)\n"
        "  loop=no              outputs to groups: programs of this host do not get it (yes)\n"
        "  dscp=34              outputs: class of service (0)\n\n"
        "  -i, --interval SECONDS   between two lines (1 on a terminal, else 5)\n\n"
        "Exit status: 0 ended by a signal, 1 a failure, 2 arguments that make no sense.\n",
    .run = run,
};
