/* What the rooms of the viewer share. */
#ifndef WEIR_GATEWAY_VIEWER_INTERNAL_H
#define WEIR_GATEWAY_VIEWER_INTERNAL_H

#include "gateway/stream.h"
#include "gateway/viewer.h"
#include "net/connection.h"

/* What the open question of the dialogue is, while the viewer waits for a stream. */
enum viewer_question { QUESTION_NONE, QUESTION_DESCRIBE, QUESTION_SETUP };

struct viewer {
    struct gateway *gateway;
    struct connection *connection;
    struct rtsp_server *server;
    uint64_t id;
    int64_t since_us; /* the session's start */
    const char *doom; /* why it is to be closed as soon as nothing of it is on the stack; NULL */

    enum viewer_question question;
    struct stream_wait wait;
    struct stream *awaited; /* valid while the question is open */
    int wanted_track;       /* of the SETUP that waits */
    struct rtsp_delivery wanted;

    /* The session, from the first SETUP on: */
    struct stream *stream;
    struct stream_reader reader;
    bool is_tcp;
    struct viewer_port *ports; /* UDP: where its RTCP comes from, a list */

    struct viewer *prev, *next;
};

/* viewer.c: closes it if it is doomed. Returns whether it did. */
bool viewer_settle(struct viewer *viewer);
void viewer_log(const struct viewer *viewer, enum log_level level, const char *event,
                const char *reason);

/* viewer_session.c: the operations of its dialogue, and what a session holds. */
extern const struct rtsp_server_ops viewer_server_ops;
/* Answer the open question; `status` is 200 when the stream is ready. */
void viewer_describe(struct viewer *viewer, struct stream *stream, int status);
void viewer_set_up(struct viewer *viewer, struct stream *stream, int status);
void viewer_leave(struct viewer *viewer);

/* viewer_port.c: which viewer an RTCP datagram comes from. */
int viewer_port_add(struct viewer *viewer, const struct address *address);
void viewer_port_remove_all(struct viewer *viewer);
struct viewer *viewer_port_find(const struct gateway *gateway, const struct address *address);

#endif
