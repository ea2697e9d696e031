/* From what a client asked for to what it means: a path of the config, a path that a pattern makes,
 * or, where `origins` allows it, an origin that the client names itself. That has two forms:
 *
 *   DESCRIBE rtsp://live.example.com/concert            to a gateway, as to a proxy
 *   DESCRIBE rtsp://gateway:8554/rtsp/live.example.com/concert
 *
 * Both mean one stream, whose name is the origin's URL. */
#ifndef WEIR_GATEWAY_NAMING_H
#define WEIR_GATEWAY_NAMING_H

#include "gateway/gateway_internal.h"

struct naming { /* zeroed: nothing */
    /* Of the stream. In an origin's URL a hash with the gateway's key stands for the query, where
     * tokens are kept: names are logged and shown. */
    char name[LIMIT_NAME];
    /* Owned: the origin's URL; NULL: the client named none. Where it may not be had: its host; the
     * name is then what it would be as a path of ours, for it might be one ("": it is none). */
    char *source;
    enum origin_verdict verdict;
};

/* Replaces what was there. Whether the stream exists, or may be had, is not told yet: that is for
 * those who may read it. `local` is the gateway's end of the client's connection. 0, or the status
 * to refuse with: 400, 404, 414, 500, 501. */
int naming_take(struct naming *naming, const struct gateway *gateway,
                const struct rtsp_target *target, const struct address *local);
void naming_done(struct naming *naming);

/* RTSP_OK and the path, which is the config's, or, where *made is not NULL, allocated for the
 * caller (naming_free). Else the status to refuse with: 404, 403 (an origin that clients may not
 * name; logged), 503. */
int naming_find(const struct gateway *gateway, const struct naming *naming,
                const struct path_settings **path, struct path_settings **made);
/* Wipes what was in it. Accepts NULL, returns NULL. */
struct path_settings *naming_free(struct path_settings *made);

#endif
