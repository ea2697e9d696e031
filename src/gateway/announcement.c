#include "gateway/announcement.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/group_internal.h"
#include "net/multicast.h"
#include "net/udp_bind.h"
#include "wire/sap.h"

enum { LEAST_S = 300, ALL_BPS = 4000, TTL = 255, SCOPED = 239 };

int64_t announcement_interval_us(uint64_t count, uint64_t bytes, double jitter)
{
    double seconds = (double)count * (double)bytes * 8 / ALL_BPS;
    if (seconds < LEAST_S)
        seconds = LEAST_S;
    return (int64_t)(seconds * (2 * jitter + 1) / 3 * CLOCK_SECOND_US);
}

struct address announcement_place(const struct address *group)
{
    struct in6_addr host = address_host_bytes(group);
    const uint8_t *v4 = host.s6_addr + 12;
    char text[ADDRESS_TEXT] = "224.2.127.254";
    struct writer w = writer_of(text, sizeof text - 1);
    struct address place;

    if (address_is_ipv6(group)) {
        writer_format(&w, "ff0%x::2:7ffe", host.s6_addr[1] & 0xfu);
        text[w.len] = '\0';
    } else if (v4[0] == SCOPED && v4[1] == 255) {
        span_copy(text, sizeof text, span_text("239.255.255.255"));
    } else if (v4[0] == SCOPED && (v4[1] & 0xfc) == 192) {
        span_copy(text, sizeof text, span_text("239.195.255.255"));
    }
    address_parse_host(&place, span_text(text), address_is_ipv6(group));
    address_set_port(&place, SAP_PORT);
    return place;
}

/* The path's name, as far as it can be a line of a description. */
static void write_name(char name[LIMIT_NAME], const struct group *group)
{
    span_copy(name, LIMIT_NAME, span_text(group->stream->path->name));
    for (char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = '?';
}

static void describe(struct writer *w, const struct group *group)
{
    char address[ADDRESS_TEXT], source[ADDRESS_TEXT], name[LIMIT_NAME];
    bool is_ssm = multicast_is_source_specific(&group->address);
    write_name(name, group);
    address_write_host(source, &group->source);
    struct sdp_origin_line origin = {
        .id = group->stream->id,
        .version = group->stream->sdp_version,
        .host = span_text(source),
        .is_ipv6 = group->is_ipv6,
        .source = span_text(is_ssm ? source : NULL),
        .group = span_text(address_write_host(address, &group->address)),
        .name = span_text(name),
        .ttl = (uint8_t)group->domain->ttl,
        .port = (uint16_t)group->domain->port,
    };
    sdp_write(w, group->stream->sdp, &origin);
}

/* It is sent so rarely that it keeps no socket. 0 or -errno. */
static int send_datagram(const struct group *group, struct span datagram)
{
    struct address from = group->source, to = announcement_place(&group->address);
    struct multicast_way way = {.interface = group->interface, .ttl = TTL, .loops = true};
    int fd = udp_bind(&from, false);
    if (fd < 0)
        return fd;
    int result = multicast_send_by(fd, group->is_ipv6, &way);
    if (result == 0 &&
        sendto(fd, datagram.ptr, datagram.len, MSG_DONTWAIT | MSG_NOSIGNAL, &to.u.any, to.len) < 0)
        result = -errno;
    close(fd);
    return result;
}

static int announce(struct group *group, uint16_t hash, bool is_deletion, struct span payload)
{
    uint8_t bytes[SAP_DATAGRAM_MOST];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct in6_addr source = address_host_bytes(&group->source);
    struct sap sap = {
        .is_deletion = is_deletion, .is_ipv6 = group->is_ipv6, .hash = hash, .payload = payload};
    if (group->is_ipv6)
        memcpy(sap.source, source.s6_addr, 16);
    else
        memcpy(sap.source, source.s6_addr + 12, 4);
    sap_write(&w, &sap);
    int result = writer_result(&w);
    return result < 0 ? result : send_datagram(group, writer_written(&w));
}

/* RFC 2974 4.3: with the o= line it was announced with. */
void announcement_end(struct group *group)
{
    struct announcement *a = &group->announcement;
    char line[160], host[ADDRESS_TEXT];
    struct writer w = writer_of(line, sizeof line);
    if (a->hash == 0)
        return;
    writer_format(&w, "o=- %llu %llu IN %s %s\r\n", (unsigned long long)group->stream->id,
                  (unsigned long long)a->version, group->is_ipv6 ? "IP6" : "IP4",
                  address_write_host(host, &group->source));
    announce(group, a->hash, true, writer_written(&w));
    a->hash = 0;
    group_log(group, "announcement_ended", NULL);
}

static uint64_t count_announced(const struct gateway *g)
{
    uint64_t count = 0;
    const struct group *group;
    DL_FOREACH(g->groups, group)
    count += group->stream && group->stream->path->is_announced;
    return count;
}

static void begin(struct group *group, int64_t now_us)
{
    struct announcement *a = &group->announcement;
    char text[SAP_PAYLOAD_MOST];
    struct writer w = writer_of(text, sizeof text);

    describe(&w, group);
    int result = writer_result(&w);
    uint16_t hash = sap_hash(writer_written(&w));
    if (a->hash != 0 && a->hash != hash)
        announcement_end(group);
    if (result == 0)
        result = announce(group, hash, false, writer_written(&w));
    a->next_us = now_us + announcement_interval_us(count_announced(group->gateway), w.len + 32,
                                                   random_jitter());
    if (result < 0 && !a->is_refused)
        group_log(group, "cannot_announce",
                  w.is_full ? "its description is longer than 1 KiB" : strerror(-result));
    a->is_refused = result < 0;
    if (result < 0)
        return;
    if (a->hash == 0)
        group_log(group, "announced", NULL);
    a->hash = hash;
    a->version = group->stream->sdp_version;
}

void announcement_tick(struct group *group, int64_t now_us)
{
    struct announcement *a = &group->announcement;
    if (!group->stream->path->is_announced)
        return;
    if (group->player_count == 0)
        announcement_end(group);
    else if (now_us >= a->next_us || (a->hash != 0 && a->version != group->stream->sdp_version) ||
             (a->hash == 0 && !a->is_refused))
        begin(group, now_us);
}
