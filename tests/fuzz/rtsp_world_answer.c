/* The answers of the virtual server in a world: which may be given to what. */
#include <assert.h>
#include <string.h>

#include "rtsp/server_internal.h"
#include "rtsp_world.h"

/* The oldest request without an answer is the one that is performed. */
struct world_request *world_current(const struct world_connection *c)
{
    assert(c->server && !c->is_closed && c->asked_count > 0);
    return &c->world->requests[c->asked[0]];
}

static void pop(struct world_connection *c)
{
    c->asked_count--;
    memmove(c->asked, c->asked + 1, c->asked_count * sizeof c->asked[0]);
    memmove(c->is_repeat, c->is_repeat + 1, c->asked_count * sizeof c->is_repeat[0]);
}

/* Whose session an answer names. */
static void check_session_header(struct world_connection *c, const struct world_request *r,
                                 const struct rtsp_message *m)
{
    struct world *w = c->world;
    struct session_field field;
    struct span text = rtsp_header_find(m, "Session");
    if (!text.ptr)
        return;
    assert(session_field_parse(&field, text) == 0 && field.id.len == SESSION_ID_LEN);
    for (int i = 0; i < w->session_count; i++)
        if (span_is_text(field.id, w->sessions[i].id))
            assert(world_is_his(c, r, &w->sessions[i]));
}

/* What an answer may say to a request. */
static void check_status(struct world_connection *c, const struct world_request *r, int status)
{
    const struct world *w = c->world;
    const struct world_session *session = r->session >= 0 ? &w->sessions[r->session] : NULL;
    assert(status >= 200 && (status < 300 || status >= 400));
    if (status >= 400)
        return;
    assert(!r->has_no_cseq && !r->is_last && r->method != RTSP_METHOD_UNKNOWN);
    if (w->settings.authenticator && !r->is_free)
        assert(!r->is_wrong);
    /* RFC 2326 16: an id of somebody else's is worth nothing, and neither is one of nobody's. */
    if (r->names_session && r->method != RTSP_OPTIONS && r->method != RTSP_DESCRIBE)
        assert(session && world_is_his(c, r, session));
}

/* He did something with his session, just now: it lives. */
static void note_proof(struct world_connection *c, const struct world_request *r)
{
    struct world *w = c->world;
    struct world_session *session = c->in_hand == r ? c->about : NULL; /* a SETUP may not name it */
    if (r->session >= 0 && r->method != RTSP_OPTIONS && r->method != RTSP_DESCRIBE)
        session = &w->sessions[r->session];
    /* What is answered from memory may have gone on to another connection. */
    bool is_here = !c->is_repeat[0] || rtsp_server_session(c->server);
    if (session && is_here && w->consuming == c)
        session->proof_us = w->now_us;
}

void world_hear(void *owner, struct span bytes)
{
    struct world_connection *c = owner;
    struct rtsp_piece piece;
    const struct world_request *r = world_current(c);

    assert(rtsp_piece_parse(&piece, bytes) == 0 && piece.len == bytes.len);
    const struct rtsp_message *m = &piece.message;
    assert(piece.kind == RTSP_PIECE_MESSAGE && !m->is_request && m->error_status == 0);
    if (r->has_no_cseq || r->is_last)
        assert(!m->has_cseq);
    else
        assert(m->has_cseq && m->cseq == c->asked[0]);
    check_session_header(c, r, m);
    check_status(c, r, m->status);
    struct span nonce = rtsp_header_find(m, "WWW-Authenticate");
    span_cut(&nonce, ',');
    if (m->status == 401 && span_has_prefix(span_trim(nonce), "nonce=\"")) {
        nonce = span_skip(span_trim(nonce), 7);
        span_copy(c->nonce, sizeof c->nonce, span_cut(&nonce, '"'));
    }
    if (m->status < 300)
        note_proof(c, r);
    c->world->answers += !r->is_last;
    c->in_hand = NULL;
    pop(c);
}
