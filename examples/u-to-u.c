/* Unicast to another unicast, within a program that has a loop of its own: here it is poll(), which
 * also looks at standard input. Enter shows the newest packet on the tape; end of file ends it.
 *
 *     u-to-u udp://@:5000 udp://192.0.2.7:5000 */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include <weir/switch.h>

static void show_newest(const struct weir_switch *sw)
{
    struct weir_taped packet;
    uint64_t end = weir_switch_tape_end(sw);
    if (end == 0 || weir_switch_tape_packet(sw, end - 1, &packet) < 0)
        printf("the tape is empty\n");
    else
        printf("packet %llu has %zu bytes\n", (unsigned long long)end - 1, packet.len);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct weir_loop *loop;
    struct weir_input *in;
    struct weir_output *out;
    struct weir_switch *sw;
    char line[64];
    int is_over = 0;

    if (argc < 3 || weir_loop_new(&loop) < 0)
        return fprintf(stderr, "usage: u-to-u INPUT OUTPUT\n"), 2;
    if (weir_input_new(&in, loop, argv[1]) < 0 || weir_output_new(&out, loop, argv[2]) < 0 ||
        weir_switch_new(&sw, loop) < 0 || weir_switch_set_input(sw, in) < 0 ||
        weir_switch_add_output(sw, out) < 0)
        return fprintf(stderr, "u-to-u: %s\n", weir_error(loop)), 1;
    puts("running"), fflush(stdout);

    while (!is_over) {
        struct pollfd polled[] = {{weir_loop_fd(loop), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        poll(polled, 2, weir_loop_wait_ms(loop));
        is_over = weir_loop_step(loop);
        if (polled[1].revents) {
            if (read(STDIN_FILENO, line, sizeof line) > 0)
                show_newest(sw);
            else
                is_over = 1;
        }
    }
    weir_switch_free(sw);
    weir_loop_free(loop);
    return 0;
}
