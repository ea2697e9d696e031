/* The puller's media: the transports it offers for its tracks, and what the origin made of them. */
#include <errno.h>

#include "gateway/puller_internal.h"

/* Stored content goes to one viewer. */
static bool wants_group(const struct puller *p)
{
    return p->path->transport == SOURCE_MULTICAST && !stream_is_own(p->stream);
}

int puller_offer(struct puller *p, unsigned track, struct transport *transport)
{
    transport->is_tcp = p->uses_tcp;
    if (p->uses_tcp) {
        transport->has_interleaved = true;
        transport->interleaved[0] = (uint8_t)(2 * track);
        transport->interleaved[1] = (uint8_t)(2 * track + 1);
        return 0;
    }
    if (wants_group(p)) { /* where to is for the origin to say */
        transport->is_multicast = true;
        return 0;
    }
    int result = media_in_open(&p->media, track);
    if (result < 0)
        return result;
    transport->has_client_port = true;
    transport->client_port[0] = media_in_port(&p->media, track);
    transport->client_port[1] = (uint16_t)(transport->client_port[0] + 1);
    return 0;
}

int puller_set_up(struct puller *p, unsigned track, const struct transport *transport)
{
    uint8_t own[2] = {(uint8_t)(2 * track), (uint8_t)(2 * track + 1)};

    if (transport->is_tcp != p->uses_tcp)
        return -EPROTONOSUPPORT;
    if (transport->is_multicast)
        return media_in_join(&p->media, track, transport);
    if (wants_group(p))
        return -EPROTONOSUPPORT;
    if (p->uses_tcp) {
        media_in_set_channels(&p->media, track,
                              transport->has_interleaved ? transport->interleaved : own);
        return 0;
    }
    media_in_allow(&p->media, track, transport->source);
    if (!transport->has_server_port)
        return 0;
    media_in_aim(&p->media, track, transport->server_port);
    media_in_open_way(&p->media, track);
    return 0;
}
