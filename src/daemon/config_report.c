#include "daemon/config_report.h"

#include <stdarg.h>
#include <string.h>

struct span config_text(struct fy_node *node)
{
    size_t len = 0;
    const char *text = node ? fy_node_get_scalar(node, &len) : NULL;
    return span_of(text, text ? len : 0);
}

static const struct fy_mark *mark_of(struct fy_node *node)
{
    struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
    return token ? fy_token_start_mark(token) : NULL;
}

bool config_has_place(struct fy_node *node)
{
    return mark_of(node) != NULL;
}

static bool has(struct span line, const char *word)
{
    return line.ptr && memmem(line.ptr, line.len, word, strlen(word));
}

/* A whole path may stand on one line, with its source and its password. */
static bool may_hold_secret(struct span line)
{
    return has(line, "://") || has(line, "ass") || has(line, "User");
}

/* The line, and a caret under the column. */
static void quote(struct config_loader *l, const struct fy_mark *mark)
{
    struct span rest = span_text(l->text), line = {0};
    for (int i = 0; i <= mark->line && rest.len > 0; i++)
        line = span_cut(&rest, '\n');
    if (line.len == 0 || line.len > 200 || may_hold_secret(line))
        return;
    fprintf(l->errors, "    %.*s\n    %*s^\n", SPAN_ARG(line), mark->column, "");
}

static void write_place(const struct config_loader *l, const struct fy_mark *mark)
{
    if (mark)
        fprintf(l->errors, "%s:%d:%d: ", l->file, mark->line + 1, mark->column + 1);
    else
        fprintf(l->errors, "%s: ", l->file);
}

void config_warn(struct config_loader *l, struct fy_node *at, const char *format, ...)
{
    va_list args;
    write_place(l, mark_of(at));
    fputs("warning: ", l->errors);
    va_start(args, format);
    vfprintf(l->errors, format, args);
    va_end(args);
    fputc('\n', l->errors);
}

void config_report(struct config_loader *l, struct fy_node *at, bool is_secret, const char *format,
                   ...)
{
    const struct fy_mark *mark = mark_of(at);
    va_list args;

    l->error_count++;
    write_place(l, mark);
    va_start(args, format);
    vfprintf(l->errors, format, args);
    va_end(args);
    fputc('\n', l->errors);
    if (mark && !is_secret)
        quote(l, mark);
}

void config_report_unknown(struct config_loader *l, struct fy_node *at,
                           const struct config_key *keys, const char *where)
{
    struct span name = config_text(at);
    const struct config_key *guess = config_key_guess(keys, name);
    /* The value may be a secret under a misspelt name: its line is not quoted. */
    config_report(l, at, true, "%s%.*s: unknown key%s%s%s", where, SPAN_ARG(name),
                  guess ? " (did you mean " : "", guess ? guess->name : "", guess ? "?)" : "");
}
