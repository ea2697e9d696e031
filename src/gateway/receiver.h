/* A receiver: a source that is sent to us, on a port or to a group, without being asked for
 * (gateway/receiver_plan.h says what it may be). It listens while the stream wants it: on demand, a
 * group is joined for the first viewer and left behind the last. The stream is described once the
 * first packet has come. On the gateway's thread. */
#ifndef WEIR_GATEWAY_RECEIVER_H
#define WEIR_GATEWAY_RECEIVER_H

#include "gateway/source.h"

extern const struct source_kind receiver_kind;

/* Makes it what feeds the path, whose source is set from `source`. 0; -errno with a complaint. */
int receiver_set(struct path_settings *path, struct span source, const char *beside,
                 struct writer *complaint);
/* Whether its file, if it has one, can be read now, and understood. 0; -errno with a complaint. */
int receiver_look(const struct path_settings *path, struct writer *complaint);

#endif
