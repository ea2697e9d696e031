/* What the rooms of a stream share: its life (stream.c) and its readers (stream_readers.c). */
#ifndef WEIR_GATEWAY_STREAM_INTERNAL_H
#define WEIR_GATEWAY_STREAM_INTERNAL_H

#include "gateway/stream.h"

/* stream.c: a new stream of that key (copied); takes `made`, also when it fails. NULL: no memory.
 */
struct stream *stream_make(struct gateway *gateway, const char *key,
                           const struct path_settings *path, struct path_settings *made,
                           enum input_form form);
/* Its description is all the catalog can have of it: the source is stopped, who waits is told. */
void stream_shelve(struct stream *stream, enum stream_supply supply);
/* stream_source.c: the puller, or whatever kind the path has. */
void stream_start_source(struct stream *stream);
void stream_stop_source(struct stream *stream);
/* Media has come or may come: so long without any from now on, and the source is dead. Stored
 * content may be paused, and is its viewer's own affair. */
void stream_expect_media(struct stream *stream, int64_t now_us);
/* stream_loop.c: what its switch's packets go by, where the settings want the loop. Without it they
 * go directly. */
void stream_open_loop(struct stream *stream, size_t track_count);
/* The switch, if there is one, with its loop. */
void stream_free_switch(struct stream *stream);
/* stream_variant.c: who has asked for a control hears this status. */
void stream_answer_control(struct stream *stream, int status);

/* Nobody watches, waits for, or publishes it, and it is not there for its own sake. */
bool stream_is_unwatched(const struct stream *stream);
/* To be called when a reader, or somebody who waits, has come or gone. */
void stream_update_idle(struct stream *stream);
/* Everyone who waits gets this status. They may ask for the stream again from within. */
void stream_answer_waits(struct stream *stream, int status);
/* stream_egress.c: whether maxEgress, the gateway's and the path's, leaves room for one viewer
 * more: of those that are set up, or of those that play. A refusal is counted. */
bool stream_has_egress(struct stream *stream, bool plays, int64_t now_us);
/* BYE, and the word that it is over, to every reader. */
void stream_dismiss_readers(struct stream *stream);

#endif
