/* What the config file says of a bridge: datagrams that come in here go out there. */
#ifndef WEIR_GATEWAY_BRIDGE_SETTINGS_H
#define WEIR_GATEWAY_BRIDGE_SETTINGS_H

#include "base/limits.h"
#include "wire/media_url.h"

struct bridge_end {
    struct media_url url;
    char text[LIMIT_URL]; /* the same, written plainly */
};

struct bridge_settings {
    char name[LIMIT_NAME];
    struct bridge_end input;
    char path[LIMIT_NAME]; /* ""; else a stream of the gateway is the input, which has this name */
    size_t output_count;   /* 1 to LIMIT_BRIDGE_OUTPUTS */
    struct bridge_end *outputs;
    bool is_on_demand; /* its input is open while a group among its outputs has members */
};

#endif
