/* A plan as a description says it. */
#include <errno.h>
#include <stdlib.h>

#include "gateway/receiver_plan.h"
#include "wire/sdp.h"

enum {
    TTL_MOST = 16, /* of our reports: they need not go further than the next few networks */
};

static int complain(struct writer *complaint, const char *text)
{
    writer_text(complaint, text);
    return -EINVAL;
}

static bool is_ipv6(struct span host)
{
    return span_find(host, ':') < host.len;
}

/* By way of a URL, which knows what media may be sent to. */
static int set_host(struct media_url *url, const struct sdp_place *place, struct writer *complaint)
{
    char text[LIMIT_URL];
    struct writer w = writer_of(text, sizeof text);
    writer_format(&w, place->is_ipv6 ? "rtp://[%.*s]:%u" : "rtp://%.*s:%u", SPAN_ARG(place->host),
                  (unsigned)place->port);
    if (writer_result(&w) < 0)
        return complain(complaint, "its c= line is too long");
    return media_url_parse(url, writer_written(&w), complaint);
}

/* Who may send: as the options behind the file's name say, else as its filters do. */
static int set_sources(struct receiver_track *t, const struct sdp_place *place,
                       const struct media_url *options, struct writer *complaint)
{
    bool is_given = options->given & MEDIA_SOURCE;
    struct span iface = span_text(options->iface);
    int result = 0;

    if (options->given & MEDIA_IFACE)
        result = media_url_set(&t->url, MEDIA_IFACE, span_text("iface"), iface, complaint);
    for (size_t i = 0; result == 0 && is_given && i < options->source_count; i++)
        result = media_url_set(&t->url, MEDIA_SOURCE, span_text("source"),
                               span_text(options->sources[i].text), complaint);
    for (size_t i = 0; result == 0 && !is_given && i < place->included.count; i++)
        result = media_url_set(&t->url, MEDIA_SOURCE, span_text("source"), place->included.hosts[i],
                               complaint);
    for (size_t i = 0; result == 0 && i < place->excluded.count; i++) {
        struct span host = place->excluded.hosts[i];
        if (address_parse_host(&t->excluded[t->excluded_count++], host, is_ipv6(host)) < 0)
            return complain(complaint, "its source-filter excludes what is no address");
    }
    if (result == 0 && t->url.is_source_specific && t->url.source_count == 0)
        return complain(complaint, "its group means nothing without a source (232.0.0.0/8, "
                                   "ff3x::/32), and no a=source-filter names one");
    return result < 0 ? -EINVAL : 0;
}

/* RFC 5760: receivers of one source report to it alone, if it wants that; those of a group of
 * anybody report to the group. */
static void set_reports(struct receiver_track *t, const struct sdp_place *place)
{
    struct span to = span_of(NULL, 0);
    t->ttl = place->has_ttl ? place->ttl : 1;
    t->ttl = t->ttl > TTL_MOST ? TTL_MOST : t->ttl;
    if (place->reports_to_one && place->rtcp_host.len > 0)
        to = place->rtcp_host;
    else if (place->reports_to_one && t->url.source_count == 1)
        to = span_text(t->url.sources[0].text);
    else if (!place->reports_to_one && place->is_group && !t->url.is_source_specific)
        to = place->host;
    if (to.len > 0 && address_parse_host(&t->reports, to, is_ipv6(to)) == 0)
        address_set_port(&t->reports, place->rtcp_port);
}

static int take_track(struct receiver_track *t, const struct sdp *sdp, size_t track,
                      const struct media_url *options, struct writer *complaint)
{
    struct sdp_place place;
    const char *reason = NULL;

    if (!span_has_prefix_nocase(sdp->tracks[track].protocol, "RTP/"))
        return complain(complaint, "an m= line is not of RTP");
    if (sdp_track_place(&place, sdp, track, &reason) < 0)
        return complain(complaint, reason);
    t->is_sent = place.port != 0;
    t->rtcp_port = place.rtcp_port;
    if (!t->is_sent)
        return 0;
    if (set_host(&t->url, &place, complaint) < 0 || set_sources(t, &place, options, complaint) < 0)
        return -EINVAL;
    set_reports(t, &place);
    return 0;
}

static int take_tracks(struct receiver_plan *plan, const struct sdp *sdp,
                       const struct media_url *options, struct writer *complaint)
{
    bool has_media = false;
    plan->track_count = sdp->track_count;
    for (size_t i = 0; i < sdp->track_count; i++) {
        if (take_track(&plan->tracks[i], sdp, i, options, complaint) < 0)
            return -EINVAL;
        has_media |= plan->tracks[i].is_sent;
    }
    return has_media ? 0 : complain(complaint, "all its ports are 0: nothing is sent");
}

int receiver_plan_describe(struct receiver_plan *plan, const struct media_url *options,
                           struct writer *complaint)
{
    struct sdp *sdp = malloc(sizeof *sdp);
    int result = sdp ? sdp_parse(sdp, span_text(plan->description)) : -ENOMEM;
    if (result == 0)
        result = take_tracks(plan, sdp, options, complaint);
    else
        result =
            complain(complaint, result == -E2BIG    ? "describes more tracks than can be carried"
                                : result == -ENOMEM ? "no memory"
                                                    : "is no session description with m= lines");
    free(sdp);
    return result;
}
