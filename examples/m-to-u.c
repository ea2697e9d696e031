/* Multicast to unicast: a group is brought to hosts that it does not reach. Each is an output of
 * its own on one input; the group is received once.
 *
 *     m-to-u GROUP:PORT INTERFACE HOST:PORT...
 *     m-to-u 239.255.1.1:5001 eth0 192.0.2.7:5000 192.0.2.8:5000 */
#include <signal.h>
#include <stdio.h>
#include <weir/switch.h>

static struct weir_loop *loop;

static void stop(int number)
{
    (void)number;
    weir_loop_stop(loop);
}

static int add_host(struct weir_switch *sw, const char *host)
{
    struct weir_output *out;
    char url[128];
    snprintf(url, sizeof url, "udp://%s", host);
    if (weir_output_new(&out, loop, url) < 0)
        return -1;
    return weir_switch_add_output(sw, out);
}

int main(int argc, char **argv)
{
    struct weir_input *in;
    struct weir_switch *sw;
    char url[128];

    if (argc < 4 || weir_loop_new(&loop) < 0)
        return fprintf(stderr, "usage: m-to-u GROUP:PORT INTERFACE HOST:PORT...\n"), 2;
    snprintf(url, sizeof url, "udp://@%s", argv[1]);

    /* Options have names, in the URL or one by one. They are set before the switch opens it. */
    if (weir_input_new(&in, loop, url) < 0 || weir_input_set(in, "iface", argv[2]) < 0 ||
        weir_switch_new(&sw, loop) < 0 || weir_switch_set_input(sw, in) < 0)
        return fprintf(stderr, "m-to-u: %s\n", weir_error(loop)), 1;
    for (int i = 3; i < argc; i++)
        if (add_host(sw, argv[i]) < 0)
            return fprintf(stderr, "m-to-u: %s\n", weir_error(loop)), 1;

    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    puts("running"), fflush(stdout);
    weir_loop_run(loop);
    weir_switch_free(sw);
    weir_loop_free(loop);
    return 0;
}
