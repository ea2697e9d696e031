/* What the rooms of a dialogue share. */
#ifndef WEIR_GATEWAY_DIALOGUE_INTERNAL_H
#define WEIR_GATEWAY_DIALOGUE_INTERNAL_H

#include "gateway/dialogue.h"
#include "gateway/stream.h"
#include "net/connection.h"

/* What the open question is, while the dialogue waits for a stream. */
enum dialogue_question { QUESTION_NONE, QUESTION_DESCRIBE, QUESTION_SETUP };

struct dialogue {
    struct gateway *gateway;
    struct connection *connection;
    struct rtsp_server *server;
    const char *doom;       /* why it is to be closed; NULL */
    struct viewer *viewers; /* whose media goes by this connection, a list */

    enum dialogue_question question;
    struct stream_wait wait;
    struct stream *awaited;       /* valid while the question is open */
    struct rtsp_session *session; /* of the SETUP that waits, like the next two */
    int wanted_track;
    struct rtsp_delivery wanted;

    struct dialogue *prev, *next;
};

/* dialogue_answer.c: the stream an open question waits for is there (200), or will not come. */
void dialogue_answer(struct dialogue *dialogue, int status);

#endif
