/* Many connections in any order: the input is a script of what their clients say, of what their
 * owner answers and when, and of time that passes. What must hold is in rtsp_world*.c. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rtsp/server_internal.h"
#include "rtsp_world_request.h"
#include "visits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a request names: a session of his in each state, over UDP and interleaved; or something
 * else. */
enum row {
    NONE,
    ANNOUNCED,
    GUESSED,
    ENDED,
    FOREIGN,
    ASKED,
    READY,
    PLAYING = 8,
    TO_RECORD = 10,
    RECORDING = 12
};

struct visits visits = {
    .rows = {"no session", "none, one announced", "a guess", "ended", "somebody else's",
             "a question is open", "ready, UDP", "ready, TCP", "playing, UDP", "playing, TCP",
             "to record, UDP", "to record, TCP", "recording, UDP", "recording, TCP"},
    .columns = {"unknown", "OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "RECORD",
                "REDIRECT", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER"},
};

static bool has_announced(const struct world_connection *c)
{
    const struct rtsp_session *session = c->server->own;
    while (session && session->state != SERVER_INIT)
        session = session->next;
    return session != NULL;
}

static enum row row_of(const struct world_connection *c, const struct world_request *r)
{
    const struct world_session *kept = &c->world->sessions[r->session >= 0 ? r->session : 0];
    if (c->asked_count > 1)
        return ASKED;
    if (r->session < 0)
        return r->names_session ? GUESSED : has_announced(c) ? ANNOUNCED : NONE;
    if (!kept->session)
        return ENDED;
    if (!world_is_his(c, r, kept))
        return FOREIGN;
    bool is_ready = kept->session->state == SERVER_READY;
    if (kept->is_publisher)
        return (is_ready ? TO_RECORD : RECORDING) + !kept->is_udp;
    return (is_ready ? READY : PLAYING) + !kept->is_udp;
}

static void say(struct world_connection *c, struct reader *script, uint8_t how)
{
    const struct world_request *r = world_ask(c, script);
    if (!r)
        return;
    if (!c->is_closed)
        visits.counts[row_of(c, r)][r->method]++;
    if (how >= 248) /* half of it; the rest comes when something else comes */
        c->withheld = c->last_len / 2;
    world_consume(c);
}

/* The connection is given up for this: it has no CSeq to answer, or none that is believed. */
static void say_nonsense(struct world_connection *c, uint8_t how)
{
    struct world *w = c->world;
    if (w->request_count == WORLD_REQUESTS || c->asked_count == WORLD_QUEUE)
        return;
    w->requests[w->request_count] = (struct world_request){.session = -1, .is_last = true};
    c->asked[c->asked_count] = w->request_count++;
    c->is_repeat[c->asked_count++] = false;
    c->last_len = 0;
    world_put(c, how & 16 ? span_of("\x01\x02", 2)
                          : span_text("PLAY * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: x\r\n\r\n"));
    world_consume(c);
}

static void say_frame(struct world_connection *c, struct reader *script)
{
    uint8_t bytes[4 + 16] = {'$', reader_u8(script), 0, 16};
    bytes[1] = bytes[1] < 224 ? bytes[1] % 4 : bytes[1];
    world_put(c, span_of(bytes, sizeof bytes));
    world_consume(c);
}

/* The owner does something with a session of its own accord. */
static void touch(struct world *w, struct reader *script)
{
    uint8_t how = reader_u8(script);
    struct world_session *kept = &w->sessions[w->session_count > 0 ? how % w->session_count : 0];
    if (!kept->session)
        return;
    switch (reader_u8(script) % 4) {
    case 0:
        world_end_session(kept);
        break;
    case 1:
        rtsp_session_allow_seek(kept->session);
        break;
    default:
        rtsp_session_touch(kept->session, w->now_us);
        kept->life_us = kept->proof_us = w->now_us;
    }
}

/* How the owner answers from now on. */
static void change_mood(struct world_connection *c, struct reader *script)
{
    static const int statuses[] = {200, 200, 200, 200, 200, 404, 453, 455, 459, 461, 500, 503};
    uint8_t how = reader_u8(script);
    c->is_late = how & 1;
    c->is_ending = (how & 14) == 14;
    if ((how & 240) == 240)
        rtsp_server_refuse_udp(c->server);
    c->status = statuses[how / 2 % (sizeof statuses / sizeof statuses[0])];
}

/* What happens to all of them. */
static void look_at_the_clock(struct world *w)
{
    world_expire(w);
    for (int i = 0; i < WORLD_CONNECTIONS; i++)
        world_tick(&w->connections[i]);
}

static void act(struct world_connection *c, struct reader *script, uint8_t how)
{
    struct world *w = c->world;
    switch (how % 16) {
    case 0:
        world_answer(c);
        world_consume(c);
        break;
    case 1:
        change_mood(c, script);
        break;
    case 2:
        w->now_us += reader_u8(script) * INT64_C(400) * 1000; /* 102 s at most */
        break;
    case 3:
        look_at_the_clock(w);
        break;
    case 4:
        say_frame(c, script);
        break;
    case 5:
        touch(w, script);
        break;
    case 6:
        world_ask_again(c);
        world_consume(c);
        break;
    case 7:
        if (how >= 128)
            world_close(c);
        else if (how >= 64)
            say_nonsense(c, how);
        break;
    default:
        say(c, script, how);
    }
}

static void step(struct world *w, struct reader *script)
{
    static const char *const hosts[] = {"192.0.2.1", "192.0.2.2", "2001:db8::3"};
    uint8_t how = reader_u8(script);
    struct world_connection *c = &w->connections[how / 16 % WORLD_CONNECTIONS];

    if (c->is_closed && how >= 64)
        world_close(c);
    if (!c->server)
        world_open(c, hosts[reader_u8(script) % 3]);
    if (c->server)
        act(c, script, how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world; /* too large for the stack */
    struct reader script = reader_of(span_of(data, size));

    uint8_t how = reader_u8(&script);

    if (!world_begin(&world, how & 1, how & 6))
        return 0;
    while (script.rest.len > 0) {
        step(&world, &script);
        world_check(&world);
    }
    world_end(&world);
    return 0;
}
