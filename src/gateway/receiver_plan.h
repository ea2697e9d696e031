/* What a path's source means that is received where it is sent: a URL (wire/media_url.h), or a file
 * with a session description.
 *
 *   udp://239.255.1.1:5000?iface=eth1      MPEG-TS, as it is or in RTP
 *   rtp://232.1.1.1:5004?source=10.0.0.1   RTP whose payload type alone says what it is
 *   sdp:///etc/weir/cam.sdp?iface=eth1     RTP as the file describes it
 *   cam.sdp                                the same, beside the configuration
 */
#ifndef WEIR_GATEWAY_RECEIVER_PLAN_H
#define WEIR_GATEWAY_RECEIVER_PLAN_H

#include "base/limits.h"
#include "net/address.h"
#include "wire/media_url.h"

struct receiver_track {
    bool is_sent; /* port 0 says that it is not */
    struct media_url url;
    uint16_t rtcp_port; /* 0: none */
    struct address excluded[MEDIA_URL_SOURCES];
    size_t excluded_count;
    struct address reports; /* where ours go; len 0: nowhere */
    uint8_t ttl;            /* of these, to a group */
};

struct receiver_plan {
    char *description; /* owned: the file's text; NULL: the first packet says what it is */
    size_t track_count;
    struct receiver_track tracks[LIMIT_TRACKS];
};

/* Whether a source is one of these, by its looks. */
bool receiver_plan_is_for(struct span source);
/* Writes it so that it means the same from anywhere: `beside` is the configuration's own name. 0;
 * -EINVAL with a complaint; -ENAMETOOLONG. What stands in a file is not looked at. */
int receiver_plan_settle(char settled[LIMIT_URL], struct span source, const char *beside,
                         struct writer *complaint);
/* What a settled source means; reads its file. 0; -errno with a complaint. */
int receiver_plan_read(struct receiver_plan **plan, struct span settled, struct writer *complaint);
/* Accepts NULL, returns NULL. */
struct receiver_plan *receiver_plan_free(struct receiver_plan *plan);

/* receiver_sdp.c: fills the plan's tracks as its description says; `options` are those that stand
 * behind the file's name. 0; -EINVAL with a complaint. */
int receiver_plan_describe(struct receiver_plan *plan, const struct media_url *options,
                           struct writer *complaint);

#endif
