#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/writer.h"

static const char *const level_names[] = {"error", "warn", "info", "debug"};

struct log log_of(int fd, enum log_level level, bool is_json)
{
    return (struct log){.fd = fd, .level = level, .is_json = is_json};
}

int log_level_parse(enum log_level *level, struct span word)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (span_is_text(word, level_names[i])) {
            *level = (enum log_level)i;
            return 0;
        }
    }
    return -EINVAL;
}

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

static void write_stamp(struct writer *w)
{
    int64_t wall_us = clock_wall_us();
    time_t seconds = (time_t)(wall_us / CLOCK_SECOND_US);
    struct tm utc;
    char text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    writer_format(w, "%s.%03dZ", text, (int)(wall_us % CLOCK_SECOND_US / 1000));
}

/* JSON's escapes serve both formats; bytes above ASCII are escaped too, as they may be no UTF-8. */
static void write_quoted(struct writer *w, const char *value)
{
    writer_text(w, "\"");
    for (const uint8_t *c = (const uint8_t *)value; *c; c++) {
        if (*c == '"' || *c == '\\')
            writer_format(w, "\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7f)
            writer_format(w, "\\u%04x", *c);
        else
            writer_u8(w, *c);
    }
    writer_text(w, "\"");
}

static bool is_plain(const char *value)
{
    if (!*value)
        return false;
    for (const uint8_t *c = (const uint8_t *)value; *c; c++)
        if (*c <= 0x20 || *c >= 0x7f || *c == '"' || *c == '\\' || *c == '=')
            return false;
    return true;
}

static void write_pair(struct writer *w, bool is_json, struct span key, const char *value)
{
    if (is_json) {
        writer_format(w, ",\"%.*s\":", SPAN_ARG(key));
        write_quoted(w, value);
        return;
    }
    writer_format(w, " %.*s=", SPAN_ARG(key));
    if (is_plain(value))
        writer_text(w, value);
    else
        write_quoted(w, value);
}

static void write_start(struct writer *w, const struct log *l, enum log_level level,
                        const char *name)
{
    if (l->is_json)
        writer_text(w, "{\"time\":\"");
    write_stamp(w);
    if (l->is_json)
        writer_format(w, "\",\"level\":\"%s\",\"event\":\"%s\"", level_names[level], name);
    else
        writer_format(w, " %-5s %s", level_names[level], name);
}

/* A pipe that polls as writable takes PIPE_BUF bytes whole, so this never waits for its reader. */
static void write_line(struct log *l, const char *line, size_t len)
{
    struct pollfd ready = {.fd = l->fd, .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT) ||
        write(l->fd, line, len) != (ssize_t)len)
        l->dropped++;
}

void log_event(struct log *l, enum log_level level, const char *name, const char *keys, ...)
{
    char line[LIMIT_LOG_LINE];
    struct writer w = writer_of(line, sizeof line - 2); /* room for the end */
    struct span rest = span_text(keys);
    va_list args;

    if (level > l->level || l->fd < 0)
        return;
    write_start(&w, l, level, name);
    va_start(args, keys);
    while (rest.len > 0) {
        struct span key = span_cut(&rest, ' ');
        const char *value = va_arg(args, const char *);
        struct writer before = w;
        if (value)
            write_pair(&w, l->is_json, key, value);
        if (w.is_full)
            w = before; /* a value that does not fit is left out whole */
    }
    va_end(args);
    memcpy(line + w.len, l->is_json ? "}\n" : "\n", l->is_json ? 2 : 1);
    size_t len = w.len + (l->is_json ? 2 : 1);
    write_line(l, line, len);
}
