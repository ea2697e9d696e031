/* libweir: a packet switch behind sockets.
 *
 * An input socket takes datagrams in, an output socket lets them out, and between them stands an
 * operation: forward at once, or one of your own, that may inspect, drop and rewrite. So a packet
 * changes its kind of address on its way: unicast to multicast, multicast to another multicast,
 * multicast to unicast, unicast to another unicast.
 *
 *     struct weir_loop *loop;
 *     struct weir_input *in;
 *     struct weir_output *out;
 *     struct weir_switch *sw;
 *
 *     weir_loop_new(&loop);
 *     weir_input_new(&in, loop, "udp://@:5000");
 *     weir_output_new(&out, loop, "udp://239.255.1.1:5000?ttl=4");
 *     weir_switch_new(&sw, loop);
 *     weir_switch_set_input(sw, in);
 *     weir_switch_add_output(sw, out);
 *     weir_loop_run(loop);
 *
 * Packets pass bit for bit and in the order they came. They lie on a tape, the last seconds of what
 * came in, from which each output reads at its own pace.
 *
 * Results. 0, or a negative errno; weir_error() then says in words what was wrong with what, and
 * what would be right. Out-parameters stay untouched on failure.
 *
 * Threads. A loop and all that was made for it belong to one thread at a time; several loops may
 * run in several threads. weir_loop_stop() alone may be called from anywhere.
 *
 * Ownership. x_new() makes an object that is yours until x_free(), or until a function that
 * "takes" it has succeeded. x_free() accepts NULL and returns NULL. Free what is yours before its
 * loop.
 *
 * URLs. udp:// are any datagrams on one port; rtp:// are RTP on that port and RTCP on the next. The
 * host is an IPv4 address or an IPv6 address in brackets, never a name; an input's may be missing
 * (udp://@:5000, every interface), and an '@' before it means nothing. Options follow, as
 * ?name=value&name=value; the same names can be set one by one:
 *
 *     iface   of both: the interface, by name or by an address it has. A group is joined or sent
 *             to by it, an input without a host listens at its address, and to a single host
 *             datagrams leave from its address. Without it all goes as the kernel routes it
 *     source  of inputs: who may send, an address; up to four, with commas. A group is joined for
 *             these sources alone (SSM)
 *     ttl     of outputs to a group: how far it goes, 0 (this host) to 255; 1
 *     loop    of outputs to a group: whether programs on this host get it too, yes or no; yes
 *     dscp    of outputs: class of service, 0 to 63; 0
 *
 * ffmpeg's localaddr and sources, and VLC's udp://SOURCE@GROUP:PORT, are understood. */
#ifndef WEIR_SWITCH_H
#define WEIR_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weir_loop;
struct weir_input;
struct weir_output;
struct weir_switch;

/* The library's version: "0.1.0". */
const char *weir_version(void);

/* ---- The loop: waits for packets and moves them, in your thread. */

/* 0; -ENOMEM; -EMFILE. */
int weir_loop_new(struct weir_loop **loop);
struct weir_loop *weir_loop_free(struct weir_loop *loop);
/* Runs until weir_loop_stop(). 0, or a negative errno when the kernel does not let it wait. */
int weir_loop_run(struct weir_loop *loop);
/* Makes weir_loop_run() return, the present one or else the next. May be called from any thread,
 * and in signal handlers. */
void weir_loop_stop(struct weir_loop *loop);

/* Within another program's loop: wait until weir_loop_fd() is readable or weir_loop_wait_ms() have
 * passed, whichever comes first, and call weir_loop_step(). */

/* A descriptor to poll for reading; it stays the loop's. */
int weir_loop_fd(const struct weir_loop *loop);
/* The longest to wait now, in milliseconds; -1: as long as you like. Ask anew before each wait. */
int weir_loop_wait_ms(struct weir_loop *loop);
/* Does what is to be done now, and does not wait. 1 when weir_loop_stop() was called, else 0. */
int weir_loop_step(struct weir_loop *loop);

/* Why the last call for this loop or an object of it that failed did so, in one line without an end
 * of line: "udp://239.1.1.1:5000?iface=eth9: there is no interface eth9; there are: lo, eth0".
 * Empty when none has failed. Lives until the next failure. */
const char *weir_error(const struct weir_loop *loop);

/* ---- What objects count. */

struct weir_counts {
    uint64_t packets; /* inputs: that came; outputs: that left */
    uint64_t bytes;   /* of their payload */
    uint64_t dropped; /* inputs: by the operation; outputs: that the kernel refused to send, or that
                         were overwritten before they could leave */
    uint64_t strays;  /* inputs: from others than the sources; not counted above */
    uint64_t lost;    /* inputs: never came, where that can be known: packets of RTP by its sequence
                         numbers, of an MPEG transport stream by its continuity counters. Can fall:
                         what is late counts as lost meanwhile */
};

/* What an input carries, as far as has been seen. */
enum weir_kind {
    WEIR_DATAGRAMS, /* nothing known of it, or nothing has come yet */
    WEIR_RTP,
    WEIR_MPEGTS /* an MPEG transport stream in plain datagrams */
};

