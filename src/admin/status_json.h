/* The gateway's status as JSON: every field of gateway/status.h under its name in camelCase, rates
 * in bits per second, times in seconds. */
#ifndef WEIR_ADMIN_STATUS_JSON_H
#define WEIR_ADMIN_STATUS_JSON_H

#include "gateway/gateway.h"

/* A text the caller frees; NULL without memory. On the gateway's thread. */
char *status_json(const struct gateway *gateway, const char *version);

#endif
