/* Unicast to multicast: what comes in on a port goes out to a group.
 *
 *     u-to-m [PORT [GROUP:PORT]]
 *     ffmpeg -re -i film.ts -c copy -f mpegts udp://127.0.0.1:5000    feeds it
 *     ffplay udp://@239.255.1.1:5001                                  watches, anywhere, often */
#include <signal.h>
#include <stdio.h>
#include <weir/switch.h>

static struct weir_loop *loop;

static void stop(int number)
{
    (void)number;
    weir_loop_stop(loop); /* may be called anywhere, here too */
}

static int fail(void)
{
    fprintf(stderr, "u-to-m: %s\n", loop ? weir_error(loop) : "no memory");
    return 1;
}

int main(int argc, char **argv)
{
    struct weir_input *in;
    struct weir_output *out;
    struct weir_switch *sw;
    char from[128], to[128];

    snprintf(from, sizeof from, "udp://@:%s", argc > 1 ? argv[1] : "5000");
    snprintf(to, sizeof to, "udp://%s", argc > 2 ? argv[2] : "239.255.1.1:5001");

    /* An input socket and an output socket. Nothing is open yet. */
    if (weir_loop_new(&loop) < 0 || weir_input_new(&in, loop, from) < 0 ||
        weir_output_new(&out, loop, to) < 0)
        return fail();

    /* A switch between them. It opens what it is given, and owns it from then on. No operation is
     * named, so each packet is forwarded at once. */
    if (weir_switch_new(&sw, loop) < 0 || weir_switch_set_input(sw, in) < 0 ||
        weir_switch_add_output(sw, out) < 0)
        return fail();

    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    printf("%s -> %s\n", weir_input_url(in), weir_output_url(out));
    fflush(stdout);
    weir_loop_run(loop);
    weir_switch_free(sw);
    weir_loop_free(loop);
    return 0;
}
