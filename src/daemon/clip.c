#include "daemon/clip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/reader.h"
#include "base/writer.h"
#include "daemon/clip_data.h"
#include "gateway/gateway_internal.h"
#include "wire/rtp.h"

enum {
    TRACKS = 2,
    FIRST_TYPE = 96, /* payload types 96 and 97 are tracks 0 and 1 */
    FILE_HEAD = 16,
    RECORD_HEAD = 8,
    TICK_MS = 5,
    LOOP_MS = 8000,
};

static const int64_t report_us = 5 * CLOCK_SECOND_US;
static const uint32_t clock_rates[TRACKS] = {90000, 32000};

struct clip_track {
    uint32_t ssrc;
    uint16_t seq_base; /* of the loop that plays */
    uint32_t timestamp_base;
    uint16_t loop_packets;
    uint32_t timestamp; /* the last one sent, and when */
    int64_t sent_us;
    uint32_t packets, octets;
};

struct clip {
    struct source base;
    struct stream *stream; /* NULL once stopped */
    uv_timer_t timer;
    struct span records; /* all of them */
    struct span rest;    /* what is left of this loop */
    int64_t loop_us;     /* when this loop began: the schedule is absolute, and never drifts */
    int64_t report_us;
    struct clip_track tracks[TRACKS];
};

struct record {
    uint32_t offset_ms;
    struct span packet;
    unsigned track;
};

/* The rtpdump format: u16 length with this head, u16 packet length, u32 offset in ms. */
static bool parse_record(struct record *record, struct span *rest)
{
    struct reader r = reader_of(*rest);
    uint16_t len = reader_u16(&r);
    reader_u16(&r);
    record->offset_ms = reader_u32(&r);
    record->packet = reader_bytes(&r, len >= RECORD_HEAD ? (size_t)len - RECORD_HEAD : 0);
    if (r.is_short || record->packet.len < 12)
        return false;
    record->track = (record->packet.ptr[1] & 0x7f) - (unsigned)FIRST_TYPE;
    *rest = r.rest;
    return record->track < TRACKS;
}

static void open_records(struct clip *c)
{
    struct record record;
    struct span rest = clip_packets();
    span_cut(&rest, '\n'); /* "#!rtpplay1.0 address/port" */
    c->records = span_skip(rest, FILE_HEAD);
    rest = c->records;
    while (parse_record(&record, &rest))
        c->tracks[record.track].loop_packets++;
}

/* Both wraps come within the first minute: what a player makes of them is better seen on the first
 * evening than after thirteen hours. */
static void number_tracks(struct clip *c)
{
    for (unsigned i = 0; i < TRACKS; i++) {
        struct clip_track *t = &c->tracks[i];
        t->ssrc = random_u32();
        t->seq_base = (uint16_t)(65535 - random_u32() % 500);
        t->timestamp_base = UINT32_MAX - clock_rates[i] * (5 + random_u32() % 30);
    }
}

static void begin_loop(struct clip *c)
{
    c->rest = c->records;
    c->loop_us += LOOP_MS * CLOCK_MS_US;
    for (unsigned i = 0; i < TRACKS; i++) {
        c->tracks[i].seq_base = (uint16_t)(c->tracks[i].seq_base + c->tracks[i].loop_packets);
        c->tracks[i].timestamp_base += clock_rates[i] / 1000 * LOOP_MS;
    }
}

static void send_record(struct clip *c, const struct record *record, int64_t now_us)
{
    struct clip_track *t = &c->tracks[record->track];
    uint8_t bytes[2048];
    struct rtp rtp;

    if (record->packet.len > sizeof bytes || rtp_parse(&rtp, record->packet) < 0)
        return;
    memcpy(bytes, record->packet.ptr, record->packet.len);
    t->timestamp = rtp.timestamp + t->timestamp_base;
    t->sent_us = now_us;
    t->packets++;
    t->octets += (uint32_t)rtp.payload.len;
    rtp_renumber(bytes, (uint16_t)(rtp.seq + t->seq_base), t->timestamp, t->ssrc);
    stream_receive(c->stream, record->track, false, span_of(bytes, record->packet.len), false,
                   now_us);
}

static void send_due(struct clip *c, int64_t now_us)
{
    struct record record;
    for (;;) {
        struct span rest = c->rest;
        if (!parse_record(&record, &rest)) {
            begin_loop(c);
            continue;
        }
        if (c->loop_us + record.offset_ms * CLOCK_MS_US > now_us)
            return;
        send_record(c, &record, now_us);
        c->rest = rest;
    }
}

/* RFC 3550 6.4.1; the CNAME ties the two tracks together. */
static void send_report(struct clip *c, unsigned track, int64_t now_us)
{
    static const char cname[] = "weir-demo"; /* with its NUL: 10 bytes, the chunk is 16 */
    struct clip_track *t = &c->tracks[track];
    int64_t wall_us = clock_wall_us();
    uint64_t fraction = (uint64_t)(wall_us % CLOCK_SECOND_US) << 32;
    uint8_t bytes[64];
    struct writer w = writer_of(bytes, sizeof bytes);

    writer_u32(&w, 0x80c80006);
    writer_u32(&w, t->ssrc);
    writer_u32(&w, (uint32_t)(wall_us / CLOCK_SECOND_US + 2208988800)); /* NTP counts from 1900 */
    writer_u32(&w, (uint32_t)(fraction / CLOCK_SECOND_US));
    writer_u32(&w, t->timestamp +
                       (uint32_t)((now_us - t->sent_us) * clock_rates[track] / CLOCK_SECOND_US));
    writer_u32(&w, t->packets);
    writer_u32(&w, t->octets);
    writer_u32(&w, 0x81ca0004);
    writer_u32(&w, t->ssrc);
    writer_u16(&w, 0x0109);
    writer_bytes(&w, cname, sizeof cname);
    stream_receive(c->stream, track, true, writer_written(&w), false, now_us);
}

static void on_timer(uv_timer_t *timer)
{
    struct clip *c = timer->data;
    int64_t now_us = clock_now_us();

    if (c->loop_us == 0) { /* the first time */
        if (stream_described(c->stream, clip_sdp()) < 0) {
            stream_source_failed(c->stream, SOURCE_FAILED, 500, "the clip has no description");
            return;
        }
        stream_source_started(c->stream);
        c->loop_us = now_us;
        c->report_us = now_us + report_us / 10;
    }
    send_due(c, now_us);
    if (c->report_us <= now_us) {
        for (unsigned i = 0; i < TRACKS; i++)
            send_report(c, i, now_us);
        c->report_us += report_us;
    }
    stream_send(c->stream, now_us);
}

static int start(struct source **source, struct stream *stream)
{
    struct clip *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->base.kind = &clip_kind;
    c->stream = stream;
    open_records(c);
    if (c->tracks[0].loop_packets == 0 || c->tracks[1].loop_packets == 0) {
        free(c);
        return -EBADMSG;
    }
    c->rest = c->records;
    number_tracks(c);
    uv_timer_init(stream_gateway(stream)->loop, &c->timer);
    c->timer.data = c;
    uv_timer_start(&c->timer, on_timer, 0, TICK_MS);
    *source = &c->base;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void stop(struct source *source)
{
    struct clip *c = (struct clip *)source;
    c->stream = NULL;
    uv_close((uv_handle_t *)&c->timer, on_closed);
}

static const char *transport(const struct source *source)
{
    (void)source;
    return "clip";
}

const struct source_kind clip_kind = {.start = start, .stop = stop, .transport = transport};
