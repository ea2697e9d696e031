/* What the rooms of a dialogue share. */
#ifndef WEIR_GATEWAY_DIALOGUE_INTERNAL_H
#define WEIR_GATEWAY_DIALOGUE_INTERNAL_H

#include "gateway/dialogue.h"
#include "gateway/naming.h"
#include "gateway/stream.h"
#include "net/connection.h"

/* What the open question is, while the dialogue waits for a stream. */
enum dialogue_question { QUESTION_NONE, QUESTION_DESCRIBE, QUESTION_SETUP };

struct dialogue {
    struct gateway *gateway;
    struct connection *connection;
    struct guest *guest;
    int64_t since_us;
    struct tunnel *tunnel; /* NULL: the client speaks by the connection itself */
    struct rtsp_server *server;
    const char *doom;       /* why it is to be closed; NULL */
    bool goes_on;           /* its question was answered: see dialogue_go_on_soon */
    struct viewer *viewers; /* whose media goes by this connection, a list */
    struct stream *fed;     /* got frames by it that its viewers have not got yet; NULL */

    struct naming naming; /* what the request in hand is about */
    enum dialogue_question question;
    struct stream_wait wait;
    struct stream *awaited; /* valid while the question is open */
    struct stream_control control;
    int wanted_track; /* of the SETUP that waits, like the next */
    struct rtsp_offer offer;
    struct rtsp_delivery wanted; /* what was chosen of it */
    const struct domain *domain; /* the client's; NULL */

    struct dialogue *prev, *next;
};

/* dialogue_answer.c: the stream an open question waits for is there (200), or will not come. */
void dialogue_answer(struct dialogue *dialogue, int status);

/* Who is refused for want of room hears when to come again: before he is refused. */
void dialogue_tell_when(struct dialogue *dialogue, int status);

/* dialogue.c: an answer was given from outside; what came behind the question is taken soon, from
 * the loop. Who gives the answer may be in the midst of what the client could end with that. */
void dialogue_go_on_soon(struct dialogue *dialogue);

/* dialogue_delivery.c: whether a SETUP can be served at all, whatever its stream is like. */
bool dialogue_may_deliver(struct dialogue *dialogue);
/* Whether the client may get the stream as a source-specific group, and from where. */
bool dialogue_find_source(struct dialogue *dialogue, const struct stream *stream,
                          struct address *source);
/* What of the offer is taken for that stream becomes `wanted`. RTSP_OK, or the status to refuse
 * with. */
int dialogue_choose_delivery(struct dialogue *dialogue, const struct stream *stream);

/* dialogue_stored.c: stored content is played and paused by its origin. */
void dialogue_play_stored(struct dialogue *dialogue, struct viewer *viewer,
                          const struct rtsp_play *play);
void dialogue_pause_stored(struct dialogue *dialogue, struct viewer *viewer);
/* dialogue_publish.c: what publishers ask, operations of rtsp/server.h among it. */
void dialogue_on_announce(void *owner, struct rtsp_session *session, const char *name);
void dialogue_on_record(void *owner, struct rtsp_session *session);
void dialogue_set_up_publisher(struct dialogue *dialogue, struct rtsp_session *session,
                               unsigned track, const struct rtsp_offer *offer);
void dialogue_take_frame(struct dialogue *dialogue, struct rtsp_session *session, uint8_t channel,
                         struct span packet);

#endif
