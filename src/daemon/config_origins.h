/* Which origins clients may name, and the names of the gateway itself. Errors are reported, never
 * returned. */
#ifndef WEIR_DAEMON_CONFIG_ORIGINS_H
#define WEIR_DAEMON_CONFIG_ORIGINS_H

#include "daemon/config_report.h"

/* Both allocate their part of the settings. `name` is the key, `list` its value. */
void config_load_origins(struct config_loader *l, struct fy_node *name, struct fy_node *list);
void config_load_hosts(struct config_loader *l, struct fy_node *name, struct fy_node *list);

#endif
