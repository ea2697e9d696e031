/* The `domains` of a config file. Errors are reported, never returned. */
#ifndef WEIR_DAEMON_CONFIG_DOMAINS_H
#define WEIR_DAEMON_CONFIG_DOMAINS_H

#include "daemon/config_report.h"

/* False, and nothing done, for a key that is none of these. */
bool config_load_domains(struct config_loader *l, struct fy_node *name, struct fy_node *mapping);
/* The groups that are pinned to paths, once paths and domains are known: each has a domain, and no
 * two are the same. */
void config_check_groups(struct config_loader *l, struct fy_node *root);

#endif
