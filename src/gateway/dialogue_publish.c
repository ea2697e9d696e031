/* What a publisher's part of the virtual server asks. */
#include "base/clock.h"
#include "gateway/dialogue_internal.h"
#include "gateway/publisher.h"
#include "wire/rtsp_message.h"

void dialogue_on_announce(void *owner, struct rtsp_session *session, const char *name)
{
    struct dialogue *d = owner;
    (void)name; /* the naming's own */
    int status = publisher_announce(session, d->gateway, d->connection, &d->naming);
    dialogue_tell_when(d, status);
    rtsp_server_announced(d->server, status);
}

void dialogue_on_record(void *owner, struct rtsp_session *session)
{
    struct dialogue *d = owner;
    rtsp_server_recorded(d->server, publisher_record(rtsp_session_owner(session),
                                                     rtsp_session_description(session)));
}

void dialogue_set_up_publisher(struct dialogue *d, struct rtsp_session *session, unsigned track,
                               const struct rtsp_offer *offer)
{
    struct rtsp_delivery agreed = offer->unicast;
    int status = publisher_set_up(rtsp_session_owner(session), d->connection, track, &agreed);
    rtsp_server_set_up(d->server, status, &agreed);
}

void dialogue_take_frame(struct dialogue *d, struct rtsp_session *session, uint8_t channel,
                         struct span packet)
{
    struct stream *fed =
        publisher_frame(rtsp_session_owner(session), channel, packet, clock_now_us());
    if (d->fed && d->fed != fed)
        stream_send(d->fed, clock_now_us());
    d->fed = fed;
}
