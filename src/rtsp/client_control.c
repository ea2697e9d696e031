/* Stored content: played, sought in and paused as its one viewer wishes. */
#include <errno.h>

#include "rtsp/client_internal.h"

void client_be_ready(struct rtsp_client *c)
{
    c->step = STEP_READY;
    client_schedule_keep_alive(c);
    c->ops->ready(c->owner);
}

void client_send_control(struct rtsp_client *c)
{
    if (c->is_over || c->is_waiting || c->control.method == RTSP_METHOD_UNKNOWN)
        return;
    c->control.is_sent = true;
    client_send(c, c->control.method, c->base_url);
}

static int ask(struct rtsp_client *c, enum rtsp_method method, int64_t now_us)
{
    c->now_us = now_us;
    c->control.method = method;
    client_send_control(c);
    return 0;
}

static bool is_ready(const struct rtsp_client *c)
{
    return c->is_stored && !c->is_over && c->control.method == RTSP_METHOD_UNKNOWN &&
           (c->step == STEP_READY || c->step == STEP_PLAYING);
}

int rtsp_client_play(struct rtsp_client *c, const struct rtsp_client_wish *wish, int64_t now_us)
{
    struct client_control *control = &c->control;
    if (!is_ready(c))
        return -EBUSY;
    if (span_copy(control->range, sizeof control->range, wish->range) < 0 ||
        span_copy(control->scale, sizeof control->scale, wish->scale) < 0 ||
        span_copy(control->speed, sizeof control->speed, wish->speed) < 0)
        return -E2BIG;
    return ask(c, RTSP_PLAY, now_us);
}

int rtsp_client_pause(struct rtsp_client *c, int64_t now_us)
{
    return is_ready(c) ? ask(c, RTSP_PAUSE, now_us) : -EBUSY;
}

void client_write_wish(const struct rtsp_client *c, struct writer *w)
{
    if (c->control.range[0])
        rtsp_write_header(w, "Range", "%s", c->control.range);
    if (c->control.scale[0])
        rtsp_write_header(w, "Scale", "%s", c->control.scale);
    if (c->control.speed[0])
        rtsp_write_header(w, "Speed", "%s", c->control.speed);
}

void client_on_controlled(struct rtsp_client *c, const struct rtsp_message *m)
{
    enum rtsp_method method = c->control.method;
    struct rtp_info infos[LIMIT_TRACKS] = {0};

    client_take_infos(c, infos, m);
    c->control = (struct client_control){0};
    if (m->status >= 200 && m->status < 300)
        c->step = method == RTSP_PLAY ? STEP_PLAYING : STEP_READY;
    client_schedule_keep_alive(c);
    c->ops->controlled(c->owner, method, m, infos, c->track_count);
}
