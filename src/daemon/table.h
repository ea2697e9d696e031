/* A table of text, its columns as wide as their widest cell. */
#ifndef WEIR_DAEMON_TABLE_H
#define WEIR_DAEMON_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS_MOST = 12 };

struct table { /* zeroed, with columns set, is an empty one */
    size_t columns;
    size_t count; /* cells */
    char **cells; /* owned */
};

/* Adds the next cell, row after row; control characters are shown as '?', so that a name from the
 * network cannot steer the terminal. An empty text shows as "-". */
void table_add(struct table *table, const char *text);
/* Writes and empties it. */
void table_print(struct table *table, FILE *to);

#endif
