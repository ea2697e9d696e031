#include "daemon/table.h"

#include <stdlib.h>
#include <string.h>

/* Terminals obey U+0080 to U+009F, too. */
void table_tame(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7f)
            *c = '?';
        else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
            c[0] = c[1] = '?'; /* alone, the second would still be obeyed by some */
}

void table_add(struct table *t, const char *text)
{
    char **cells = realloc(t->cells, (t->count + 1) * sizeof *cells);
    if (!cells)
        return;
    t->cells = cells;
    char *cell = strdup(text && *text ? text : "-");
    if (cell)
        table_tame(cell);
    t->cells[t->count++] = cell;
}

static size_t width_of(const struct table *t, size_t column)
{
    size_t width = 0;
    for (size_t i = column; i < t->count; i += t->columns) {
        size_t len = t->cells[i] ? strlen(t->cells[i]) : 0;
        width = len > width ? len : width;
    }
    return width;
}

void table_print(struct table *t, FILE *to)
{
    size_t widths[TABLE_COLUMNS_MOST] = {0};
    for (size_t i = 0; i < t->columns && i < TABLE_COLUMNS_MOST; i++)
        widths[i] = width_of(t, i);
    for (size_t i = 0; i < t->count; i++) {
        size_t column = i % t->columns;
        const char *cell = t->cells[i] ? t->cells[i] : "?";
        if (column + 1 == t->columns)
            fprintf(to, "%s\n", cell);
        else
            fprintf(to, "%-*s  ", (int)widths[column], cell);
        free(t->cells[i]);
    }
    free(t->cells);
    t->cells = NULL;
    t->count = 0;
}
