#include "gateway/group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/group_internal.h"
#include "gateway/viewer.h"
#include "net/interface.h"

void group_log(const struct group *group, const char *event, const char *reason)
{
    char text[ADDRESS_TEXT];
    log_event(group->gateway->log, LOG_INFO, event, "path domain group interface reason",
              group->stream->path->name, group->domain->name,
              address_write_host(text, &group->address), group->domain->interface, reason);
}

static int complain(const struct stream *stream, const struct domain *domain, int error)
{
    const char *reason = error == -ENOSPC ? "all groups of its pool are out, or rest: enlarge it"
                                          : uv_strerror(error);
    if (error != -EDQUOT && error != -ENOMEM)
        log_event(stream->gateway->log, LOG_WARN, "no_group", "path domain interface reason",
                  stream->path->name, domain->name, domain->interface, reason);
    return error;
}

/* Pinned to its path, or from the pool. 0 or -errno. */
static int take_address(struct group *group, const struct domain *domain, int64_t now_us)
{
    struct gateway *g = group->gateway;
    const struct address *pinned = &group->stream->path->multicast_group;
    size_t index = (size_t)(domain - g->settings->domains.items);

    group->is_pinned = pinned->len > 0 && address_is_ipv6(pinned) == group->is_ipv6 &&
                       domains_find_pinned(&g->settings->domains, pinned) == domain;
    if (!group->is_pinned)
        return group_pool_take(&group->address, g->group_pool,
                               &g->group_supplies[2 * index + group->is_ipv6], now_us);
    group->address = *pinned;
    return 0;
}

static void on_datagram(void *owner, bool is_rtcp, struct span data, const struct address *from)
{
    (void)is_rtcp;
    group_take_datagram(owner, data, from);
}

static void on_drained(void *owner)
{
    (void)owner;
}

static const struct udp_pair_ops media_ops = {.datagram = on_datagram, .drained = on_drained};

int group_set_way(struct group *group)
{
    struct multicast_way way = {
        .interface = group->interface, .ttl = (uint8_t)group->domain->ttl, .loops = true};
    int result = 0;
    for (int is_rtcp = 0; is_rtcp < 2 && result == 0; is_rtcp++)
        result = multicast_send_by(udp_socket_fd(udp_pair_socket(group->media, is_rtcp)),
                                   group->is_ipv6, &way);
    return result;
}

/* 0 or -errno. */
static int open_media(struct group *group)
{
    struct gateway *g = group->gateway;
    const char *name = group->domain->interface;
    int result = interface_find(&group->interface, span_text(name));
    if (result == 0)
        result = interface_address(&group->source, group->interface, group->is_ipv6);
    if (result == 0)
        result = udp_pair_new(&group->media, g->loop, &group->source, false, g->inbox, &media_ops,
                              group);
    return result < 0 ? result : group_set_way(group);
}

static void close_media(struct group *group)
{
    for (unsigned track = 0; track < LIMIT_TRACKS; track++)
        group_deafen_track(group, track);
    group->media = udp_pair_close(group->media);
    group->reader.output = output_free(group->reader.output);
    if (group->address.len > 0 && !group->is_pinned)
        group_pool_give_back(group->gateway->group_pool, &group->address, clock_now_us());
    group->address.len = 0;
}

static void on_stream_ended(void *owner)
{
    struct group *group = owner;
    announcement_end(group);
    group_log(group, "group_closed", "stream over");
    group->stream = NULL;
    group->player_count = 0;
    close_media(group);
}

static int make_output(struct group *group)
{
    return output_udp_new(&group->reader.output, udp_pair_socket(group->media, false),
                          udp_pair_socket(group->media, true),
                          stream_pace_bps(group->stream, clock_now_us()));
}

/* 0 or -errno: then there is none. */
static int make(struct group **made, struct stream *stream, const struct domain *domain,
                bool is_ipv6)
{
    struct group *group = calloc(1, sizeof *group);
    if (!group)
        return -ENOMEM;
    group->gateway = stream->gateway;
    group->stream = stream;
    group->domain = domain;
    group->is_ipv6 = is_ipv6;
    group->since_us = clock_now_us();
    group->reader =
        (struct stream_reader){.kind = READER_GROUP, .ended = on_stream_ended, .owner = group};
    int result = open_media(group);
    if (result == 0)
        result = take_address(group, domain, group->since_us);
    if (result == 0)
        result = make_output(group);
    if (result == 0)
        result = stream_enter(stream, &group->reader);
    if (result < 0) {
        close_media(group);
        free(group);
        return result;
    }
    DL_APPEND(group->gateway->groups, group);
    group_log(group, "group_opened", NULL);
    *made = group;
    return 0;
}

