#include "rtsp_world_request.h"

#include <string.h>

#include "base/writer.h"

enum { CHOICES = 8 };

/* A script's byte is one of these, or one of the usual ones. */
static const char *choose(const char *const choices[CHOICES], uint8_t byte)
{
    return choices[byte % CHOICES];
}

static const char *const methods[16] = {
    "OPTIONS",       "DESCRIBE", "SETUP",    "SETUP",    "SETUP",    "PLAY",
    "PLAY",          "PAUSE",    "RECORD",   "RECORD",   "TEARDOWN", "GET_PARAMETER",
    "SET_PARAMETER", "DANCE",    "ANNOUNCE", "ANNOUNCE",
};
static const char *const names[CHOICES] = {"cam", "cam", "cam", "open", "open", "bob", "", "a/b"};
static const char *const bases[CHOICES] = {
    "rtsp://h/", "rtsp://h/", "rtsp://h/",         "rtsp://h:554/",
    "rtsp://H/", "/",         "rtsp://elsewhere/", "rtsp://h/%zz",
};
static const char *const tracks[CHOICES] = {
    "", "/trackID=0", "/trackID=0", "/trackID=1", "/trackID=1", "/trackID=2", "/", "?a=b/trackID=0",
};
static const char *const transports[CHOICES] = {
    "RTP/AVP;unicast;client_port=5000-5001",
    "RTP/AVP/UDP;client_port=5000-5001;destination=192.0.2.1",
    "RTP/AVP/TCP;unicast;interleaved=0-1",
    "RTP/AVP/TCP;interleaved=254-255",
    "RTP/AVP;multicast;ttl=255",
    "x-real-rdt/udp;client_port=7000, x-unheard",
    "RTP/AVP;multicast, ;, RTP/AVP/TCP;interleaved=2-3",
    "RTP/AVP;mode=record;client_port=5000-5001",
};
static const char *const extras[CHOICES] = {
    "",
    "",
    "Range: npt=0-\r\nTimestamp: 1.5\r\n",
    "Range: clock=20260101T000000Z-\r\n",
    "Scale: 2\r\nSpeed: 1\r\n",
    "Require: flight\r\n",
    "Accept: text/html\r\n",
    "",
};
static const char body[] = "v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n"
                           "m=video 0 RTP/AVP 96\r\na=control:trackID=1\r\n";

/* The newest that lives; on this connection alone, or anywhere. */
static int newest(const struct world_connection *c, bool is_here)
{
    const struct world *w = c->world;
    for (int i = w->session_count - 1; i >= 0; i--) {
        const struct rtsp_session *session = w->sessions[i].session;
        if (w->sessions[i].id[0] && session &&
            (!is_here || rtsp_session_connection(session) == (const void *)c))
            return i;
    }
    return -1;
}

static void write_session(struct world_connection *c, struct world_request *r, struct writer *w,
                          uint8_t how)
{
    const struct world *world = c->world;
    unsigned kind = how % CHOICES;
    r->session = kind < 4 ? newest(c, true) : kind == 4 ? newest(c, false) : -1;
    if (kind == 5 && world->session_count > 0)
        r->session = (how / CHOICES) % world->session_count;
    if (r->session >= 0 && !world->sessions[r->session].id[0])
        r->session = -1;
    r->names_session = r->session >= 0 || kind == 7;
    if (r->names_session)
        rtsp_write_header(w, "Session", "%s",
                          r->session >= 0 ? world->sessions[r->session].id : "guessed");
}

static void write_digest(struct world_connection *c, struct writer *w, const char *method,
                         struct span url)
{
    char response[DIGEST_HEX] = "", nc[16] = "";
    struct writer n = writer_of(nc, sizeof nc - 1);
    writer_format(&n, "%08x", ++c->nonce_count);
    struct digest_input input = {
        .algorithm = DIGEST_SHA256,
        .secret = span_text(c->world->accounts[ALICE].secret[DIGEST_SHA256]),
        .nonce = span_text(c->nonce),
        .method = span_text(method),
        .uri = url,
        .has_qop = true,
        .nc = span_text(nc),
        .cnonce = span_text("x"),
    };
    digest_response(response, &input);
    rtsp_write_header(w, "Authorization",
                      "Digest username=\"alice\", realm=\"weir\", nonce=\"%s\", uri=\"%.*s\", "
                      "response=\"%s\", algorithm=SHA-256, qop=auth, nc=%s, cnonce=\"x\"",
                      c->nonce, SPAN_ARG(url), response, nc);
}

