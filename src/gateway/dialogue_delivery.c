/* How the client of a SETUP gets its media. */
#include <string.h>

#include "gateway/delivery.h"
#include "gateway/dialogue_internal.h"
#include "wire/rtsp_message.h"

static enum delivery choose(const struct dialogue *d, const struct delivery_question *asked)
{
    struct delivery_question q = *asked;
    const struct address *peer = connection_peer(d->connection);
    const char *why;
    char address[ADDRESS_TEXT];

    q.takes_unicast = d->offer.has_unicast;
    q.takes_multicast = d->offer.has_multicast;
    q.is_ipv6 = address_is_ipv6(peer);
    q.domain = domains_find(&d->gateway->settings->domains, peer);
    q.to = q.domain && q.domain->is_multicast ? if_nametoindex(q.domain->interface) : 0;
    enum delivery delivery = delivery_choose(&q, &why);
    if (d->offer.has_multicast)
        log_event(d->gateway->log, LOG_DEBUG, "delivery_chosen", "path address delivery reason",
                  d->naming.name, address_write(address, peer),
                  delivery == DELIVERY_GROUP     ? "multicast"
                  : delivery == DELIVERY_UNICAST ? "unicast"
                                                 : "none",
                  why);
    return delivery;
}

bool dialogue_may_deliver(const struct dialogue *d)
{
    struct delivery_question q = {.is_shared = true};
    return choose(d, &q) != DELIVERY_REFUSED;
}

int dialogue_choose_delivery(struct dialogue *d, const struct stream *stream)
{
    struct delivery_question q = {
        .is_shared = stream->form == INPUT_LIVE && stream->supply == SUPPLY_SHARED,
        .from = stream_group_interface(stream),
    };
    switch (choose(d, &q)) {
    case DELIVERY_GROUP:
        d->wanted = d->offer.multicast;
        return RTSP_OK;
    case DELIVERY_UNICAST:
        d->wanted = d->offer.unicast;
        return RTSP_OK;
    default:
        return RTSP_UNSUPPORTED_TRANSPORT;
    }
}
