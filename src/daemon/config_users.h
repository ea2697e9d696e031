/* The config's users, and how they may prove who they are. */
#ifndef WEIR_DAEMON_CONFIG_USERS_H
#define WEIR_DAEMON_CONFIG_USERS_H

#include "daemon/config_report.h"

/* Reads `users` (or `authInternalUsers`, as mediamtx calls them) and `authMethods`. False when
 * `name` is none of these keys. No report quotes a line: passwords stand there. */
bool config_load_access(struct config_loader *l, struct fy_node *name, struct fy_node *value);

#endif
