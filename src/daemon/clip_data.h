/* demo/clip.rtp and demo/clip.sdp as bytes of the program. */
#ifndef WEIR_DAEMON_CLIP_DATA_H
#define WEIR_DAEMON_CLIP_DATA_H

#include "base/span.h"

struct span clip_packets(void);
struct span clip_sdp(void);

#endif
