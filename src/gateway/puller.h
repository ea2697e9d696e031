/* The puller: the gateway's session with an origin. It finds the origin, speaks RTSP to it as a
 * virtual client, receives its media over UDP or TCP, and reports reception. One attempt a
 * puller: when it fails it says so, and its stream decides what comes next. */
#ifndef WEIR_GATEWAY_PULLER_H
#define WEIR_GATEWAY_PULLER_H

#include "gateway/source.h"

extern const struct source_kind puller_kind;

#endif
