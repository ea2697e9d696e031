/* What the rooms of the virtual server share. */
#ifndef WEIR_RTSP_SERVER_INTERNAL_H
#define WEIR_RTSP_SERVER_INTERNAL_H

#include <uthash.h>

#include "rtsp/authenticator.h"
#include "rtsp/server.h"
#include "wire/rtsp_field.h"
#include "wire/rtsp_message.h"
#include "wire/transport.h"

enum {
    SESSION_ID_LEN = 22, /* 132 random bits: RFC 2326 3.4 and 16 want it hard to guess */
    SERVER_HOST = 64,    /* an address as text */
};

enum server_state { SERVER_INIT, SERVER_READY, SERVER_PLAYING, SERVER_RECORDING };

struct server_track {
    uint8_t index;
    bool has_suffix; /* the client named it by its own URL */
    struct rtsp_delivery delivery;
};

struct announcement {
    char *url;  /* owned: as it was announced, for the controls */
    char *text; /* owned: the description, which sdp points into */
    struct sdp sdp;
};

struct rtsp_sessions {
    const struct rtsp_server_settings *settings;
    const struct rtsp_server_ops *ops;
    struct rtsp_server_counts *counts;
    struct rtsp_session *by_id; /* a hash of those past SERVER_INIT */
};

struct rtsp_session {
    struct rtsp_sessions *all;
    UT_hash_handle hh;
    char id[SESSION_ID_LEN + 1];
    struct rtsp_server *server;       /* the connection it is on; NULL: it has outlived it */
    struct rtsp_session *prev, *next; /* of the same connection */
    char host[SERVER_HOST];           /* who made it, and as whom */
    const struct account *who;        /* NULL: nobody had to say */
    void *owner;                      /* NULL: not bound yet */
    enum server_state state;
    struct announcement *announcement; /* owned; NULL: it does not publish */
    bool allows_seek;                  /* what it plays can be positioned */
    int64_t alive_us;                  /* the last sign of life */
    char *name;                        /* owned: the stream's name */
    /* Owned: the stream's URL as the client wrote it, for RTP-Info; behind its NUL a second text:
     * what stood behind the track. */
    char *base;
    size_t track_count;
    struct server_track *tracks; /* owned */
};

/* The last request that may not be performed twice, and what was answered. */
struct server_repeat {
    char *request, *reply; /* owned; the reply is NULL while there is none */
    size_t request_len, reply_len;
};

struct rtsp_server {
    struct rtsp_sessions *sessions;
    const struct rtsp_server_settings *settings; /* those of its sessions, like the next two */
    const struct rtsp_server_ops *ops;
    struct rtsp_server_counts *counts;
    void *owner;
    char host[SERVER_HOST];

    int64_t now_us;
    int64_t request_us; /* the last request, or its answer, or the start */
    bool has_asked;     /* there was a request */
    int64_t rest_us;    /* since when half a message waits; 0: nothing does */
    bool is_closed;
    bool refuses_udp;
    struct rtsp_session *own;     /* the sessions on this connection, a list */
    const struct account *proven; /* who was proven last on this connection */
    unsigned wrong_count;         /* of wrong credentials on it */
    unsigned forbidden_count;     /* of its requests that were answered 403 */
    int64_t held_us;              /* until when a refusal is held back; 0: none is */

    /* The request in hand, as far as its answer needs it. */
    enum rtsp_method waits_for; /* RTSP_METHOD_UNKNOWN: no question is open */
    bool has_cseq;
    uint32_t cseq;
    uint32_t retry_after_s;       /* told with a 453 or 503; 0: not */
    char timestamp[64];           /* to be echoed; "" without one */
    char *via;                    /* owned: the proxies it has come through; NULL: none */
    char *url;                    /* owned: the base of a description, or a session's `base` */
    int track;                    /* what the URL names; -1: the whole stream */
    bool has_scale, has_speed;    /* of a PLAY: to be answered with what holds */
    const struct account *who;    /* who makes it; NULL: he did not say */
    bool is_stale;                /* the password was right, the nonce is not */
    struct rtsp_session *session; /* what it is about; NULL: nothing, or it has ended */
    struct rtsp_offer offer;

    struct server_repeat repeat;
};

/* session.c */
/* A session on this connection, in SERVER_INIT, for the stream `name`. NULL without memory. */
struct rtsp_session *session_new(struct rtsp_server *s, const char *name);
/* It has its first track: from now on its id finds it. 0 or -ENOMEM. */
int session_establish(struct rtsp_session *session);
void session_end(struct rtsp_session *session, enum rtsp_end why);
/* The connection has gone. */
void session_let_go(struct rtsp_session *session);
/* The session a request names, brought onto the request's connection. NULL: none of that id, or
 * none of this client's. */
