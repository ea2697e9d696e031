#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "library/weir_internal.h"
#include "net/udp_bind.h"

int weir_output_new(struct weir_output **output, struct weir_loop *loop, const char *url)
{
    struct weir_output *out = calloc(1, sizeof *out);
    if (!out)
        return weir_fail(loop, url, NULL, -ENOMEM);
    out->loop = loop;
    int result = weir_options_parse(&out->url, out->text, MEDIA_OF_OUTPUT, loop, url);
    if (result < 0) {
        free(out);
        return result;
    }
    *output = out;
    return 0;
}

static void close_sockets(struct weir_output *out)
{
    out->output = output_free(out->output);
    for (int i = 0; i < 2; i++)
        out->sockets[i] = udp_socket_close(out->sockets[i]);
}

struct weir_output *weir_output_free(struct weir_output *out)
{
    if (out && out->sw) {
        packet_switch_leave(out->sw->sw, out->output);
        DL_DELETE(out->sw->outputs, out);
    }
    if (out)
        close_sockets(out);
    free(out);
    return NULL;
}

int weir_output_set(struct weir_output *out, const char *name, const char *value)
{
    if (out->sw)
        return weir_fail(out->loop, out->text, NULL, -EBUSY);
    return weir_options_set(&out->url, out->text, MEDIA_OF_OUTPUT, out->loop, name, value);
}

int weir_output_get(const struct weir_output *out, const char *name, char *value, size_t size)
{
    return weir_options_get(&out->url, MEDIA_OF_OUTPUT, out->loop, out->text, name, value, size);
}

const char *weir_output_url(const struct weir_output *out)
{
    return out->text;
}

void weir_output_counts(const struct weir_output *out, struct weir_counts *counts)
{
    const struct output *o = out->output;
    *counts = (struct weir_counts){0};
    if (o)
        *counts = (struct weir_counts){
            .packets = o->packets, .bytes = o->bytes, .dropped = o->refused + o->cursor.skipped};
}

int weir_output_refusal(const struct weir_output *out)
{
    return out->output ? out->output->refusal : 0;
}

/* What comes back to an output is of no use to anybody. */
static void ignore_datagram(void *owner, struct span data, const struct address *from)
{
    (void)owner;
    (void)data;
    (void)from;
}

static void ignore_drained(void *owner)
{
    (void)owner;
}

static const struct udp_socket_ops socket_ops = {.datagram = ignore_datagram,
                                                 .drained = ignore_drained};

static int prepare(int fd, const struct output_place *place)
{
    bool is_ipv6 = address_is_ipv6(&place->to);
    int result = place->is_group ? multicast_send_by(fd, is_ipv6, &place->way) : 0;
    if (result == 0 && place->dscp > 0)
        result = udp_set_class(fd, is_ipv6, place->dscp);
    return result;
}

static int open_sockets(struct weir_output *out)
{
    struct address local = out->place.local;
    int fds[2] = {-1, -1}, result = 0;
    if (out->place.is_pair) {
        result = udp_bind_pair(fds, &local, false);
    } else {
        fds[0] = udp_bind(&local, false);
        result = fds[0] < 0 ? fds[0] : 0;
    }
    for (int i = 0; i < 2 && fds[i] >= 0; i++) {
        if (result == 0)
            result = prepare(fds[i], &out->place);
        if (result < 0)
            close(fds[i]);
        else
            result = udp_socket_new(&out->sockets[i], out->loop->uv, fds[i], out->loop->inbox,
                                    &socket_ops, out);
    }
    return result;
}

static int aim(struct weir_output *out)
{
    struct udp_target rtp = {.to = out->place.to}, rtcp = rtp;
    int result = 0;
    for (unsigned i = 0; (i == 0 || i < out->track_count) && result == 0; i++) {
        unsigned port = address_port(&out->place.to) + 2 * i;
        address_set_port(&rtp.to, (uint16_t)port);
        address_set_port(&rtcp.to, (uint16_t)(port + 1));
        result = port < 65535 || i == 0 ? output_udp_add(out->output, i, &rtp, &rtcp) : -ERANGE;
    }
    return result;
}

static int open_output(struct weir_output *out)
{
    int result = open_sockets(out);
    if (result == 0)
        result = output_udp_new(&out->output, out->sockets[0], out->sockets[1], 0);
    if (result == 0)
        result = aim(out);
    if (result < 0)
        close_sockets(out);
    return result;
}

int weir_output_open_alone(struct weir_output *out, unsigned tracks)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    int result = media_place_output(&out->place, &out->url, &complaint);
    if (result == 0) {
        out->track_count = tracks;
        result = open_output(out);
        if (result < 0)
            media_place_explain(&complaint, &out->url, result);
    }
    return result < 0 ? weir_fail(out->loop, out->text, &complaint, result) : 0;
}

int weir_output_open(struct weir_output *out, struct weir_switch *sw)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    int result = media_place_output(&out->place, &out->url, &complaint);
    if (result == 0 && media_place_is_loop(&sw->input->place, &out->place)) {
        writer_format(&complaint, "what goes there comes in again at %s: choose another %s",
                      sw->input->text, out->place.is_group ? "group or interface" : "port");
        result = -ELOOP;
    }
    if (result == 0) {
        result = open_output(out);
        if (result < 0)
            media_place_explain(&complaint, &out->url, result);
    }
    if (result < 0)
        return weir_fail(out->loop, out->text, &complaint, result);
    out->sw = sw;
    packet_switch_join_at(sw->sw, out->output, tape_end(packet_switch_tape(sw->sw)),
                          clock_now_us());
    DL_APPEND(sw->outputs, out);
    return 0;
}

void weir_output_follow(struct weir_output *out)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    struct output_place place;
    if (!out->place.is_group || media_place_output(&place, &out->url, &complaint) < 0 ||
        place.way.interface == out->place.way.interface)
        return;
    for (int i = 0; i < 2 && out->sockets[i]; i++)
        prepare(udp_socket_fd(out->sockets[i]), &place);
    out->place = place;
    aim(out); /* addresses of IPv6 may hold the interface, too */
}
