/* A stream's readers, and those who wait to become one. */
#include <assert.h>
#include <errno.h>
#include <utlist.h>

#include "base/clock.h"
#include "gateway/stream_internal.h"
#include "gateway/stream_timer.h"

bool stream_is_unwatched(const struct stream *s)
{
    bool has_purpose = stream_path_is_published(s->path)
                           ? s->source != NULL
                           : !s->path->is_on_demand && s->supply == SUPPLY_SHARED;
    return !has_purpose && !s->readers && !s->waits;
}

/* A stream that is asked for again soon is kept for a while; without its publisher it cannot be. */
void stream_update_idle(struct stream *s)
{
    bool can_wait = !stream_path_is_published(s->path);
    if (!stream_is_unwatched(s))
        s->idle_us = INT64_MAX;
    else if (s->idle_us == INT64_MAX)
        s->idle_us = clock_now_us() + (can_wait ? s->path->close_after_us : 0);
    stream_timer_update(s);
}

void stream_answer_waits(struct stream *s, int status)
{
    struct stream_wait *wait = s->waits;
    s->answer_us = INT64_MAX;
    while (wait) {
        DL_DELETE(s->waits, wait);
        wait->stream = NULL;
        wait->done(wait->owner, status);
        wait = s->waits;
    }
}

void stream_dismiss_readers(struct stream *s)
{
    struct stream_reader *reader;
    while ((reader = s->readers)) {
        stream_send_bye(s, reader);
        stream_exit(s, reader);
        reader->ended(reader->owner);
    }
}

bool stream_is_ready(const struct stream *s)
{
    return s->supply != SUPPLY_SHARED || (s->sw && (s->is_live || s->reader_count > 0));
}

void stream_await(struct stream *s, struct stream_wait *wait)
{
    assert(!wait->stream);
    wait->stream = s;
    DL_APPEND(s->waits, wait);
    if (s->answer_us == INT64_MAX)
        s->answer_us = clock_now_us() + s->path->start_timeout_us;
    stream_update_idle(s);
}

void stream_wait_cancel(struct stream_wait *wait)
{
    struct stream *s = wait->stream;
    if (!s)
        return;
    wait->stream = NULL;
    DL_DELETE(s->waits, wait);
    if (!s->waits)
        s->answer_us = INT64_MAX;
    stream_update_idle(s);
}

int stream_enter(struct stream *s, struct stream_reader *reader)
{
    int64_t now_us = clock_now_us();
    bool is_viewer = reader->kind != READER_GROUP, has_output = reader->kind != READER_MEMBER;
    if (is_viewer && s->path->max_readers > 0 && s->reader_count >= s->path->max_readers) {
        admission_count(&s->gateway->admission, ADMISSION_READERS, now_us);
        return -EUSERS;
    }
    if (has_output && !stream_has_egress(s, false, now_us))
        return -EDQUOT;
    DL_APPEND(s->readers, reader);
    reader->is_entered = true;
    s->reader_count += is_viewer;
    s->output_count += has_output;
    stream_update_idle(s);
    return 0;
}

void stream_exit(struct stream *s, struct stream_reader *reader)
{
    if (!reader->is_entered)
        return;
    stream_leave(s, reader);
    DL_DELETE(s->readers, reader);
    reader->is_entered = false;
    s->reader_count -= reader->kind != READER_GROUP;
    s->output_count -= reader->kind != READER_MEMBER;
    if (!s->is_ended)
        stream_update_idle(s);
}

int stream_join(struct stream *s, struct stream_reader *reader, int64_t now_us)
{
    if (!stream_has_egress(s, true, now_us))
        return -EDQUOT;
    packet_switch_join(s->sw, reader->output, s->path->join_from, now_us);
    reader->is_joined = true;
    s->joined_count++;
    return 0;
}

void stream_join_at(struct stream *s, struct stream_reader *reader, uint64_t next, int64_t now_us)
{
    packet_switch_join_at(s->sw, reader->output, next, now_us);
    reader->is_joined = true;
    s->joined_count++;
}

void stream_leave(struct stream *s, struct stream_reader *reader)
{
    if (!reader->is_joined)
        return;
    packet_switch_leave(s->sw, reader->output);
    reader->is_joined = false;
    s->joined_count--;
}

void stream_send_one(struct stream *s, struct stream_reader *reader, int64_t now_us)
{
    if (!reader->is_joined)
        return;
    packet_switch_send_one(s->sw, reader->output, now_us);
    stream_timer_update(s);
}
