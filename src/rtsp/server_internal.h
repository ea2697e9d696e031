/* What the rooms of the virtual server share. */
#ifndef WEIR_RTSP_SERVER_INTERNAL_H
#define WEIR_RTSP_SERVER_INTERNAL_H

#include "rtsp/server.h"
#include "wire/rtsp_field.h"
#include "wire/rtsp_message.h"
#include "wire/transport.h"

enum { SESSION_ID_LEN = 22 }; /* 132 random bits: RFC 2326 3.4 and 16 want it hard to guess */

enum server_state { SERVER_INIT, SERVER_READY, SERVER_PLAYING };

struct server_track {
    uint8_t index;
    bool has_suffix; /* the client named it by its own URL */
    struct rtsp_delivery delivery;
};

struct rtsp_server {
    const struct rtsp_server_settings *settings;
    const struct rtsp_server_ops *ops;
    void *owner;
    struct rtsp_server_counts *counts;

    int64_t now_us;
    int64_t request_us; /* the last request, or the start */
    int64_t alive_us;   /* the last sign of life */
    int64_t rest_us;    /* since when half a message waits; 0: nothing does */
    bool is_closed;

    /* The request in hand, as far as its answer needs it. */
    enum rtsp_method waits_for; /* RTSP_METHOD_UNKNOWN: no question is open */
    bool has_cseq;
    uint32_t cseq;
    char timestamp[64]; /* to be echoed; "" without one */
    char *url;          /* owned: the base of a description, or of what is set up */
    int track;          /* of a SETUP; -1: the whole stream */
    struct rtsp_delivery wanted;

    /* The session. */
    enum server_state state;
    char session[SESSION_ID_LEN + 1];
    char *base; /* owned: the stream's URL as the client wrote it, for RTP-Info */
    size_t track_count;
    struct server_track *tracks; /* owned */
};

/* server.c: answers of one kind */
void server_start_reply(struct rtsp_server *s, struct writer *w, int status);
void server_finish_reply(struct rtsp_server *s, struct writer *w, int status);
void server_reply(struct rtsp_server *s, int status);
void server_reply_allow(struct rtsp_server *s, int status);

/* server_session.c: the methods that have to do with a session */
void server_setup(struct rtsp_server *s, const struct rtsp_message *m, const char *name, int track);
void server_play(struct rtsp_server *s, const struct rtsp_message *m);
void server_pause(struct rtsp_server *s);
void server_teardown(struct rtsp_server *s);
void server_end_session(struct rtsp_server *s);
bool server_has_session(const struct rtsp_server *s, const struct rtsp_message *m);

/* server_url.c: a request's URL, taken apart. `name` holds LIMIT_NAME bytes. *track is -1 without
 * "/trackID=N"; *base_len is the length of the URL without that and without a slash at its end.
 * 0, or the status to refuse with. */
int server_parse_url(char *name, int *track, size_t *base_len, struct span url);

#endif
