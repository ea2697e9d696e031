/* The virtual server: one client connection's RTSP dialogue (RFC 2326), without a socket or clock.
 *
 * The owner hands it bytes and the time; it calls the owner's operations and asks for what only
 * the owner can know. A question may be answered from within the operation or at any later time;
 * until then the server takes no further bytes, so answers go out in the order of the requests.
 * The sessions its client makes may outlive it (rtsp/session.h). One thread. */
#ifndef WEIR_RTSP_SERVER_H
#define WEIR_RTSP_SERVER_H

#include "base/limits.h"
#include "base/span.h"
#include "rtsp/session.h"
#include "wire/sdp.h"
#include "wire/url.h"

struct rtsp_server;

enum {
    RTSP_PROTOCOL = 48, /* bytes of a transport's name, with its NUL */
    RTSP_HOST = 48,     /* of an address as text */
};

/* How one track reaches the client, as SETUP agreed. */
struct rtsp_delivery {
    /* "" for RTP; else a transport we know nothing of ("x-real-rdt/udp"), for the owner to carry as
     * it is, or to refuse with 461. */
    char protocol[RTSP_PROTOCOL];
    bool is_avpf; /* RTP with early feedback (RFC 4585), as the client named it */
    bool is_tcp;
    uint8_t channel[2];      /* TCP: RTP and RTCP */
    uint16_t client_port[2]; /* UDP */
    uint16_t server_port[2]; /* UDP: filled in by the owner */
    bool has_ssrc;           /* filled in by the owner when it knows */
    uint32_t ssrc;
    bool is_multicast;
    /* Multicast: all filled in by the owner, whatever the client asked for. */
    char group[RTSP_HOST], source[RTSP_HOST];
    uint16_t group_port[2];
    uint8_t ttl;
};

/* What a SETUP leaves to choose from: the first unicast transport of its list that we can do, and
 * the first multicast one, wherever they stand. At least one is there. A session goes one way, so
 * later tracks have no choice. */
struct rtsp_offer {
    bool has_unicast, has_multicast;
    struct rtsp_delivery unicast, multicast;
};

/* The first packet of a track this client will get (RTP-Info). */
struct rtsp_first {
    unsigned track;
    bool is_known; /* else seq and rtptime are left out: nothing is invented */
    uint16_t seq;
    uint32_t rtptime;
};

/* How a client wants it played: the headers of PLAY as they stood, empty where absent. They are
 * handed over for content that can be positioned; live media is checked here (RFC 2326 12.29). */
struct rtsp_play {
    struct span range, scale, speed;
};

/* How it is played. */
struct rtsp_played {
    const struct rtsp_first *firsts; /* live: RTP-Info is made of these */
    size_t count;
    /* Content that can be positioned: the origin's headers as they stood, empty where absent. */
    struct span range, scale, speed, rtp_info;
};

/* What a request's URL names. */
struct rtsp_target {
    bool has_host;  /* false: the URL was a path alone, and of `url` only path and query count */
    struct url url; /* less the track, and slashes at the end */
};

/* What a request wants to do to a stream. */
enum rtsp_action { RTSP_READ, RTSP_PUBLISH };

enum rtsp_verdict {
    RTSP_MAY,
    RTSP_MAY_NOT,
    RTSP_MAY_IF_KNOWN, /* he did not say who he is: that is asked first */
};

/* What the server asks of its owner. `owner` is the connection's, given to rtsp_server_new. `name`
 * is the path's name, percent-decoded, without slashes at its ends; it is valid during the call. */
