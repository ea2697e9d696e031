/* Bridges on demand: somebody has joined a group they send to; and interfaces that go and come. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "gateway/bridge_internal.h"
#include "library/weir_internal.h"

bool bridge_is_wanted(const struct bridge *b)
{
    if (!b->settings->is_on_demand)
        return true;
    for (size_t i = 0; i < b->settings->output_count; i++)
        if (b->outputs[i].watch.has_members)
            return true;
    return false;
}

static void on_members(void *owner, bool has_members)
{
    struct bridge_output *o = owner;
    log_event(bridges_gateway(o->bridge->bridges)->log, LOG_INFO,
              has_members ? "group_joined" : "group_left", "bridge url", o->bridge->settings->name,
              o->end->text);
    bridge_settle(o->bridge, clock_now_us());
}

/* How an attempt went. */
static void tell(struct bridge *b, struct bridge_effort *effort, const struct bridge_end *end,
                 int result, const struct writer *complaint, int64_t now_us)
{
    char reason[sizeof effort->reason];
    snprintf(reason, sizeof reason, "%.100s: %.*s", end->text, SPAN_ARG(writer_written(complaint)));
    if (result < 0)
        bridge_fail(b, effort, reason, now_us);
    else
        bridge_succeed(b, effort, end->text);
}

/* 0 or a negative errno, with a complaint. */
static int try_to_watch(struct bridge_output *o, struct writer *complaint)
{
    struct output_place place;
    int result = media_place_output(&place, &o->end->url, complaint);
    if (result < 0)
        return result;
    struct link_members *link = bridges_link(o->bridge->bridges, place.way.interface);
    o->watch.changed = on_members;
    o->watch.owner = o;
    result = link ? link_members_watch(link, &o->watch, &place.to) : -ENOMEM;
    if (result == -EPERM)
        writer_text(complaint,
                    "who has joined it cannot be heard without CAP_NET_RAW: run weir as root, or "
                    "give it that (setcap cap_net_raw+ep; AmbientCapabilities= in a unit)");
    else if (result < 0)
        writer_format(complaint, "who has joined it cannot be heard: %s", strerror(-result));
    o->interface = place.way.interface;
    return result;
}

void bridge_output_watch(struct bridge_output *o, int64_t now_us)
{
    char words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    if (!o->bridge->settings->is_on_demand || !o->end->url.is_group || o->watch.link)
        return;
    int result = try_to_watch(o, &complaint);
    tell(o->bridge, &o->watching, o->end, result, &complaint, now_us);
}

void bridge_input_follow(struct bridge *b, int64_t now_us)
{
    char words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    struct input_udp_place place;
    int result = media_place_input(&place, &b->settings->input.url, &complaint);
    if (b->input && !b->settings->path[0])
        tell(b, &b->opening, &b->settings->input, result, &complaint, now_us);
}

void bridge_output_follow(struct bridge_output *o, int64_t now_us)
{
    char words[MEDIA_COMPLAINT];
    struct writer complaint = writer_of(words, sizeof words);
    struct output_place place;
    int result = media_place_output(&place, &o->end->url, &complaint);
    if (o->output && o->bridge->stream)
        weir_output_follow(o->output);
    if (o->output)
        tell(o->bridge, &o->opening, o->end, result, &complaint, now_us);
    if (o->watch.link && (result < 0 || place.way.interface != o->interface))
        link_members_unwatch(&o->watch);
    bridge_output_watch(o, now_us);
}
