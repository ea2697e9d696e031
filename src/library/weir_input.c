#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "library/weir_internal.h"

int weir_input_new(struct weir_input **out, struct weir_loop *loop, const char *url)
{
    struct weir_input *in = calloc(1, sizeof *in);
    if (!in)
        return weir_fail(loop, url, NULL, -ENOMEM);
    in->loop = loop;
    int result = weir_options_parse(&in->url, in->text, MEDIA_OF_INPUT, loop, url);
    if (result < 0) {
        free(in);
        return result;
    }
    *out = in;
    return 0;
}

struct weir_input *weir_input_free(struct weir_input *in)
{
    if (in)
        input_udp_close(in->socket);
    free(in);
    return NULL;
}

int weir_input_set(struct weir_input *in, const char *name, const char *value)
{
    if (in->sw)
        return weir_fail(in->loop, in->text, NULL, -EBUSY);
    return weir_options_set(&in->url, in->text, MEDIA_OF_INPUT, in->loop, name, value);
}

int weir_input_get(const struct weir_input *in, const char *name, char *value, size_t size)
{
    return weir_options_get(&in->url, MEDIA_OF_INPUT, in->loop, in->text, name, value, size);
}

const char *weir_input_url(const struct weir_input *in)
{
    return in->text;
}

void weir_input_counts(const struct weir_input *in, struct weir_counts *counts)
{
    *counts = in->counts;
    counts->lost = loss_meter_lost(&in->meter);
}

enum weir_kind weir_input_kind(const struct weir_input *in)
{
    switch (in->meter.kind) {
    case LOSS_RTP:
        return WEIR_RTP;
    case LOSS_MPEGTS:
        return WEIR_MPEGTS;
    default:
        return WEIR_DATAGRAMS;
    }
}

static void on_packet(void *owner, bool is_second, struct span packet, const struct address *from)
{
    struct weir_input *in = owner;
    int64_t now_us = clock_now_us();
    in->counts.packets++;
    in->counts.bytes += packet.len;
    if (!is_second)
        loss_meter_packet(&in->meter, packet, now_us);
    weir_switch_receive(in->sw, is_second, packet, from, now_us);
}

static void on_drained(void *owner)
{
    struct weir_input *in = owner;
    weir_switch_send(in->sw);
}

static void on_stray(void *owner)
{
    struct weir_input *in = owner;
    in->counts.strays++;
}

static const struct input_udp_ops socket_ops = {
    .packet = on_packet, .drained = on_drained, .stray = on_stray};

int weir_input_open(struct weir_input *in, struct weir_switch *sw)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    struct weir_loop *loop = in->loop;
    int result = media_place_input(&in->place, &in->url, &complaint);
    if (result == 0) {
        result = input_udp_new(&in->socket, loop->uv, &in->place, loop->inbox, &socket_ops, in);
        if (result < 0)
            media_place_explain(&complaint, &in->url, result);
    }
    if (result < 0)
        return weir_fail(loop, in->text, &complaint, result);
    in->sw = sw;
    return 0;
}

/* By a new socket: one that is bound to a group of one link stays with the interface that is gone.
 */
void weir_input_follow(struct weir_input *in)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    struct input_udp_place place;
    struct input_udp *socket;
    if (!in->url.is_group || media_place_input(&place, &in->url, &complaint) < 0 ||
        place.interface == in->place.interface ||
        input_udp_new(&socket, in->loop->uv, &place, in->loop->inbox, &socket_ops, in) < 0)
        return;
    input_udp_close(in->socket);
    in->socket = socket;
    in->place = place;
}
