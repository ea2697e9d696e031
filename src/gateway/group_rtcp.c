/* What the members of a group report: to the group, where anybody may send to it (RFC 3550), or by
 * unicast to where it is sent from, which is the only way where it has one source (RFC 5760). */
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/group_internal.h"
#include "gateway/viewer.h"
#include "net/udp_bind.h"
#include "wire/rtcp.h"

enum {
    REFLECTED_MOST = 50, /* reports a second */
    REFLECTED_BYTES = 1024,
};

static void on_datagram(void *owner, struct span data, const struct address *from)
{
    group_take_datagram(owner, data, from);
}

static void on_drained(void *owner)
{
    (void)owner;
}

static const struct udp_socket_ops report_ops = {.datagram = on_datagram, .drained = on_drained};

int group_hear_track(struct group *group, unsigned track)
{
    struct gateway *g = group->gateway;
    struct address local = group->address;
    if (multicast_is_source_specific(&group->address))
        return 0;
    address_set_port(&local, (uint16_t)(group->domain->port + 2 * track + 1));
    int fd = udp_bind(&local, true);
    if (fd < 0)
        return fd;
    int result = multicast_join(fd, &group->address, NULL, group->interface);
    if (result < 0) {
        close(fd);
        return result;
    }
    return udp_socket_new(&group->reports[track], g->loop, fd, g->inbox, &report_ops, group);
}

void group_deafen_track(struct group *group, unsigned track)
{
    group->reports[track] = udp_socket_close(group->reports[track]);
}

/* What we send to the group comes back where we have joined it. */
static bool is_own(const struct group *group, const struct address *from)
{
    uint16_t port = udp_pair_port(group->media);
    return address_is_same_host(from, &group->source) &&
           (address_port(from) == port || address_port(from) == port + 1);
}

/* Several viewers may watch on one host: whose report it is, is known by who reports. */
static struct group_member *find_reporter(struct group *group, struct span compound,
                                          const struct address *from)
{
    struct group_member *m, *unknown = NULL, *other = NULL;
    struct rtcp first;
    struct span rest = compound;

    if (rtcp_check(compound) < 0 || rtcp_parse_next(&first, &rest) < 0)
        return NULL;
    DL_FOREACH(group->members, m)
    {
        if (!address_is_same_host(&m->host, from))
            continue;
        if (m->has_ssrc && m->ssrc == first.ssrc)
            return m;
        if (!m->has_ssrc && !unknown)
            unknown = m;
        other = m;
    }
    m = unknown ? unknown : other; /* one that has begun anew */
    if (m) {
        m->has_ssrc = true;
        m->ssrc = first.ssrc;
    }
    return m;
}

/* RFC 5760 7.1: who reports by unicast is heard by all, as the description promises. */
static void reflect(struct group *group, struct span compound)
{
    struct span rest = compound;
    struct rtcp first;
    struct rtcp_report block;
    uint32_t ssrc;

    if (!multicast_is_source_specific(&group->address) || !group->reader.is_joined ||
        group->reflected_count >= REFLECTED_MOST || compound.len > REFLECTED_BYTES ||
        rtcp_check(compound) < 0 || rtcp_parse_next(&first, &rest) < 0 ||
        rtcp_report_parse(&block, &first, 0) < 0)
        return;
    for (unsigned track = 0; track < group->stream->sdp->track_count; track++)
        if (group->reader.output->tracks >> track & 1 && stream_ssrc(group->stream, track, &ssrc) &&
            ssrc == block.ssrc) {
            group->reflected_count++;
            output_send_rtcp(group->reader.output, track, compound);
            return;
        }
}

void group_take_datagram(struct group *group, struct span data, const struct address *from)
{
    int64_t now_us = clock_now_us();
    bool is_members = false;
    struct group_member *m;

    if (!group->stream || is_own(group, from))
        return;
    DL_FOREACH(group->members, m)
    {
        if (address_is_same_host(&m->host, from)) {
            viewer_touch(m->viewer, now_us);
            is_members = true;
        }
    }
    if (!is_members) {
        group->gateway->strays++;
        return;
    }
    group->report_count++;
    m = find_reporter(group, data, from);
    if (!m)
        return;
    reflect(group, data);
    viewer_take_rtcp(m->viewer, data, now_us);
}
