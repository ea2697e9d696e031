#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/command.h"
#include "daemon/http_get.h"
#include "daemon/table.h"
#include "daemon/units.h"

static uint64_t number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void add_text(struct table *t, const json_t *object, const char *key)
{
    table_add(t, json_string_value(json_object_get(object, key)));
}

static void add_number(struct table *t, const json_t *object, const char *key)
{
    char text[UNITS_TEXT];
    snprintf(text, sizeof text, "%" PRIu64, number(object, key));
    table_add(t, text);
}

/* What a viewer has reported; "-" where it has not. */
static void add_figure(struct table *t, const json_t *object, const char *key, const char *unit)
{
    char text[UNITS_TEXT];
    const json_t *figure = json_object_get(object, key);
    snprintf(text, sizeof text, "%.1f%s", json_number_value(figure), unit);
    table_add(t, json_is_number(figure) ? text : "-");
}

/* "-" where it is not known. */
static void add_count(struct table *t, const json_t *object, const char *key)
{
    if (json_is_integer(json_object_get(object, key)))
        add_number(t, object, key);
    else
        table_add(t, NULL);
}

static void add_bps(struct table *t, const json_t *object, const char *key)
{
    char text[UNITS_TEXT];
    table_add(t, units_write_bps(text, number(object, key)));
}

static void add_percent(struct table *t, const json_t *object, const char *key)
{
    add_figure(t, object, key, "%");
}

static void add_ms(struct table *t, const json_t *object, const char *key)
{
    add_figure(t, object, key, " ms");
}

static void add_seconds(struct table *t, const json_t *object, const char *key)
{
    char text[UNITS_TEXT];
    table_add(t, units_write_seconds(text, json_number_value(json_object_get(object, key))));
}

static void add_head(struct table *t, const char *const *names)
{
    for (t->columns = 0; names[t->columns]; t->columns++)
        table_add(t, names[t->columns]);
}

struct column {
    const char *head, *key;
    void (*add)(struct table *t, const json_t *object, const char *key);
};

static const struct column stream_columns[] = {
    {"STREAM", "name", add_text},
    {"STATE", "state", add_text},
    {"SOURCE", "source", add_text},
    {"BY", "transport", add_text},
    {"CODECS", "codecs", add_text},
    {"ENGINE", "engine", add_text},
    {"VIEWERS", "viewers", add_number},
    {"IN", "inBps", add_bps},
    {"OUT", "outBps", add_bps},
    {"LOST", "lost", add_number},
    {"PULLS", "pulls", add_number},
    {"SPLICES", "splices", add_number},
    {0},
};

/* Which group carries which content. */
static const struct column group_columns[] = {
    {"GROUP", "group", add_text},       {"STREAM", "stream", add_text},
    {"SOURCE", "source", add_text},     {"FROM", "from", add_text},
    {"DOMAIN", "domain", add_text},     {"INTERFACE", "interface", add_text},
    {"TTL", "ttl", add_number},         {"VIEWERS", "viewers", add_number},
    {"PACKETS", "packets", add_number}, {0},
};

static const struct column viewer_columns[] = {
    {"VIEWER", "id", add_number},
    {"STREAM", "stream", add_text},
    {"ADDRESS", "address", add_text},
    {"BY", "transport", add_text},
    {"STATE", "state", add_text},
    {"PACKETS", "packets", add_number},
    {"SKIPPED", "skipped", add_number},
    {"LOSS", "loss", add_percent},
    {"JITTER", "jitter", add_ms},
    {"SINCE", "age", add_seconds},
    {0},
};

static void end_table(struct table *t)
{
    putchar('\n');
    table_print(t, stdout);
}

/* A row for each object. Where there is none there is no table. */
static void print_rows(const json_t *rows, const struct column *columns)
{
    struct table t = {0};
    size_t i;
    json_t *row;

    if (json_array_size(rows) == 0)
        return;
    for (const struct column *c = columns; c->head; c++, t.columns++)
        table_add(&t, c->head);
    json_array_foreach(rows, i, row)
    {
        for (const struct column *c = columns; c->head; c++)
            c->add(&t, row, c->key);
    }
    end_table(&t);
}

