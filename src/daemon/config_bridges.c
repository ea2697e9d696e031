#include "daemon/config_bridges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_mapping.h"
#include "daemon/config_value.h"
#include "switch/media_place.h"

enum { WHERE = LIMIT_NAME + 16 };

static const struct config_key bridge_keys[] = {{"input"}, {"outputs"}, {"onDemand"}, {0}};

/* What is being read. */
struct bridge_loader {
    struct config_loader *l;
    struct bridge_settings *bridge;
    struct fy_node *at; /* its name */
    char where[WHERE];  /* "bridges.hall." */
};

static void complain(struct bridge_loader *b, struct fy_node *at, const char *key,
                     const char *complaint)
{
    config_report(b->l, config_has_place(at) ? at : b->at, false, "%s%s: %s", b->where, key,
                  complaint);
}

/* What makes no sense on any host is an error here; what may come with an interface is not. */
static int check_place(const struct media_url *url, bool is_output, struct writer *complaint)
{
    struct input_udp_place in;
    struct output_place out;
    int result = is_output ? media_place_output(&out, url, complaint)
                           : media_place_input(&in, url, complaint);
    return result == -EINVAL ? result : 0;
}

/* One input or output. False: it was reported. */
static bool load_end(struct bridge_loader *b, struct fy_node *at, bool is_output,
                     struct bridge_end *end)
{
    char words[MEDIA_COMPLAINT + 1];
    struct writer complaint = writer_of(words, MEDIA_COMPLAINT);
    int result =
        fy_node_is_scalar(at) ? media_url_parse(&end->url, config_text(at), &complaint) : -EINVAL;
    if (result == 0)
        result = check_place(&end->url, is_output, &complaint);
    words[complaint.len] = '\0';
    if (result < 0) {
        complain(b, at, is_output ? "outputs" : "input", words[0] ? words : "a URL is expected");
        return false;
    }
    struct writer text = writer_of(end->text, sizeof end->text - 1);
    media_url_write(&text, &end->url);
    return true;
}

static bool is_same_host(const struct media_host *a, const struct media_host *b)
{
    return strcmp(a->text, b->text) == 0;
}

/* As far as can be seen in the file: interfaces have names and addresses. */
static bool may_be_same_interface(const struct media_url *a, const struct media_url *b)
{
    return !a->iface[0] || !b->iface[0] || strcmp(a->iface, b->iface) == 0;
}

/* Whether both are the same group, on an interface that may be the same. */
static bool is_same_group(const struct media_url *a, const struct media_url *b)
{
    return a->is_group && is_same_host(&a->host, &b->host) && may_be_same_interface(a, b);
}

/* The other bridge that sends to this group and port; NULL. */
static const char *find_rival(const struct config_loader *l, const struct media_url *url)
{
    for (size_t i = 0; i <= l->settings->bridge_count; i++) {
        const struct bridge_settings *other = &l->settings->bridges[i];
        for (size_t k = 0; k < other->output_count; k++) {
            const struct media_url *u = &other->outputs[k].url;
            int distance = (int)u->port - (int)url->port;
            if (is_same_group(u, url) && distance <= url->is_rtp && -distance <= u->is_rtp)
                return other->name;
        }
    }
    return NULL;
}

static void load_output(struct bridge_loader *b, struct fy_node *at)
{
    struct bridge_end *end = &b->bridge->outputs[b->bridge->output_count];
    if (!load_end(b, at, true, end))
        return;
    const char *rival = find_rival(b->l, &end->url);
    if (is_same_group(&b->bridge->input.url, &end->url))
        complain(b, at, "outputs",
                 "a group never goes back to the interface it came from: choose another group, "
                 "or name two interfaces (?iface=eth1)");
    else if (rival)
        config_report(b->l, at, false,
                      "%soutputs: the bridge %s sends to that group and port already", b->where,
                      rival);
    else
        b->bridge->output_count++;
}

static void load_outputs(struct bridge_loader *b, struct fy_node *list)
{
    int count = list && fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : 0;
    struct fy_node *item;
    void *state = NULL;

    if (count < 1 || count > LIMIT_BRIDGE_OUTPUTS) {
        complain(b, list, "outputs", "a list of 1 to 64 URLs is needed ([udp://192.0.2.1:5000])");
        return;
    }
    b->bridge->outputs = calloc((size_t)count, sizeof *b->bridge->outputs);
    if (!b->bridge->outputs)
        complain(b, list, "outputs", "out of memory");
    while (b->bridge->outputs && (item = fy_node_sequence_iterate(list, &state)))
        load_output(b, item);
}

