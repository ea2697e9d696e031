/* The paths of a config file, and the keys a path may have. Errors are reported, never returned. */
#ifndef WEIR_DAEMON_CONFIG_PATHS_H
#define WEIR_DAEMON_CONFIG_PATHS_H

#include "daemon/config_report.h"

/* Fills a path from a mapping of its keys; `where` leads their names in reports. */
void config_load_path_keys(struct config_loader *l, struct fy_node *mapping,
                           struct path_settings *path, const char *where);
/* Allocates and fills the settings' paths and patterns. Needs the defaults and the gateway's own
 * address. */
void config_load_paths(struct config_loader *l, struct fy_node *mapping,
                       const struct path_settings *defaults);
/* Wipes and frees them. */
void config_free_paths(struct settings *settings);

#endif
