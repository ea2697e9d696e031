#include "admin/status_json.h"

#include <jansson.h>

#include "base/clock.h"

static double seconds(int64_t us)
{
    return (double)us / (double)CLOCK_SECOND_US;
}

static json_int_t number(uint64_t value)
{
    return (json_int_t)value;
}

/* A name that is no UTF-8 must not cost us the whole answer. */
static json_t *text(const char *value)
{
    json_t *string = json_string(value);
    return string ? string : json_string("?");
}

static void add_stream(void *arg, const struct stream_status *s)
{
    json_t *o =
        json_pack("{so so ss ss so so sI sI sI sI sI sI}", "name", text(s->name), "source",
                  text(s->source), "state", s->state, "transport", s->transport, "reason",
                  text(s->reason), "codecs", text(s->codecs), "viewers", number(s->viewers),
                  "pulls", number(s->pulls), "moves", number(s->moves), "oddities",
                  number(s->oddities), "inBps", number(s->in_bps), "outBps", number(s->out_bps));
    json_t *counts = json_pack(
        "{sI sI sI sI sI sI sI sI sI sI sI sI sI sI sI sI sf}", "inPackets", number(s->in_packets),
        "inBytes", number(s->in_bytes), "outPackets", number(s->out_packets), "outBytes",
        number(s->out_bytes), "lost", number(s->lost), "late", number(s->late), "duplicates",
        number(s->duplicates), "invalid", number(s->invalid), "keyFrames", number(s->key_frames),
        "splices", number(s->splices), "byes", number(s->byes), "strays", number(s->strays),
        "wishes", number(s->wishes), "asked", number(s->asked), "tapeBytes", number(s->tape_bytes),
        "tapeCapacity", number(s->tape_capacity), "tapeSeconds", seconds(s->tape_us));
    json_object_update(o, counts);
    json_decref(counts);
    json_object_set_new(o, "engine", json_string(s->engine));
    json_array_append_new(arg, o);
}

/* What a viewer has reported; null where it has not. */
static json_t *reports(const struct viewer_status *v)
{
    json_t *tracks = json_array();
    for (size_t i = 0; i < v->track_count; i++) {
        const struct viewer_track_status *t = &v->tracks[i];
        json_array_append_new(tracks,
                              json_pack("{si sf sI sf sf}", "track", (int)t->track, "loss",
                                        t->loss_percent, "lost", (json_int_t)t->lost, "jitter",
                                        t->jitter_ms, "reportAge", seconds(t->report_age_us)));
    }
    json_t *o =
        json_pack("{sI sI sI so}", "resent", number(v->resent), "reports", number(v->reports),
                  "reportsRefused", number(v->reports_refused), "tracks", tracks);
    json_object_set_new(o, "loss", v->has_report ? json_real(v->loss_percent) : json_null());
    json_object_set_new(o, "jitter", v->has_report ? json_real(v->jitter_ms) : json_null());
    json_object_set_new(o, "lost", v->has_report ? json_integer(v->lost) : json_null());
    json_object_set_new(o, "reportAge",
                        v->has_report ? json_real(seconds(v->report_age_us)) : json_null());
    return o;
}

static void add_viewer(void *arg, const struct viewer_status *v)
{
    json_t *o = json_pack("{sI so so ss ss ss sf sI sI sI sI sI sI}", "id", number(v->id), "stream",
                          text(v->stream), "address", text(v->address), "transport", v->transport,
                          "state", v->state, "engine", v->engine, "age", seconds(v->age_us),
                          "packets", number(v->packets), "bytes", number(v->bytes), "skipped",
                          number(v->skipped), "fragmented", number(v->fragmented), "looped",
                          number(v->looped), "unlooped", number(v->unlooped));
    json_t *told = reports(v);
    json_object_update(o, told);
    json_decref(told);
    json_array_append_new(arg, o);
}

static void add_group(void *arg, const struct group_status *s)
{
    json_t *o =
        json_pack("{so so so ss ss ss sI sI sI sI sI sI sI sI sf}", "stream", text(s->stream),
                  "source", text(s->source), "domain", text(s->domain), "group", s->group, "from",
                  s->from, "interface", s->interface, "ttl", number(s->ttl), "viewers",
                  number(s->viewers), "playing", number(s->playing), "packets", number(s->packets),
                  "bytes", number(s->bytes), "skipped", number(s->skipped), "fragmented",
                  number(s->fragmented), "reports", number(s->reports), "age", seconds(s->age_us));
    json_array_append_new(arg, o);
}

static json_t *overload(const struct gateway_status *g)
{
    return json_pack("{sI sI sI sI sI sI}", "connections", number(g->over_connections),
                     "perAddress", number(g->over_address), "halfOpen", number(g->over_half_open),
                     "egress", number(g->over_egress), "readers", number(g->over_readers),
                     "perUser", number(g->over_user));
}

static json_t *bridge_outputs(const struct bridge_status *b)
{
    json_t *outputs = json_array();
    for (size_t i = 0; i < b->output_count; i++) {
        const struct bridge_output_status *o = &b->outputs[i];
        json_t *item =
            json_pack("{ss ss so sI sI sI sI}", "url", o->url, "state", o->state, "reason",
                      text(o->reason), "packets", number(o->packets), "bytes", number(o->bytes),
                      "bps", number(o->bps), "dropped", number(o->dropped));
        json_object_set_new(item, "members",
                            o->is_watched ? json_integer(number(o->members)) : json_null());
        json_array_append_new(outputs, item);
    }
    return outputs;
}

static void add_bridge(void *arg, const struct bridge_status *b)
{
    json_t *o =
        json_pack("{so ss ss ss so sI sI sI sI sI so}", "name", text(b->name), "input", b->input,
                  "kind", b->kind, "state", b->state, "reason", text(b->reason), "packets",
                  number(b->packets), "bytes", number(b->bytes), "bps", number(b->bps), "lost",
                  number(b->lost), "strays", number(b->strays), "outputs", bridge_outputs(b));
    json_array_append_new(arg, o);
}

char *status_json(const struct gateway *gateway, const char *version)
{
    struct gateway_status g;
    json_t *streams = json_array(), *groups = json_array(), *viewers = json_array(),
           *bridges = json_array();

    gateway_status(gateway, &g);
    gateway_each_stream(gateway, add_stream, streams);
    gateway_each_group(gateway, add_group, groups);
    gateway_each_viewer(gateway, add_viewer, viewers);
    gateway_each_bridge(gateway, add_bridge, bridges);
    json_t *counts =
        json_pack("{sI sI sI sI sI sI sI sI sI sI sI sI sI sI sI}", "streams", number(g.streams),
                  "viewers", number(g.viewers), "connections", number(g.connections), "inBps",
                  number(g.in_bps), "outBps", number(g.out_bps), "inBytes", number(g.in_bytes),
                  "outBytes", number(g.out_bytes), "requests", number(g.requests), "malformed",
                  number(g.malformed), "refused", number(g.refused), "expired", number(g.expired),
                  "loops", number(g.loops), "strays", number(g.strays), "wrongCredentials",
                  number(g.wrong_credentials), "logLinesDropped", number(g.log_lines_dropped));
    json_object_set_new(counts, "overload", overload(&g));
    json_t *root = json_pack("{ss sf so so so so so}", "version", version, "uptime",
                             seconds(g.uptime_us), "gateway", counts, "streams", streams, "groups",
                             groups, "viewers", viewers, "bridges", bridges);
    char *bytes = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return bytes;
}
