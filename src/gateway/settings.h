/* What the config file says, checked and in machine units. Filled by daemon/config, borrowed by
 * the gateway for its life, never changed while it runs. */
#ifndef WEIR_GATEWAY_SETTINGS_H
#define WEIR_GATEWAY_SETTINGS_H

#include "base/limits.h"
#include "base/log.h"
#include "gateway/bridge_settings.h"
#include "gateway/domain.h"
#include "gateway/origins.h"
#include "gateway/permission.h"
#include "net/address.h"
#include "switch/cursor.h"
#include "switch/engine.h"

enum source_transport {
    SOURCE_AUTO, /* UDP, then TCP when nothing arrives in 3 s or UDP is refused */
    SOURCE_UDP,
    SOURCE_TCP,
    SOURCE_MULTICAST,
};

struct source_kind; /* gateway/source.h */
struct path_pattern;

struct path_settings {
    char name[LIMIT_NAME];
    char source[LIMIT_URL]; /* rtsp URL without userinfo */
    char shown[LIMIT_URL];  /* the same without its query, where cameras keep tokens */
    char user[LIMIT_NAME];  /* decoded; "" when there are no credentials */
    char password[LIMIT_NAME];
    enum source_transport transport;
    bool is_tunnelled;    /* the source is asked over HTTP, and sends by that connection */
    bool is_origin_named; /* a client chose the origin: `origins` says which it may be */
    bool is_on_demand;
    int64_t start_timeout_us;  /* how long a first viewer waits for the source */
    int64_t close_after_us;    /* without a viewer, on demand */
    int64_t source_timeout_us; /* no media for so long: the source is dead */
    int64_t keep_viewers_us;   /* how long viewers stay while the source is away */
    uint32_t max_readers;      /* 0: no limit */
    uint64_t max_egress_bps;   /* to all its viewers together; 0: no limit */
    uint64_t tape_size;        /* most bytes of memory the stream's tape may take */
    enum join_from join_from;
    struct address multicast_group; /* its own; len 0: one of the domain's pool */
    enum engine engine;             /* of its viewers over UDP; ENGINE_AUTO: as the gateway's */
    bool is_announced;              /* its groups, by SAP */
    bool is_override_allowed;       /* a publisher takes over from another */
    /* NULL: pulled from `source`. Else what feeds it; `shown` is its name. */
    const struct source_kind *kind;
    const void *kind_data; /* borrowed, handed to the kind */
};

struct settings {
    enum log_level log_level;
    bool log_is_json;
    struct address rtsp_address;
    struct address rtp_address; /* RTP port, RTCP on the next one; len 0: any free pair */
    struct address api_address; /* len 0: no API */
    bool allows_udp, allows_tcp, allows_multicast;
    struct domains domains;
    struct users users;
    bool allows_digest, allows_basic; /* how a user may say who he is */
    int64_t session_timeout_us;
    int64_t write_timeout_us; /* a viewer that takes nothing for so long is closed */
    uint32_t max_connections;
    uint32_t max_connections_per_address; /* 0: no limit */
    uint64_t max_egress_bps;              /* to all viewers together; 0: no limit */
    uint32_t max_streams;                 /* made by patterns and by what clients name, at once */
    enum engine engine;                   /* of paths that do not say */
    size_t origin_count;
    struct origin_rule *origins; /* which origins clients may name */
    size_t host_count;
    char (*hosts)[ORIGIN_HOST];         /* the names the gateway is known by */
    struct path_settings path_defaults; /* what a stream is like that a client's URL makes */
    size_t path_count;
    struct path_settings *paths;
    size_t pattern_count;
    struct path_pattern *patterns; /* gateway/path_pattern.h; tried in this order */
    size_t bridge_count;
    struct bridge_settings *bridges;
};

/* The defaults, without any path. */
void settings_init(struct settings *settings);
/* What is shown of its source: all but the query. */
void path_settings_show(struct path_settings *path);
/* The defaults of a path that has no name yet. */
void path_settings_init(struct path_settings *path);

#endif
