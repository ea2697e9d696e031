/* A publisher: a client's session that feeds a stream (RFC 2326 10.3, 10.11). From its ANNOUNCE on
 * it holds the stream's place for a source; with RECORD its media begins. It belongs to its RTSP
 * session, and is a source (gateway/source.h) that comes by itself. On the gateway's thread. */
#ifndef WEIR_GATEWAY_PUBLISHER_H
#define WEIR_GATEWAY_PUBLISHER_H

#include "gateway/gateway_internal.h"
#include "gateway/source.h"
#include "net/connection.h"

struct naming;
struct publisher;

/* What feeds the paths that are published: nothing starts it. */
extern const struct source_kind publisher_kind;
/* Whether some path of the settings is published. */
bool publisher_is_possible(const struct settings *settings);

/* Makes the session's publisher and binds it. RTSP_OK; 404 and 405, where there is no such stream
 * or it is not published; 503, where somebody publishes it and the path does not let others take
 * over. */
int publisher_announce(struct rtsp_session *session, struct gateway *gateway,
                       struct connection *connection, const struct naming *naming);
/* One of its tracks; fills in our part of `wanted`. RTSP_OK, or the status to refuse with. */
int publisher_set_up(struct publisher *publisher, struct connection *connection, unsigned track,
                     struct rtsp_delivery *wanted);
/* Its media begins, or goes on. RTSP_OK, or the status to refuse with. */
int publisher_record(struct publisher *publisher, struct span description);
/* What comes from now on is dropped; the stream waits for it as for one that is silent. */
void publisher_pause(struct publisher *publisher);
/* An interleaved frame. Returns the stream it went to, whose viewers are to be served once no more
 * frames are there; NULL when it was dropped. */
struct stream *publisher_frame(struct publisher *publisher, uint8_t channel, struct span packet,
                               int64_t now_us);
/* The unpublish of rtsp/server.h: its session has ended. */
void publisher_on_unpublish(void *publisher, enum rtsp_end why);
/* Once a second: signs of life, reports; one that is doomed ends. May free the publisher. */
void publisher_tick(struct publisher *publisher, int64_t now_us);
/* Ends all publishers of a gateway. */
void publisher_end_all(struct gateway *gateway, const char *reason);
struct publisher *publisher_next(const struct publisher *publisher);

#endif
