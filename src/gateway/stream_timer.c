#include "gateway/stream_timer.h"

#include "base/clock.h"

static int64_t earliest_us(const struct stream *s)
{
    int64_t deadlines[] = {s->answer_us, s->retry_us,
                           s->idle_us,   s->silence_us,
                           s->part_us,   s->sw ? packet_switch_deadline_us(s->sw) : INT64_MAX};
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++)
        first = deadlines[i] < first ? deadlines[i] : first;
    return first;
}

static void on_timer(uv_timer_t *timer)
{
    struct stream *s = timer->data;
    s->timer_us = INT64_MAX;
    stream_timer_fired(s, clock_now_us());
}

void stream_timer_init(struct stream *s)
{
    uv_timer_init(s->gateway->loop, &s->timer);
    s->timer.data = s;
    s->timer_us = INT64_MAX;
}

/* A deadline that moved away is left to fire early: silence_us moves with each packet. */
void stream_timer_update(struct stream *s)
{
    int64_t first_us = earliest_us(s);
    if (s->is_ended || first_us >= s->timer_us)
        return;
    int64_t wait_us = first_us - clock_now_us();
    s->timer_us = first_us;
    /* libuv counts from the time its loop last woke, in whole milliseconds: round up. */
    uv_update_time(s->gateway->loop);
    uv_timer_start(&s->timer, on_timer, wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 0, 0);
}

static void on_closed(uv_handle_t *handle)
{
    struct stream *s = handle->data;
    s->closed(s);
}

void stream_timer_close(struct stream *s, void (*closed)(struct stream *stream))
{
    s->closed = closed;
    uv_close((uv_handle_t *)&s->timer, on_closed);
}