struct rtsp_server_ops {
    /* The name of what a URL means, the same for each of its spellings. Asked once or more for a
     * request, before what else is asked about it. 0, or the status to refuse with. Without it the
     * name is that of the path (rtsp_server_name), whatever the host. */
    int (*name)(void *owner, char name[LIMIT_NAME], const struct rtsp_target *target);
    /* Takes bytes for the client; they are borrowed for the call. */
    void (*send)(void *owner, struct span bytes);
    /* -> rtsp_server_described */
    void (*describe)(void *owner, const char *name);
    /* A track of a stream is wanted; `track` is -1 when the URL names the whole stream (the owner
     * refuses with 459 unless the stream has one track). The owner chooses from the offer, and
     * binds a session that is new to what it keeps for it. On success it keeps the delivery; a
     * track set up again replaces its delivery. A session whose first SETUP is refused ends, but
     * for a publisher's: there `track` is a place in the description, and the offer, which is
     * unicast, says how the client sends. -> rtsp_server_set_up */
    void (*setup)(void *owner, struct rtsp_session *session, const char *name, int track,
                  const struct rtsp_offer *offer);
    /* -> rtsp_server_played */
    void (*play)(void *owner, struct rtsp_session *session, const struct rtsp_play *play);
    /* Of a viewer or a publisher. -> rtsp_server_paused */
    void (*pause)(void *owner, struct rtsp_session *session);
    /* One track of several goes, the session stays: its media stops at once. Not of a publisher. */
    void (*release)(void *owner, struct rtsp_session *session, unsigned track);
    /* Who may, and who is who. With settings->authenticator all four are there, and they are
     * answered at once. `who` is NULL when nobody said who he is. Without `may` everybody may. */
    enum rtsp_verdict (*may)(void *owner, const struct account *who, enum rtsp_action action,
                             const char *name);
    /* Somebody of that name, who may come from where this connection comes from; NULL. */
    const struct account *(*account)(void *owner, struct span user);
    /* Whether credentials of that user are looked at now: 503 when too many were wrong. */
    bool (*may_try)(void *owner, struct span user);
    /* They were wrong. For how long is the answer to be held back, in microseconds? Nothing else is
     * taken from this connection meanwhile. */
    int64_t (*wrong)(void *owner, struct span user);
    /* The client wants to publish a stream of that name; its description was read and is the
     * session's. The owner binds the session to what it keeps for it. -> rtsp_server_announced */
    void (*announce)(void *owner, struct rtsp_session *session, const char *name);
    /* A publisher's media begins, or goes on. -> rtsp_server_recorded */
    void (*record)(void *owner, struct rtsp_session *session);
    /* An interleaved frame from the client: its receiver reports, or a publisher's media, also of
     * one that has not been told yet that it may record. */
    void (*frame)(void *owner, struct rtsp_session *session, uint8_t channel, struct span packet);
    /* Close the connection once what was sent is flushed. The server takes no more bytes. */
    void (*close)(void *owner);
    /* A session that was bound to `session_owner` ends; what is kept for it is released. */
    void (*teardown)(void *session_owner, enum rtsp_end why);
    /* The same, of a publisher's session. */
    void (*unpublish)(void *session_owner, enum rtsp_end why);
};

/* `host` is the client's address as text, without a port: it is who he is where nobody has to say
 * more. Borrows sessions and owner for its life. 0 or -ENOMEM. */
int rtsp_server_new(struct rtsp_server **server, struct rtsp_sessions *sessions, void *owner,
                    const char *host, int64_t now_us);
/* Media over UDP, to groups too, is refused with 461 from now on: the connection is a tunnel, made
 * where UDP does not get through. */
void rtsp_server_refuse_udp(struct rtsp_server *server);
/* Whether the client has made a whole request yet. */
bool rtsp_server_has_asked(const struct rtsp_server *server);
/* The connection has gone: interleaved sessions end (teardown is called), the others go on alone
 * until their timeout. Accepts NULL, returns NULL. */
struct rtsp_server *rtsp_server_free(struct rtsp_server *server);

/* Takes whole messages and frames from the front of `bytes`; returns how many bytes were taken.
 * The rest is to be shown again, with what follows it, or after an answer was given. */
size_t rtsp_server_consume(struct rtsp_server *server, struct span bytes, int64_t now_us);
/* Whether a question is open: the owner must answer before more bytes are taken. */
bool rtsp_server_is_waiting(const struct rtsp_server *server);
/* The session the open question is about; NULL when it has ended since. */
struct rtsp_session *rtsp_server_session(const struct rtsp_server *server);
/* The proxies the request of the open question has come through (rtsp/via.h); empty without any.
 * Lives until the next request. */
struct span rtsp_server_via(const struct rtsp_server *server);
/* When rtsp_server_tick wants to be called next; INT64_MAX for never. */
int64_t rtsp_server_deadline_us(const struct rtsp_server *server);
/* Answers what was held back; there may be bytes to take then. Closes a connection that has been
 * half a message for 10 s, has made no request in its first 10 s, or has had neither a session nor
 * a request for 60 s. `has_rest`: bytes wait that were not taken. */
void rtsp_server_tick(struct rtsp_server *server, int64_t now_us, bool has_rest);

/* Of a DESCRIBE: what control URLs have to begin with where relative ones would be misread; empty
 * where they would not. */
struct span rtsp_server_control_base(const struct rtsp_server *server);
/* The answer to the open question says when to try again, where it is 453 or 503. */
void rtsp_server_retry_after(struct rtsp_server *server, uint32_t seconds);
/* The answers. `status` is 200 or the error to send; the other arguments count for 200 only.
 * `description` is the SDP as the viewer gets it (sdp_write), borrowed for the call, and `wall_us`
 * the wall clock's time for its Date. Where the session has ended since the question, the client
 * hears that, whatever the status. */
void rtsp_server_described(struct rtsp_server *server, int status, struct span description,
                           int64_t wall_us);
void rtsp_server_set_up(struct rtsp_server *server, int status,
                        const struct rtsp_delivery *delivery);
/* Once this returns the reply has been sent, and media may follow it. */
void rtsp_server_played(struct rtsp_server *server, int status, const struct rtsp_played *played);
void rtsp_server_paused(struct rtsp_server *server, int status);
/* A session whose announcement is refused ends. 405: this stream is not published. */
void rtsp_server_announced(struct rtsp_server *server, int status);
void rtsp_server_recorded(struct rtsp_server *server, int status);

/* The name that a path of ours means: percent-decoded, without slashes at its ends. 0, or the
 * status to refuse with. */
int rtsp_server_name(char name[LIMIT_NAME], struct span path);

#endif
