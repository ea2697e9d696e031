/* What an origin may do to the virtual client, in any order: the input is a script of answers, of
 * requests, of frames, of what the owner wishes, and of time that passes. What the client does
 * about it is checked at each of its calls (rtsp_owner.c). */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp_origin.h"
#include "rtsp_owner.h"
#include "visits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum row { ROW_PLAYING = 4, ROW_KEPT_ALIVE, ROW_READY, ROW_READY_KEPT_ALIVE, ROW_CONTROL };
enum column {
    PROVISIONAL,
    GOOD,
    ELSEWHERE,
    CHALLENGED,
    REFUSED,
    STRAY,
    QUESTION,
    FRAME = 13,
    TICK,
    WISH
};

/* Where the client is, and what comes. */
struct visits visits = {
    .rows = {"OPTIONS", "DESCRIBE", "SETUP", "PLAY", "playing", "kept alive", "stored",
             "stored, kept alive", "stored, asked for"},
    .columns = {"1xx", "2xx", "3xx", "401", "4xx, 5xx", "stray", "OPTIONS?", "ANNOUNCE?",
                "REDIRECT?", "TEARDOWN?", "GET_P.?", "SET_P.?", "another?", "frame", "tick",
                "wish"},
};

static void visit(const struct owner *o, enum column column)
{
    const struct rtsp_client *c = o->client;
    unsigned row = c->step - STEP_OPTIONS;
    if (c->step >= STEP_READY)
        row = c->step == STEP_PLAY ? 3 : c->is_waiting ? ROW_KEPT_ALIVE : ROW_PLAYING;
    if (c->is_stored && c->step >= STEP_READY)
        row = c->control.is_sent ? ROW_CONTROL : c->is_waiting ? ROW_READY_KEPT_ALIVE : ROW_READY;
    if (!o->is_over)
        visits.counts[row][column]++;
}

static void consume(struct owner *o)
{
    size_t shown = o->len - o->withheld;
    size_t taken = rtsp_client_consume(o->client, span_of(o->inbox, shown), o->now_us);
    assert(taken <= shown && (!o->is_over || taken == shown));
    o->len -= taken;
    memmove(o->inbox, o->inbox + taken, o->len);
}

/* One more message; `how` says how much of it has come, and whether it comes alone. What is stray
 * changes nothing. */
static void come(struct owner *o, struct span bytes, uint8_t how, bool is_stray)
{
    bool is_joined = how >= 192 && o->withheld > 0;
    o->withheld = 0;
    if (!is_joined)
        consume(o); /* what was withheld */
    o->joined = is_joined;
    o->asked = 0;
    if (o->is_over || OWNER_INBOX - o->len < bytes.len)
        return;
    memcpy(o->inbox + o->len, bytes.ptr, bytes.len);
    o->len += bytes.len;
    o->withheld = how >= 224 ? bytes.len / 2 : 0;
    consume(o);
    assert(!is_stray || is_joined || (o->asked == 0 && !o->is_over));
    o->joined = 0;
}

static enum column column_of(int status)
{
    return status < 200   ? PROVISIONAL
           : status < 300 ? GOOD
           : status < 400 ? ELSEWHERE
                          : (status == 401 ? CHALLENGED : REFUSED);
}

static void answer(struct owner *o, struct reader *script, uint8_t how)
{
    uint8_t bytes[2048];
    struct writer w = writer_of(bytes, sizeof bytes);
    bool is_stray = how % 32 == 8;
    int status = origin_answer(&w, script, o->method, o->cseq, is_stray);

    visit(o, is_stray ? STRAY : column_of(status));
    o->has_challenged |= status == 401;
    come(o, writer_written(&w), how, is_stray);
}

static void ask(struct owner *o, struct reader *script, uint8_t how)
{
    static const enum rtsp_method columns[] = {RTSP_OPTIONS,       RTSP_ANNOUNCE,
                                               RTSP_REDIRECT,      RTSP_TEARDOWN,
                                               RTSP_GET_PARAMETER, RTSP_SET_PARAMETER};
    uint8_t bytes[2048];
    struct writer w = writer_of(bytes, sizeof bytes);
    size_t column = 0, count = sizeof columns / sizeof columns[0];
    uint32_t cseq = 1000 + how;
    if (o->question_count == sizeof o->questions / sizeof o->questions[0])
        return;
    enum rtsp_method method = origin_ask(&w, script, cseq);
    while (column < count && columns[column] != method)
        column++;
    visit(o, (enum column)(QUESTION + column));
    o->questions[o->question_count++] = cseq;
    come(o, writer_written(&w), how, false);
}

static void tick(struct owner *o)
{
    visit(o, TICK);
    rtsp_client_tick(o->client, o->now_us);
    if (o->asked > 0) { /* a session lasts for a second at least; half of it has passed */
        assert(o->now_us >= o->kept_alive_us + CLOCK_SECOND_US / 2);
        o->kept_alive_us = o->now_us;
    }
    assert(rtsp_client_deadline_us(o->client) > o->now_us);
}

static void step(struct owner *o, struct reader *script)
{
    static const uint8_t packet[] = {'$', 1, 0, 4, 1, 2, 3, 4};
    uint8_t how = reader_u8(script);

    o->asked = 0;
    switch (how % 8) {
    case 1:
        ask(o, script, how);
        break;
    case 2:
        o->now_us += reader_u8(script) * CLOCK_SECOND_US / 32;
        break;
    case 3:
        tick(o);
        break;
    case 4:
        visit(o, FRAME);
        come(o, span_of(packet, sizeof packet), how, true);
        break;
    case 5:
        visit(o, WISH);
        owner_wish(o, how);
        break;
    case 6:
        o->mood = how / 16;
        break;
    default:
        answer(o, script, how);
    }
    assert(o->is_over == (rtsp_client_deadline_us(o->client) == INT64_MAX));
}

static bool begin(struct owner *o, uint8_t how)
{
    struct rtsp_client_settings settings = {
        .url = "rtsp://192.0.2.1/live",
        .user = how & 1 ? "user" : NULL,
        .password = "secret",
        .user_agent = "weir",
        .answer_timeout_us = 10 * CLOCK_SECOND_US,
        .via = how & 2 ? "RTSP/1.0 weir-x" : NULL,
        .protocol = how & 4 ? "x-unheard/udp" : NULL,
        .is_stored = how & 8,
    };
    o->has_user = how & 1;
    o->is_stored = how & 8;
    o->now_us = CLOCK_SECOND_US;
    return rtsp_client_new(&o->client, &settings, &owner_ops, o) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct owner owner; /* too large for the stack */
    struct reader script = reader_of(span_of(data, size));

    memset(&owner, 0, sizeof owner);
    if (!begin(&owner, reader_u8(&script)))
        return 0;
    rtsp_client_start(owner.client, owner.now_us);
    while (script.rest.len > 0 && !owner.is_over)
        step(&owner, &script);
    owner.asked = 0;
    if (!owner.is_stopped && size % 2) {
        owner.is_stopped = owner.is_over = true;
        rtsp_client_stop(owner.client);
    }
    rtsp_client_free(owner.client);
    return 0;
}