static void print_gateway(const json_t *root)
{
    const json_t *gateway = json_object_get(root, "gateway");
    const char *said = json_string_value(json_object_get(root, "version"));
    char version[UNITS_TEXT], in[UNITS_TEXT], out[UNITS_TEXT], up[UNITS_TEXT];
    uint64_t streams = number(gateway, "streams"), viewers = number(gateway, "viewers");
    snprintf(version, sizeof version, "%s", said ? said : "?");
    table_tame(version);
    printf("weir %s, up %s: %" PRIu64 " stream%s, %" PRIu64 " viewer%s; origins send %s, viewers "
           "get %s\n",
           version, units_write_seconds(up, json_number_value(json_object_get(root, "uptime"))),
           streams, streams == 1 ? "" : "s", viewers, viewers == 1 ? "" : "s",
           units_write_bps(in, number(gateway, "inBps")),
           units_write_bps(out, number(gateway, "outBps")));
}

/* A row for each output; what its bridge takes in stands in the first. */
static void add_bridge(struct table *t, const json_t *bridge)
{
    static const char *const keys[] = {"name", "state", "input", "kind"};
    const json_t *nothing = json_null(), *o;
    size_t i;
    json_array_foreach(json_object_get(bridge, "outputs"), i, o)
    {
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            add_text(t, i == 0 ? bridge : nothing, keys[k]);
        if (i == 0)
            add_bps(t, bridge, "bps");
        else
            table_add(t, NULL);
        add_count(t, i == 0 ? bridge : nothing, "lost");
        add_text(t, o, "url");
        add_text(t, o, "state");
        add_count(t, o, "members");
        add_number(t, o, "packets");
        add_bps(t, o, "bps");
    }
}

static void print_bridges(const json_t *bridges)
{
    static const char *const head[] = {"BRIDGE", "STATE", "INPUT",   "KIND",    "IN",  "LOST",
                                       "OUTPUT", "SENDS", "MEMBERS", "PACKETS", "OUT", NULL};
    struct table t = {0};
    size_t i;
    json_t *b;

    add_head(&t, head);
    json_array_foreach(bridges, i, b) add_bridge(&t, b);
    end_table(&t);
}

static int print(const char *text)
{
    json_error_t error;
    json_t *root = json_loads(text, 0, &error);
    if (!root) {
        fprintf(stderr, "weir status: the answer is no JSON (line %d, column %d)\n", error.line,
                error.column);
        return 1;
    }
    print_gateway(root);
    print_rows(json_object_get(root, "streams"), stream_columns);
    print_rows(json_object_get(root, "groups"), group_columns);
    print_rows(json_object_get(root, "viewers"), viewer_columns);
    if (json_array_size(json_object_get(root, "bridges")) > 0)
        print_bridges(json_object_get(root, "bridges"));
    json_decref(root);
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"api", required_argument, NULL, 'a'}, {0}};
    const char *at = "127.0.0.1:9997";
    struct address address;
    bool is_json = false;
    char *text;
    int c;

    while ((c = getopt_long(argc, argv, "a:", options, NULL)) != -1) {
        if (c == 'a')
            at = optarg;
        else if (c == 'j')
            is_json = true;
        else
            return command_complain(&command_status, argc, argv);
    }
    if (address_parse(&address, at) < 0) {
        fprintf(stderr, "weir status: %s is not an address (127.0.0.1:9997, [::1]:9997)\n", at);
        return 2;
    }
    int result = http_get(&text, &address, "/v1/status");
    if (result < 0) {
        fprintf(stderr,
                "weir status: no gateway answers at %s: %s (is it running? --api names another "
                "address)\n",
                at, strerror(-result));
        return 1;
    }
    if (is_json)
        puts(text);
    result = is_json ? 0 : print(text);
    free(text);
    return result;
}

const struct command command_status = {
    .name = "status",
    .summary = "shows the streams and viewers of a running gateway",
    .usage = "usage: weir status [--json] [-a ADDRESS]\n\n"
             "Asks a running gateway how it stands.\n\n"
             "  -a, --api ADDRESS   its apiAddress (127.0.0.1:9997)\n"
             "  --json              prints the answer of GET /v1/status as it is\n",
    .run = run,
};