/* ---- The input socket. */

/* Reads the URL; nothing is opened before a switch has the input. 0; -EINVAL; -ENOMEM. */
int weir_input_new(struct weir_input **input, struct weir_loop *loop, const char *url);
/* Of an input that is yours. */
struct weir_input *weir_input_free(struct weir_input *input);
/* Sets an option, before a switch has the input. `source` adds one. 0; -ENOENT: there is no option
 * of this name; -EINVAL: not with this value; -EBUSY: it is open. */
int weir_input_set(struct weir_input *input, const char *name, const char *value);
/* Writes an option's value, as weir_input_set() takes it, and a NUL. 0; -ENOENT; -ENOSPC. */
int weir_input_get(const struct weir_input *input, const char *name, char *value, size_t size);
/* The URL, options and all: for people. Lives as long as the input, until an option is set. */
const char *weir_input_url(const struct weir_input *input);
void weir_input_counts(const struct weir_input *input, struct weir_counts *counts);
enum weir_kind weir_input_kind(const struct weir_input *input);

/* ---- The output socket. */

/* Reads the URL; nothing is opened before a switch has the output. 0; -EINVAL; -ENOMEM. */
int weir_output_new(struct weir_output **output, struct weir_loop *loop, const char *url);
/* One that a switch has leaves it. Not from within an operation. */
struct weir_output *weir_output_free(struct weir_output *output);
/* As weir_input_set(). */
int weir_output_set(struct weir_output *output, const char *name, const char *value);
/* As weir_input_get(). */
int weir_output_get(const struct weir_output *output, const char *name, char *value, size_t size);
/* As weir_input_url(). */
const char *weir_output_url(const struct weir_output *output);
void weir_output_counts(const struct weir_output *output, struct weir_counts *counts);
/* Why the kernel refused the last packet it refused: a negative errno; 0: it has refused none. */
int weir_output_refusal(const struct weir_output *output);

/* ---- Operations. */

enum { WEIR_PACKET_ROOM = 65507 }; /* the largest payload of a UDP datagram over IPv4 */

struct weir_packet {
    uint8_t *data;               /* may be rewritten */
    size_t len;                  /* of the data: may be changed, up to `room`; 0 is legal */
    size_t room;                 /* bytes there are at `data` */
    const struct sockaddr *from; /* who sent it; an IPv4 address may have its form in IPv6 */
    socklen_t from_len;
    int64_t arrived_us; /* microseconds on CLOCK_MONOTONIC */
    bool is_second;     /* it came on the second port: RTCP of rtp:// */
};

enum weir_verdict {
    WEIR_FORWARD,
    WEIR_DROP /* it goes nowhere, and is counted in the input's `dropped` */
};

/* Called for each packet, in the loop's thread. The packet and what it points to live for the call.
 * May read everything, and call weir_loop_stop(); may not free objects of its loop. */
typedef enum weir_verdict (*weir_operation)(void *owner, struct weir_packet *packet);

/* ---- The switch: an input, an operation, outputs. */

/* 0; -ENOMEM; another negative errno. */
int weir_switch_new(struct weir_switch **sw, struct weir_loop *loop);
/* Frees its input and outputs, too. Not from within an operation. */
struct weir_switch *weir_switch_free(struct weir_switch *sw);
/* What each packet passes from now on; NULL is to forward at once, as it is without this call.
 * Borrows `owner`, for the operation. */
void weir_switch_set_operation(struct weir_switch *sw, weir_operation operation, void *owner);
/* Opens the input and, on success, takes it. It is the switch's only one, and comes before the
 * outputs. 0; -EINVAL: the URL makes no sense on this host; -EADDRINUSE: another program has the
 * port; -EADDRNOTAVAIL: this host has no such address; -ENODEV: no such interface; -EBUSY: the
 * switch has an input; another negative errno. */
int weir_switch_set_input(struct weir_switch *sw, struct weir_input *input);
/* Opens the output and, on success, takes it; it begins with the next packet. Any number of outputs
 * may be added, also while packets flow. 0; -ELOOP: what it sends would come in again at the input;
 * -EINVAL: the URL makes no sense, or there is no input yet; -ENODEV; another negative errno. */
int weir_switch_add_output(struct weir_switch *sw, struct weir_output *output);

/* The tape: the last packets that were forwarded, as they left. Packets have numbers that only
 * rise, from 0; those on the tape are [first, end). It holds the last two seconds, but never more
 * than 32 MiB, and of a slow stream more. */
uint64_t weir_switch_tape_first(const struct weir_switch *sw);
uint64_t weir_switch_tape_end(const struct weir_switch *sw);

struct weir_taped {
    const uint8_t *data; /* lives until the loop runs again */
    size_t len;
    int64_t arrived_us;
    bool is_second;
};
/* 0; -ENOENT: this number is not on the tape. */
int weir_switch_tape_packet(const struct weir_switch *sw, uint64_t number,
                            struct weir_taped *packet);

#ifdef __cplusplus
}
#endif

#endif
