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

/* Control characters become '?', so that a text from the network cannot steer the terminal. */
void table_tame(char *text);
/* Adds the next cell, row after row, tamed. An empty text shows as "-". */
void table_add(struct table *table, const char *text);
/* Writes and empties it. */
void table_print(struct table *table, FILE *to);

#endif
