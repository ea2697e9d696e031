/* What feeds a path: an origin's URL, a publisher, what is received where it is sent. Errors are
 * reported, never returned. */
#ifndef WEIR_DAEMON_CONFIG_SOURCE_H
#define WEIR_DAEMON_CONFIG_SOURCE_H

#include "daemon/config_report.h"

/* Fills in the path's source, and what goes with it. `where` leads the key's name in reports. */
void config_load_source(struct config_loader *l, struct fy_node *at, struct path_settings *path,
                        const char *where);
/* Whether the text of a source holds credentials. */
bool config_source_has_user(const struct path_settings *path, struct span text);

#endif
