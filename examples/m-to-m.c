/* Multicast to another multicast, with an operation of its own: of RTP, packets of one payload type
 * go on, with a mark of ours; all others are dropped. So it looks, drops and rewrites.
 *
 *     m-to-m 'rtp://@239.255.1.1:5004?iface=eth0' 'rtp://239.255.2.1:5004?iface=eth1' 96 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <weir/switch.h>

static struct weir_loop *loop;

static void stop(int number)
{
    (void)number;
    weir_loop_stop(loop);
}

/* The operation. RTP's second byte is a marker bit and the payload type, its bytes 8 to 11 name the
 * source. RTCP, on the second port, speaks of the source as it was: it stays here. */
static enum weir_verdict choose(void *owner, struct weir_packet *packet)
{
    const int *type = owner;
    if (packet->is_second || packet->len < 12 || (packet->data[1] & 0x7f) != *type)
        return WEIR_DROP;
    packet->data[8] = 'w';
    return WEIR_FORWARD;
}

int main(int argc, char **argv)
{
    struct weir_input *in;
    struct weir_output *out;
    struct weir_switch *sw;
    struct weir_counts counts;
    int type = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 33;

    if (argc < 3 || weir_loop_new(&loop) < 0)
        return fprintf(stderr, "usage: m-to-m INPUT OUTPUT [TYPE]\n"), 2;
    if (weir_input_new(&in, loop, argv[1]) < 0 || weir_output_new(&out, loop, argv[2]) < 0 ||
        weir_switch_new(&sw, loop) < 0 || weir_switch_set_input(sw, in) < 0 ||
        weir_switch_add_output(sw, out) < 0)
        return fprintf(stderr, "m-to-m: %s\n", weir_error(loop)), 1;

    weir_switch_set_operation(sw, choose, &type);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    puts("running"), fflush(stdout);
    weir_loop_run(loop);
    weir_input_counts(in, &counts);
    printf("%llu came, %llu were dropped\n", (unsigned long long)counts.packets,
           (unsigned long long)counts.dropped);
    weir_switch_free(sw);
    weir_loop_free(loop);
    return 0;
}
