/* A viewer: one client session that watches a stream. It marries an RTSP session to a stream and an
 * output. Over TCP its media goes by the connection it was set up on; over UDP it needs none. On
 * the gateway's thread. */
#ifndef WEIR_GATEWAY_VIEWER_H
#define WEIR_GATEWAY_VIEWER_H

#include "gateway/gateway_internal.h"
#include "net/connection.h"

struct viewer;

/* What a SETUP is about, and where it comes from. All borrowed. */
struct viewer_place {
    struct stream *stream; /* ready */
    struct connection *connection;
    struct viewer **viewers; /* those whose media goes by that connection: a list they enter */
    bool is_tunnelled;
    int track;                   /* -1: the URL names the whole stream */
    const struct domain *domain; /* for multicast */
};

/* Sets one track up. The first time it makes the session's viewer and binds it; an only track that
 * is set up anew may go another way. Fills in the server's part of `wanted`. RTSP_OK, or the status
 * to refuse with. */
int viewer_set_up(struct rtsp_session *session, const struct viewer_place *place,
                  struct rtsp_delivery *wanted);
/* Joins the tape. `firsts` has room for LIMIT_TRACKS. RTSP_OK; 454 when its stream is over, 453
 * when there is no room. */
int viewer_play(struct viewer *viewer, struct rtsp_first *firsts, size_t *count, int64_t now_us);
void viewer_pause(struct viewer *viewer);
/* Joins before a packet: stored content, whose origin has begun to play it. */
void viewer_play_at(struct viewer *viewer, uint64_t next, int64_t now_us);
/* NULL when it is over. */
struct stream *viewer_stream(const struct viewer *viewer);
/* Whether it shares a group's output; that is so for its whole life. */
bool viewer_is_multicast(const struct viewer *viewer);
/* Whether the track was set up. */
bool viewer_has_track(const struct viewer *viewer, unsigned track);
/* One of its tracks goes. */
void viewer_release(struct viewer *viewer, unsigned track);
/* Sends what is new, as far as the kernel takes it. False when the connection is broken. */
bool viewer_send(struct viewer *viewer, int64_t now_us);
/* It ends with its next tick, or sooner, for this reason. */
void viewer_doom(struct viewer *viewer, const char *reason);
/* The teardown of rtsp/server.h: its session has ended. BYE where it was not the client's wish. */
void viewer_on_teardown(void *viewer, enum rtsp_end why);
/* Once a second: one that is doomed or takes no media ends. May free the viewer. */
void viewer_tick(struct viewer *viewer, int64_t now_us);
/* Ends all viewers of a gateway. */
void viewer_end_all(struct gateway *gateway, const char *reason);
/* A datagram on the viewers' ports, from a viewer or anyone else: a sign of life, and maybe RTCP.
 */
void viewer_receive(struct gateway *gateway, struct span data, const struct address *from,
                    int64_t now_us);
/* It shows that it lives. */
void viewer_touch(struct viewer *viewer, int64_t now_us);
/* An RTCP compound that came on one of the viewer's own channels or from its own address. What is
 * none is ignored. */
void viewer_take_rtcp(struct viewer *viewer, struct span compound, int64_t now_us);

struct viewer *viewer_next(const struct viewer *viewer);
/* The next one of the same connection. */
struct viewer *viewer_next_of(const struct viewer *viewer);
/* `text` holds the address it shows. False when its stream is over. */
bool viewer_status(const struct viewer *viewer, struct viewer_status *status,
                   char text[ADDRESS_TEXT], int64_t now_us);

#endif
