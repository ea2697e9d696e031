#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "library/weir_internal.h"

static const uint64_t tape_limit = 32 * 1024 * 1024;

void weir_switch_follow(struct weir_switch *sw)
{
    struct weir_output *out;
    if (sw->input)
        weir_input_follow(sw->input);
    DL_FOREACH(sw->outputs, out)
    weir_output_follow(out);
}

int weir_switch_new(struct weir_switch **out, struct weir_loop *loop)
{
    static const struct input_track track = {
        .codec = CODEC_OTHER, .clock_rate = 90000, .form = INPUT_OPAQUE};
    struct weir_switch *sw = calloc(1, sizeof *sw);
    if (!sw)
        return weir_fail(loop, "a switch", NULL, -ENOMEM);
    int result = packet_switch_new(&sw->sw, &track, 1, tape_limit);
    if (result < 0) {
        free(sw);
        return weir_fail(loop, "a switch", NULL, result);
    }
    uv_timer_init(loop->uv, &sw->timer);
    sw->timer.data = sw;
    sw->timer_us = INT64_MAX;
    sw->loop = loop;
    DL_APPEND(loop->switches, sw);
    loop->is_changed = true;
    *out = sw;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct weir_switch *weir_switch_free(struct weir_switch *sw)
{
    if (!sw)
        return NULL;
    while (sw->outputs)
        weir_output_free(sw->outputs);
    weir_input_free(sw->input);
    packet_switch_free(sw->sw);
    DL_DELETE(sw->loop->switches, sw);
    uv_close((uv_handle_t *)&sw->timer, on_closed);
    return NULL;
}

void weir_switch_set_operation(struct weir_switch *sw, weir_operation operation, void *owner)
{
    sw->operation = operation;
    sw->owner = owner;
}

static int refuse(struct weir_switch *sw, const char *url, int result, const char *text)
{
    uint8_t words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    writer_text(&complaint, text);
    return weir_fail(sw->loop, url, &complaint, result);
}

int weir_switch_set_input(struct weir_switch *sw, struct weir_input *in)
{
    if (sw->input)
        return refuse(sw, in->text, -EBUSY, "a switch has one input, and this one has it already");
    if (in->sw)
        return refuse(sw, in->text, -EBUSY, "another switch has this input");
    int result = weir_input_open(in, sw);
    if (result == 0)
        sw->input = in;
    sw->loop->is_changed = true;
    return result;
}

int weir_switch_add_output(struct weir_switch *sw, struct weir_output *out)
{
    if (!sw->input)
        return refuse(sw, out->text, -EINVAL, "a switch needs its input before its outputs");
    if (out->sw)
        return refuse(sw, out->text, -EBUSY, "a switch has this output already");
    sw->loop->is_changed = true;
    return weir_output_open(out, sw);
}

/* What an operation makes of a packet. False: it is dropped. */
static bool operate(struct weir_switch *sw, bool is_second, struct span *packet,
                    const struct address *from, int64_t now_us)
{
    struct weir_packet p = {.data = sw->scratch,
                            .len =
                                packet->len < sizeof sw->scratch ? packet->len : sizeof sw->scratch,
                            .room = sizeof sw->scratch,
                            .from = &from->u.any,
                            .from_len = from->len,
                            .arrived_us = now_us,
                            .is_second = is_second};
    if (p.len > 0)
        memcpy(sw->scratch, packet->ptr, p.len);
    if (sw->operation(sw->owner, &p) != WEIR_FORWARD)
        return false;
    *packet = span_of(sw->scratch, p.len <= p.room ? p.len : p.room);
    return true;
}

void weir_switch_receive(struct weir_switch *sw, bool is_second, struct span packet,
                         const struct address *from, int64_t now_us)
{
    if (!sw->operation || operate(sw, is_second, &packet, from, now_us))
        packet_switch_receive(sw->sw, 0, is_second, packet, false, now_us);
    else
        sw->input->counts.dropped++;
}

static void set_timer(struct weir_switch *sw, int64_t now_us);

static void on_timer(uv_timer_t *timer)
{
    struct weir_switch *sw = timer->data;
    int64_t now_us = clock_now_us();
    sw->timer_us = INT64_MAX;
    packet_switch_tick(sw->sw, now_us);
    set_timer(sw, now_us);
}

/* An output that the kernel has stopped goes on in a moment. */
static void set_timer(struct weir_switch *sw, int64_t now_us)
{
    int64_t due_us = packet_switch_deadline_us(sw->sw);
    if (due_us >= sw->timer_us)
        return;
    sw->timer_us = due_us;
    uv_update_time(sw->loop->uv);
    uv_timer_start(&sw->timer, on_timer,
                   due_us > now_us ? (uint64_t)(due_us - now_us + 999) / 1000 : 0, 0);
}

void weir_switch_send(struct weir_switch *sw)
{
    int64_t now_us = clock_now_us();
    packet_switch_send(sw->sw, now_us);
    set_timer(sw, now_us);
}

uint64_t weir_switch_tape_first(const struct weir_switch *sw)
{
    return tape_first(packet_switch_tape(sw->sw));
}

uint64_t weir_switch_tape_end(const struct weir_switch *sw)
{
    return tape_end(packet_switch_tape(sw->sw));
}

int weir_switch_tape_packet(const struct weir_switch *sw, uint64_t number, struct weir_taped *out)
{
    const struct tape *tape = packet_switch_tape(sw->sw);
    if (number < tape_first(tape) || number >= tape_end(tape))
        return weir_fail(sw->loop, "a packet", NULL, -ENOENT);
    const struct packet *p = tape_packet(tape, number);
    struct span bytes = tape_span(tape, number);
    *out = (struct weir_taped){
        .data = bytes.ptr, .len = bytes.len, .arrived_us = p->arrived_us, .is_second = p->is_rtcp};
    return 0;
}
