/* Reports about a config file: where something stands, and what is wrong with it. */
#ifndef WEIR_DAEMON_CONFIG_REPORT_H
#define WEIR_DAEMON_CONFIG_REPORT_H

#include <libfyaml.h>
#include <stdio.h>

#include "daemon/config_schema.h"
#include "gateway/settings.h"

struct config_loader {
    const char *file;
    char *text; /* owned: the file, terminated */
    FILE *errors;
    size_t error_count;
    struct settings *settings;
};

/* A scalar's text; empty for anything else. Lives as long as its document. */
struct span config_text(struct fy_node *node);
/* Whether it is known where the node stands: an empty value stands nowhere. */
bool config_has_place(struct fy_node *node);
/* Counts an error and writes it: file, line, column, words, and the line itself with a caret under
 * the column, unless `is_secret` or the line looks as if it held credentials. */
void config_report(struct config_loader *l, struct fy_node *at, bool is_secret, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));
/* Writes what is doubtful, with its place; it counts for no error. */
void config_warn(struct config_loader *l, struct fy_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A key that is not among `keys`, with the one that was probably meant. */
void config_report_unknown(struct config_loader *l, struct fy_node *at,
                           const struct config_key *keys, const char *where);

#endif
