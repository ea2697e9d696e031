/* Which keys a config file may have, what each must look like, and where its value goes. */
#ifndef WEIR_DAEMON_CONFIG_SCHEMA_H
#define WEIR_DAEMON_CONFIG_SCHEMA_H

#include "base/writer.h"

struct config_key;

/* Stores the scalar's value in the field. 0, or -EINVAL with what was expected written to
 * `complaint`. */
typedef int config_set(void *field, const struct config_key *key, struct span text,
                       struct writer *complaint);

struct config_key {
    const char *name;
    size_t offset;   /* of the field */
    config_set *set; /* NULL: a list or a mapping, which whoever loads it knows */
    int64_t least, most;
    const char *const *words; /* of an enumeration, NULL-terminated */
    bool is_secret;           /* never quote its line */
};

/* Both end with a key whose name is NULL. */
extern const struct config_key config_global_keys[]; /* fields of struct settings */
extern const struct config_key config_path_keys[];   /* fields of struct path_settings */

const struct config_key *config_key_find(const struct config_key *keys, struct span name);
/* The key that was probably meant; NULL when none is near. */
const struct config_key *config_key_guess(const struct config_key *keys, struct span name);

#endif
