/* The `bridges` of a config file. Errors are reported, never returned. */
#ifndef WEIR_DAEMON_CONFIG_BRIDGES_H
#define WEIR_DAEMON_CONFIG_BRIDGES_H

#include "daemon/config_report.h"

/* False, and nothing done, for a key that is none of these. */
bool config_load_bridges(struct config_loader *l, struct fy_node *name, struct fy_node *mapping);
/* Once paths and domains are known: nothing else sends to the groups of bridges. */
void config_check_bridges(struct config_loader *l, struct fy_node *root);
/* Frees them. */
void config_free_bridges(struct settings *settings);

#endif
