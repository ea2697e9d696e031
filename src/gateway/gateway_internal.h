/* What the rooms of this floor share of a gateway. */
#ifndef WEIR_GATEWAY_GATEWAY_INTERNAL_H
#define WEIR_GATEWAY_GATEWAY_INTERNAL_H

#include "gateway/access.h"
#include "gateway/admission.h"
#include "gateway/gateway.h"
#include "gateway/group_pool.h"
#include "net/interface_watch.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "rtsp/server.h"

struct arrival;
struct bridges;
struct dialogue;
struct group;
struct publisher;
struct stream;
struct tunnel;
struct viewer;
struct viewer_port;

struct gateway {
    uv_loop_t *loop;
    const struct settings *settings;
    struct origins origins; /* which origins clients may name */
    uint8_t naming_key[16]; /* for queries in names, see gateway/naming.h */
    struct log *log;
    struct tcp_listener *listener;
    struct udp_inbox *inbox;
    struct udp_pair *media; /* all UDP viewers are served from this pair */
    uv_timer_t tick;
    int64_t started_us;
    char pseudonym[18]; /* our name in Via: "weir-" and twelve random characters */

    struct stream *streams; /* the catalog: a hash by name */
    size_t stream_count;    /* those whose memory is still there too */
    size_t made_count;      /* of these, the ones whose path is not in the config */
    struct admission admission;
    struct arrival *arrivals; /* a list, like the next one */
    struct dialogue *dialogues;
    struct tunnel *tunnels; /* a hash by host and cookie */
    struct access access;   /* who may */
    struct rtsp_sessions *sessions;
    struct publisher *publishers; /* a list; each belongs to a session */
    struct viewer *viewers;       /* a list; each belongs to a session */
    uint64_t next_viewer_id;
    uint64_t next_variant_id; /* of streams that are one viewer's own */
    struct group_pool *group_pool;
    struct group_supply *group_supplies; /* two for each domain: IPv4, IPv6 */
    struct group *groups;                /* a list; each belongs to a stream and a domain */
    struct viewer_port *ports; /* UDP viewers by the address their RTCP comes from, a hash */

    struct bridges *bridges;
    struct interface_watch *interface_watch; /* NULL: the kernel does not tell */

    struct rtsp_server_settings server_settings;
    struct rtsp_server_counts counts;
    uint64_t strays;                        /* RTCP from addresses that no viewer has */
    uint64_t past_in_bytes, past_out_bytes; /* of streams that have ended */

    bool is_stopping;
    int open_handles;
    void (*on_stopped)(void *arg);
    void *stopped_arg;
};

/* gateway_bridges.c: from now on every room hears when interfaces come or go. */
void gateway_watch_interfaces(struct gateway *gateway);
/* The bridges, and the watch. */
void gateway_close_bridges(struct gateway *gateway);
/* A part of the gateway has gone; the last one ends it. */
void gateway_handle_closed(struct gateway *gateway);

#endif