static void write_credentials(struct world_connection *c, struct world_request *r, struct writer *w,
                              const char *method, struct span url, uint8_t how)
{
    static const char *const basic[CHOICES] = {
        "YWxpY2U6c2VjcmV0", "YWxpY2U6c2VjcmV0", "YWxpY2U6c2VjcmV0", "YWxpY2U6c2VjcmV0",
        "Ym9iOnNlY3JldA==", "YWxpY2U6Z3Vlc3M=", "Ym9iOmd1ZXNz",     "c2xvdzpndWVzcw==",
    };
    unsigned kind = how % CHOICES;
    if (how >= 240 || (kind > 4 && how >= 64) ||
        !c->world->settings.authenticator) /* he does not say */
        return;
    r->user = kind < 4 ? ALICE : kind == 4 ? BOB : NOBODY;
    r->is_wrong = r->user == NOBODY;
    c->has_proven |= 1u << r->user;
    if (kind == 3)
        write_digest(c, w, method, url);
    else
        rtsp_write_header(w, "Authorization", "Basic %s", basic[kind]);
}

static struct world_request *new_request(struct world_connection *c)
{
    struct world *w = c->world;
    if (w->request_count == WORLD_REQUESTS || c->asked_count == WORLD_QUEUE ||
        WORLD_INBOX - c->len < sizeof c->last)
        return NULL;
    struct world_request *r = &w->requests[w->request_count];
    *r = (struct world_request){.session = -1};
    return r;
}

/* It stands in c->last. */
static void append_last(struct world_connection *c, bool is_repeat)
{
    world_put(c, span_of(c->last, c->last_len));
    c->is_repeat[c->asked_count] = is_repeat;
    c->asked[c->asked_count++] = c->last_cseq;
}

/* Lines, of which some are not as they should be. */
static void write_head(struct world_connection *c, struct world_request *r, struct writer *w,
                       const char *method, struct span url, uint8_t how)
{
    r->has_no_cseq = how >= 252;
    writer_format(w, "%s %.*s %s\r\n", method, SPAN_ARG(url),
                  how >= 248 && how < 252 ? "RTSP/2.0" : "RTSP/1.0");
    if (!r->has_no_cseq)
        rtsp_write_header(w, "CSeq", "%u", c->last_cseq);
    writer_text(w, choose(extras, how));
}

/* What a request is made of: places in the lists above. */
struct wording {
    const char *method;
    uint8_t base, name, track, head, session, credentials, transport;
    bool has_body;
};

/* Every second one is what a client says who means it. */
static struct wording choose_wording(struct reader *script)
{
    uint8_t how = reader_u8(script), where = reader_u8(script);
    struct wording wording = {.method = how % 32 == 13 ? "REDIRECT" : methods[how % 16]};
    bool is_setup = strcmp(wording.method, "SETUP") == 0;
    uint8_t track = where / CHOICES % CHOICES;
    if (how & 64) {
        wording.track = (uint8_t)(is_setup ? 1 + where % 4 : 0);
        wording.transport = where & 128 ? 0 : 2;
        return wording;
    }
    wording.base = how >= 176 ? where % CHOICES : 0;
    wording.name = (uint8_t)(where / 64 + ((how & 48) == 48 ? 4 : 0));
    wording.track = is_setup || track % 4 == 0 ? track : 0;
    wording.head = reader_u8(script);
    wording.session = reader_u8(script);
    wording.credentials = reader_u8(script);
    wording.transport = is_setup ? reader_u8(script) : 0;
    wording.has_body = (how & 176) == 144;
    return wording;
}

struct world_request *world_ask(struct world_connection *c, struct reader *script)
{
    char url_text[128];
    struct writer w = writer_of(c->last, sizeof c->last), u = writer_of(url_text, sizeof url_text);
    struct world_request *r = new_request(c);
    struct wording wording = choose_wording(script);

    if (!r)
        return NULL;
    c->last_cseq = c->world->request_count++;
    r->method = rtsp_method_parse(span_text(wording.method));
    writer_format(&u, "%s%s%s", bases[wording.base], names[wording.name], tracks[wording.track]);
    struct span url = writer_written(&u);
    write_head(c, r, &w, wording.method, url, wording.head);
    write_session(c, r, &w, wording.session);
    write_credentials(c, r, &w, wording.method, url, wording.credentials);
    r->is_free = r->method == RTSP_METHOD_UNKNOWN || r->method == RTSP_REDIRECT ||
                 (r->method == RTSP_OPTIONS && !r->names_session);
    if (r->method == RTSP_SETUP)
        rtsp_write_header(&w, "Transport", "%s", choose(transports, wording.transport));
    if (r->method == RTSP_ANNOUNCE || wording.has_body)
        rtsp_write_body(&w, "application/sdp", span_text(body));
    else
        rtsp_write_end(&w);
    c->last_len = w.len;
    append_last(c, false);
    return r;
}

void world_ask_again(struct world_connection *c)
{
    if (c->last_len > 0 && c->asked_count < WORLD_QUEUE && WORLD_INBOX - c->len >= c->last_len)
        append_last(c, true);
}

void world_put(struct world_connection *c, struct span bytes)
{
    c->withheld = 0;
    if (WORLD_INBOX - c->len < bytes.len)
        return;
    memcpy(c->inbox + c->len, bytes.ptr, bytes.len);
    c->len += bytes.len;
}
