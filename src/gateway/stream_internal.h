/* What the rooms of a stream share: its life (stream.c) and its readers (stream_readers.c). */
#ifndef WEIR_GATEWAY_STREAM_INTERNAL_H
#define WEIR_GATEWAY_STREAM_INTERNAL_H

#include "gateway/stream.h"

/* To be called when a reader, or somebody who waits, has come or gone. */
void stream_update_idle(struct stream *stream);
/* Everyone who waits gets this status. They may ask for the stream again from within. */
void stream_answer_waits(struct stream *stream, int status);
/* BYE, and the word that it is over, to every reader. */
void stream_dismiss_readers(struct stream *stream);

#endif
