/* The config file: YAML in, settings out. All errors of a file are reported, one line each, as
 * compilers do: "weir.yml:7:5: paths.cam1.sourceX: unknown key (did you mean source?)". */
#ifndef WEIR_DAEMON_CONFIG_H
#define WEIR_DAEMON_CONFIG_H

#include <stdio.h>

#include "gateway/settings.h"

enum { CONFIG_SIZE_MOST = 1024 * 1024 };

/* Reads and checks a file; what is wrong, or doubtful, is written to `errors`, never with a
 * password in it. 0 and settings the caller frees with config_free; -EINVAL when something was
 * wrong with its contents, another negative errno when it could not be read. */
int config_load(struct settings **settings, const char *file, FILE *errors);
/* Wipes the passwords. Accepts NULL, returns NULL. */
struct settings *config_free(struct settings *settings);

#endif
