/* The clip: a source that plays a short recording again and again, for `weir demo`. The recording
 * is in the program itself: RTP packets in the rtpdump format, and their SDP. */
#ifndef WEIR_DAEMON_CLIP_H
#define WEIR_DAEMON_CLIP_H

#include "gateway/source.h"

extern const struct source_kind clip_kind;

#endif
