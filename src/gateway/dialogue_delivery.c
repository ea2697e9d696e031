/* How the client of a SETUP gets its media. */
#include <string.h>

#include "gateway/delivery.h"
#include "gateway/dialogue_internal.h"
#include "gateway/viewer.h"
#include "net/interface.h"
#include "net/multicast.h"
#include "wire/rtsp_message.h"

static enum delivery choose(struct dialogue *d, struct delivery_question *q, const char **why)
{
    const struct address *peer = connection_peer(d->connection);
    struct rtsp_session *session = rtsp_server_session(d->server);
    const struct viewer *v = session ? rtsp_session_owner(session) : NULL;

    /* What a session has begun with, it stays with. */
    q->takes_unicast = d->offer.has_unicast && !(v && viewer_is_multicast(v));
    q->takes_multicast = d->offer.has_multicast && !(v && !viewer_is_multicast(v));
    q->is_ipv6 = address_is_ipv6(peer);
    q->domain = d->domain = domains_find(&d->gateway->settings->domains, peer);
    q->to = q->domain && q->domain->is_multicast ? if_nametoindex(q->domain->interface) : 0;
    return delivery_choose(q, why);
}

static bool is_shared(const struct stream *stream)
{
    return stream->form == INPUT_LIVE && stream->supply == SUPPLY_SHARED;
}

static void log_choice(const struct dialogue *d, enum delivery delivery, const char *why)
{
    static const char *const names[] = {"none", "unicast", "multicast"};
    char address[ADDRESS_TEXT];
    if (d->offer.has_multicast)
        log_event(d->gateway->log, LOG_DEBUG, "delivery_chosen", "path address delivery reason",
                  d->naming.name, address_write(address, connection_peer(d->connection)),
                  names[delivery], why);
}

bool dialogue_may_deliver(struct dialogue *d)
{
    struct delivery_question q = {.is_shared = true};
    const char *why;
    enum delivery delivery = choose(d, &q, &why);
    if (delivery == DELIVERY_REFUSED)
        log_choice(d, delivery, why);
    return delivery != DELIVERY_REFUSED;
}

bool dialogue_find_source(struct dialogue *d, const struct stream *stream, struct address *source)
{
    const struct address *peer = connection_peer(d->connection),
                         *pinned = &stream->path->multicast_group;
    const struct domains *domains = &d->gateway->settings->domains;
    const struct domain *domain = domains_find(domains, peer);
    bool is_ipv6 = address_is_ipv6(peer);
    struct address group;
    unsigned interface;

    if (!domain || !domain->is_multicast || !domain->has_range[is_ipv6] || !is_shared(stream))
        return false;
    group = group_range_at(&domain->ranges[is_ipv6], 0);
    if (pinned->len > 0 && address_is_ipv6(pinned) == is_ipv6 &&
        domains_find_pinned(domains, pinned) == domain)
        group = *pinned;
    return multicast_is_source_specific(&group) &&
           interface_find(&interface, span_text(domain->interface)) == 0 &&
           interface != stream_group_interface(stream) &&
           interface_address(source, interface, is_ipv6) == 0;
}

int dialogue_choose_delivery(struct dialogue *d, const struct stream *stream)
{
    struct delivery_question q = {
        .is_shared = is_shared(stream),
        .from = stream_group_interface(stream),
    };
    const char *why;
    enum delivery delivery = choose(d, &q, &why);
    log_choice(d, delivery, why);
    if (delivery == DELIVERY_REFUSED)
        return RTSP_UNSUPPORTED_TRANSPORT;
    d->wanted = delivery == DELIVERY_GROUP ? d->offer.multicast : d->offer.unicast;
    return RTSP_OK;
}
