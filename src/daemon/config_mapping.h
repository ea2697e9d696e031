/* What all mappings of a config file have in common: no key stands twice, and a scalar goes to its
 * field. Errors are reported, never returned. */
#ifndef WEIR_DAEMON_CONFIG_MAPPING_H
#define WEIR_DAEMON_CONFIG_MAPPING_H

#include "daemon/config_report.h"

/* Reports every alias (*name) below a node: it would be read as the text `name`. */
void config_refuse_aliases(struct config_loader *l, struct fy_node *node);
/* Whether a pair before this one has the same key. */
bool config_is_twice(struct fy_node *mapping, struct fy_node_pair *pair);
/* The value of a key; NULL where there is none, or it is no mapping. */
struct fy_node *config_get(struct fy_node *mapping, const char *key);
/* Reports keys that are not among `keys`, and those that stand twice. `is_secret`: the lines may
 * hold credentials, and are not shown. */
void config_check_keys(struct config_loader *l, struct fy_node *mapping,
                       const struct config_key *keys, bool is_secret, const char *where);
/* Stores the value of a key that has a setter in its field of `fields`. `where` leads the key's
 * name in reports: "paths.gate.". */
void config_set_scalar(struct config_loader *l, struct fy_node *name, struct fy_node *value,
                       const struct config_key *key, void *fields, const char *where);

#endif
