/* What the rooms of incoming media share. */
#ifndef WEIR_GATEWAY_MEDIA_IN_INTERNAL_H
#define WEIR_GATEWAY_MEDIA_IN_INTERNAL_H

#include "gateway/media_in.h"

/* A datagram of the track's sender. The media may be closed within. */
void media_in_take(struct media_in_track *t, bool is_rtcp, struct span data);
bool media_in_may_be_source(const struct media_in *in, const struct address *source);
/* The operations of an input whose owner is a track. */
void media_in_on_drained(void *track);
void media_in_on_stray(void *track);
/* UDP: by which our RTCP leaves. */
struct udp_socket *media_in_rtcp_socket(const struct media_in_track *t);

#endif