struct rtsp_session *session_find(struct rtsp_server *s, const struct rtsp_message *m);
/* Whether there is one on the connection. What was announced and never set up does not count. */
bool server_has_session(const struct rtsp_server *s);
bool session_is_interleaved(const struct rtsp_session *session);
struct server_track *session_track(const struct rtsp_session *session, int index);
/* Keeps what was agreed for a track; -1 is track 0. NULL without memory. */
struct server_track *session_keep_track(struct rtsp_session *session, int track,
                                        const struct rtsp_delivery *delivery);
void session_drop_track(struct rtsp_session *session, int track);

/* server_reply.c: answers of one kind */
void server_start_reply(struct rtsp_server *s, struct writer *w, int status);
void server_finish_reply(struct rtsp_server *s, struct writer *w, int status);
void server_reply(struct rtsp_server *s, int status);
void server_reply_allow(struct rtsp_server *s, int status);

/* server_require.c: whether a request demands what is not known here, as everything is that can be
 * demanded; it has been answered then. */
bool server_refuses(struct rtsp_server *s, const struct rtsp_message *m);

/* server_via.c: whether a request has been here before, or through too many proxies; it has been
 * answered then. */
bool server_stops_loop(struct rtsp_server *s, const struct rtsp_message *m);

/* server_repeat.c: RFC 2326 10: a request that comes again, byte for byte, right behind itself is
 * answered again, and not performed. `bytes` are the request's. */
bool server_answers_repeat(struct rtsp_server *s, struct span bytes);
void server_note_request(struct rtsp_server *s, const struct rtsp_message *m, struct span bytes);
void server_note_reply(struct rtsp_server *s, struct span reply, int status);
void server_forget_request(struct rtsp_server *s);

/* server_identity.c */
/* Proves who makes the request, as far as it says. 0, the status to refuse with, or -EAGAIN: that
 * is held back. */
int server_identify(struct rtsp_server *s, const struct rtsp_message *m);
/* Whether he may, once its session was looked for with this status. 0, or the status to refuse
 * with. */
int server_permit(struct rtsp_server *s, const struct rtsp_message *m, int status);
/* With challenges where it is 401; not at all where it is held back (-EAGAIN). */
void server_refuse(struct rtsp_server *s, int status);
/* Answers what was held back, if it is time. */
void server_release(struct rtsp_server *s);

/* server_setup.c, server_session.c: the methods that have to do with a session */
void server_setup(struct rtsp_server *s, const struct rtsp_message *m, const char *name);
void server_play(struct rtsp_server *s, const struct rtsp_message *m);
void server_pause(struct rtsp_server *s);
void server_teardown(struct rtsp_server *s);

/* server_announced.c */
/* The announcement in a message. 0, or the status to refuse with. */
int announcement_read(struct announcement **announcement, const struct rtsp_message *m);
/* Accepts NULL, returns NULL. */
struct announcement *announcement_free(struct announcement *a);
/* The track of its description that a URL names; of several that it could mean, one that is not set
 * up. -1: none. */
int session_find_announced(const struct rtsp_session *session, struct span url);

/* server_publish.c: ANNOUNCE and RECORD */
void server_announce(struct rtsp_server *s, const struct rtsp_message *m, const char *name);
void server_record(struct rtsp_server *s);
/* Where a SETUP is a publisher's: s->session and s->track become what it is about. A URL that the
 * description does not know makes the track -1. */
void server_find_announced(struct rtsp_server *s, struct span url);
/* A request's URL is not the stream that is published: 0 where it is all of it the same, else the
 * status to refuse with. */
int server_take_announced(struct rtsp_server *s, struct span url);

/* server_target.c: what a request is about. All return 0, or the status to refuse with. */
/* DESCRIBE, SETUP, ANNOUNCE: what the URL names, kept as s->url and s->track. */
int server_take_url(struct rtsp_server *s, char name[LIMIT_NAME], const struct rtsp_message *m);
/* The session, as s->session; NULL where the request needs none. It shows that it lives. */
int server_take_session(struct rtsp_server *s, const struct rtsp_message *m);
/* PLAY, RECORD, PAUSE, TEARDOWN: what of the session the URL names, as s->track. What is no name of
 * a stream ("*", or a host alone) is meant for the session as a whole. */
int server_take_target(struct rtsp_server *s, const struct rtsp_message *m);

/* server_url.c: a request's URL, taken apart, and what it names. *track is -1 without "/trackID=N";
 * *base_len is the length of the URL without that and without a slash at its end. 0, or the status
 * to refuse with. */
int server_parse_url(struct rtsp_server *s, char name[LIMIT_NAME], int *track, size_t *base_len,
                     struct span url);

#endif