static struct group *find(const struct stream *stream, const struct domain *domain, bool is_ipv6)
{
    struct group *group;
    DL_FOREACH(stream->gateway->groups, group)
    {
        if (group->stream == stream && group->domain == domain && group->is_ipv6 == is_ipv6)
            return group;
    }
    return NULL;
}

int group_enter(struct group_member *m, struct stream *stream, const struct domain *domain,
                bool is_ipv6)
{
    struct group *group = find(stream, domain, is_ipv6);
    int result = group ? 0 : make(&group, stream, domain, is_ipv6);
    if (result < 0)
        return complain(stream, domain, result);
    m->group = group;
    DL_APPEND(group->members, m);
    group->member_count++;
    return 0;
}

/* What nobody has set up is not sent. */
static void drop_unwanted(struct group *group, uint32_t tracks)
{
    struct group_member *other;
    DL_FOREACH(group->members, other)
    tracks &= ~other->tracks;
    for (unsigned track = 0; group->stream && track < LIMIT_TRACKS; track++)
        if (tracks >> track & 1) {
            output_remove(group->reader.output, track);
            group_deafen_track(group, track);
        }
}

/* RFC 3550 6.6: whoever else listens hears that it is over. */
static void release(struct group *group)
{
    if (group->stream) {
        announcement_end(group);
        group_log(group, "group_closed", "nobody watches");
        stream_send_bye(group->stream, &group->reader);
        stream_exit(group->stream, &group->reader);
    }
    close_media(group);
    DL_DELETE(group->gateway->groups, group);
    free(group);
}

void group_exit(struct group_member *m)
{
    struct group *group = m->group;
    if (!group)
        return;
    bool is_last = group->member_count == 1;
    if (!is_last)
        group_pause(m);
    DL_DELETE(group->members, m);
    group->member_count--;
    m->group = NULL;
    if (is_last)
        release(group);
    else
        drop_unwanted(group, m->tracks);
    m->tracks = 0;
    m->plays = false;
}

static int open_track(struct group *group, unsigned track)
{
    struct udp_target rtp = {.to = group->address}, rtcp = rtp;
    uint16_t port = (uint16_t)(group->domain->port + 2 * track);
    address_set_port(&rtp.to, port);
    address_set_port(&rtcp.to, (uint16_t)(port + 1));
    int result = group_hear_track(group, track);
    return result < 0 ? result : output_udp_add(group->reader.output, track, &rtp, &rtcp);
}

int group_add_track(struct group_member *m, unsigned track, struct rtsp_delivery *agreed)
{
    struct group *group = m->group;
    uint16_t port = (uint16_t)(group->domain->port + 2 * track);
    bool is_open = group->reader.output->tracks >> track & 1;
    int result = is_open ? 0 : open_track(group, track);
    char text[ADDRESS_TEXT];

    if (result < 0)
        return complain(group->stream, group->domain, result);
    m->tracks |= UINT32_C(1) << track;
    span_copy(agreed->group, sizeof agreed->group,
              span_text(address_write_host(text, &group->address)));
    span_copy(agreed->source, sizeof agreed->source,
              span_text(address_write_host(text, &group->source)));
    agreed->group_port[0] = port;
    agreed->group_port[1] = (uint16_t)(port + 1);
    agreed->ttl = (uint8_t)group->domain->ttl;
    return 0;
}

void group_remove_track(struct group_member *m, unsigned track)
{
    m->tracks &= ~(UINT32_C(1) << track);
    drop_unwanted(m->group, UINT32_C(1) << track);
}

int group_play(struct group_member *m, int64_t now_us)
{
    struct group *group = m->group;
    if (m->plays)
        return 0;
    if (group->player_count == 0 && stream_join(group->stream, &group->reader, now_us) < 0)
        return -EDQUOT;
    group->player_count++;
    m->plays = true;
    return 0;
}

void group_pause(struct group_member *m)
{
    struct group *group = m->group;
    if (!m->plays || !group->stream)
        return;
    m->plays = false;
    if (--group->player_count == 0)
        stream_leave(group->stream, &group->reader);
}

void group_send(struct group_member *m, int64_t now_us)
{
    if (m->group->stream)
        stream_send_one(m->group->stream, &m->group->reader, now_us);
}

const struct output *group_output(const struct group *group)
{
    return group->reader.output;
}

struct group *group_next(const struct group *group)
{
    return group->next;
}
