/* What becomes of a group as time goes, and what those who watch see of it. */
#include <utlist.h>

#include "base/clock.h"
#include "gateway/group_internal.h"
#include "gateway/viewer.h"

/* The interface has vanished and come back, as another to the kernel. */
static void take_interface(struct group *group, unsigned interface)
{
    group->interface = interface;
    group_set_way(group);
    for (unsigned track = 0; track < LIMIT_TRACKS; track++)
        if (group->reports[track]) {
            group_deafen_track(group, track);
            group_hear_track(group, track);
        }
    group_log(group, "group_moved", "its interface came back");
}

void group_tick(struct group *group, int64_t now_us)
{
    unsigned interface = if_nametoindex(group->domain->interface);
    struct group_member *m;
    group->reflected_count = 0;
    if (!group->stream)
        return;
    if (interface != 0 && interface != group->interface)
        take_interface(group, interface);
    announcement_tick(group, now_us);
    if (stream_group_interface(group->stream) == group->interface)
        DL_FOREACH(group->members, m)
    viewer_doom(m->viewer, "its stream comes as a group by that interface now");
}

bool group_status(const struct group *group, struct group_status *status, struct group_texts *texts)
{
    const struct output *o = group->reader.output;
    struct address first = group->address;
    if (!group->stream)
        return false;
    address_set_port(&first, (uint16_t)group->domain->port);
    *status = (struct group_status){
        .stream = group->stream->path->name,
        .source = stream_shown(group->stream),
        .domain = group->domain->name,
        .group = address_write(texts->group, &first),
        .from = address_write_host(texts->source, &group->source),
        .interface = group->domain->interface,
        .ttl = group->domain->ttl,
        .viewers = group->member_count,
        .playing = group->player_count,
        .packets = o->packets,
        .bytes = o->bytes,
        .skipped = o->cursor.skipped,
        .fragmented = o->fragmented,
        .reports = group->report_count,
        .age_us = clock_now_us() - group->since_us,
    };
    return true;
}
