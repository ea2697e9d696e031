/* From a name to what it stands for: a path of the config, or one that a pattern makes. */
#ifndef WEIR_GATEWAY_NAMING_H
#define WEIR_GATEWAY_NAMING_H

#include "gateway/gateway_internal.h"

/* RTSP_OK and the path, which is the config's, or, where *made is not NULL, allocated for the
 * caller (naming_free). Else the status to refuse with: 404, 403 (an origin that clients may not
 * name; logged), 503. */
int naming_find(const struct gateway *gateway, const char *name, const struct path_settings **path,
                struct path_settings **made);
/* Wipes what was in it. Accepts NULL, returns NULL. */
struct path_settings *naming_free(struct path_settings *made);

#endif