static void load_demand(struct bridge_loader *b, struct fy_node *at)
{
    struct bridge_settings *bridge = b->bridge;
    size_t groups = 0, nameless = 0;

    if (!at)
        return;
    if (config_parse_bool(&bridge->is_on_demand, config_text(at)) < 0)
        complain(b, at, "onDemand", "neither yes nor no");
    for (size_t i = 0; i < bridge->output_count; i++) {
        groups += bridge->outputs[i].url.is_group;
        nameless += bridge->outputs[i].url.is_group && !bridge->outputs[i].url.iface[0];
    }
    if (bridge->is_on_demand && bridge->output_count > 0 && groups == 0)
        complain(b, at, "onDemand",
                 "no output is a group, and only groups have members: say no, or send to a group");
    else if (bridge->is_on_demand && nameless > 0)
        complain(b, at, "onDemand",
                 "it is not said on which interface the members of the groups are: name it in "
                 "each such output (udp://239.255.1.1:5000?iface=eth1)");
}

/* "cam1": a URL has a scheme. */
static bool is_path(struct span text)
{
    return text.len > 0 && text.len < LIMIT_NAME && span_find(text, ':') == text.len;
}

static void load_path(struct bridge_loader *b, struct fy_node *at)
{
    span_copy(b->bridge->path, sizeof b->bridge->path, config_text(at));
    span_copy(b->bridge->input.text, sizeof b->bridge->input.text, config_text(at));
}

static void load_bridge(struct bridge_loader *b, struct fy_node *mapping)
{
    struct fy_node *input = config_get(mapping, "input");
    config_check_keys(b->l, mapping, bridge_keys, false, b->where);
    if (input && fy_node_is_scalar(input) && is_path(config_text(input)))
        load_path(b, input);
    else if (input)
        load_end(b, input, false, &b->bridge->input);
    else
        complain(b, NULL, "input", "missing: where do the datagrams come in (udp://@:5000)?");
    load_outputs(b, config_get(mapping, "outputs"));
    load_demand(b, config_get(mapping, "onDemand"));
}

static bool is_good_name(struct span name)
{
    bool is_good = name.len > 0 && name.len < LIMIT_NAME;
    for (size_t i = 0; i < name.len; i++)
        is_good = is_good && name.ptr[i] > 0x20 && name.ptr[i] != 0x7f;
    return is_good;
}

static void load_pair(struct config_loader *l, struct fy_node *mapping, struct fy_node_pair *pair)
{
    struct fy_node *value = fy_node_pair_value(pair);
    struct bridge_loader b = {.l = l,
                              .bridge = &l->settings->bridges[l->settings->bridge_count],
                              .at = fy_node_pair_key(pair)};
    struct span name = config_text(b.at);

    if (!is_good_name(name) || config_is_twice(mapping, pair)) {
        config_report(l, b.at, false, "bridges: not a name, or given twice");
        return;
    }
    span_copy(b.bridge->name, sizeof b.bridge->name, name);
    snprintf(b.where, sizeof b.where, "bridges.%s.", b.bridge->name);
    if (fy_node_is_mapping(value))
        load_bridge(&b, value);
    else
        config_report(l, b.at, false, "bridges: expected {input: URL, outputs: [URL, ...]}");
    l->settings->bridge_count++;
}

bool config_load_bridges(struct config_loader *l, struct fy_node *name, struct fy_node *mapping)
{
    struct settings *settings = l->settings;
    struct fy_node_pair *pair;
    void *state = NULL;
    int count = fy_node_is_mapping(mapping) ? fy_node_mapping_item_count(mapping) : 0;

    if (!span_is_text(config_text(name), "bridges"))
        return false;
    if (count > 0)
        settings->bridges = calloc((size_t)count, sizeof *settings->bridges);
    if (!settings->bridges &&
        (count > 0 || !fy_node_is_scalar(mapping) || config_text(mapping).len))
        config_report(l, name, false,
                      "bridges: expected names ({hall: {input: ..., outputs: ...}})");
    while (settings->bridges && (pair = fy_node_mapping_iterate(mapping, &state)))
        load_pair(l, mapping, pair);
    return true;
}

void config_free_bridges(struct settings *settings)
{
    for (size_t i = 0; i < settings->bridge_count; i++)
        free(settings->bridges[i].outputs);
    free(settings->bridges);
}
