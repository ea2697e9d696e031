/* The log sink: one line per event, as text or JSON, to a file descriptor.
 *
 *   2026-01-31T12:00:00.000Z info  viewer_joined path=cam1 address=192.0.2.7:4711 transport=udp
 *
 * Only `gateway` and the floors above it log. Values are escaped, so that nothing a peer sends can
 * forge a line. A line is written whole or dropped and counted: a full disk or a stuck pipe never
 * stalls the media. One thread owns a log. */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H

#include "base/span.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log {
    int fd; /* borrowed; -1 logs nothing */
    enum log_level level;
    bool is_json;
    uint64_t dropped; /* lines that could not be written */
};

struct log log_of(int fd, enum log_level level, bool is_json);
/* `name` is the event: a word like `viewer_joined`. `keys` are space-separated; each takes one
 * `const char *` from the arguments:  log_event(l, LOG_INFO, "x", "path address", path, addr);
 * a NULL value leaves its key out. Never pass a URL that holds credentials. */
void log_event(struct log *l, enum log_level level, const char *name, const char *keys, ...);
/* 0, or -EINVAL for a word that is no level (error, warn, info, debug). */
int log_level_parse(enum log_level *level, struct span word);
const char *log_level_name(enum log_level level);

#endif
