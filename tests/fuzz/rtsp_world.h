/* A world for the virtual server: connections of several hosts that share their sessions, an owner
 * that answers now, later or not at all, time that the script moves; and what must hold in it,
 * whatever is said. What must hold is asserted. */
#ifndef WEIR_TEST_RTSP_WORLD_H
#define WEIR_TEST_RTSP_WORLD_H

#include "rtsp/authenticator.h"
#include "rtsp/server.h"
#include "wire/rtsp_message.h"

enum {
    WORLD_CONNECTIONS = 4,
    WORLD_SESSIONS = 64,
    WORLD_REQUESTS = 256, /* in one dialogue; afterwards nobody has anything to say */
    WORLD_QUEUE = 32,     /* on one connection, without an answer */
    WORLD_INBOX = 8192,
};

enum world_user { NOBODY, ALICE, BOB, WORLD_USERS };

struct world;

/* A request as it was made. Its place in world.requests is its CSeq. */
struct world_request {
    enum rtsp_method method;
    enum world_user user; /* whom its credentials prove, where they are looked at */
    bool is_wrong;        /* it has credentials, and they prove nobody */
    bool is_free;         /* for this method nobody has to say who he is */
    bool has_no_cseq;     /* it is refused for that */
    bool is_last;         /* its connection is closed for it */
    int session;          /* the place in world.sessions; -1: it names none, or none there is */
    bool names_session;
};

/* What the owner keeps for a session. */
struct world_session {
    struct world *world;
    struct rtsp_session *session; /* NULL: it has ended */
    char id[64];                  /* "": never told */
    const char *host;
    enum world_user user;
    bool is_publisher;
    bool is_udp;
    const struct world_connection *carrier; /* interleaved: the connection it cannot leave */
    int64_t life_us;                        /* no sign of life may be newer */
    int64_t proof_us;                       /* nor may its last one be older */
};

struct world_connection {
    struct world *world;
    struct rtsp_server *server; /* NULL: there is no connection */
    const char *host;
    uint8_t inbox[WORLD_INBOX];
    size_t len, withheld;        /* the last bytes of it that have not come yet */
    unsigned asked[WORLD_QUEUE]; /* CSeqs without an answer, the oldest first */
    bool is_repeat[WORLD_QUEUE];
    size_t asked_count;
    struct world_request *in_hand; /* what an operation was called for, until it is answered */
    struct world_session *about;   /* the session it is about; NULL: none */
    struct rtsp_delivery wanted;
    bool is_closed;
    int64_t progress_us; /* when something whole came last */
    unsigned has_proven; /* bit i: user i, as far as anybody could know */
    char nonce[72];
    unsigned nonce_count;
    /* The owner's mood. */
    bool is_late, is_ending;
    int status;
    uint8_t last[2048]; /* the last request, to be said again */
    size_t last_len;
    unsigned last_cseq;
};

struct world {
    struct rtsp_server_settings settings;
    struct rtsp_server_counts counts;
    struct rtsp_sessions *all;
    struct account accounts[WORLD_USERS];
    int64_t now_us;
    struct world_request requests[WORLD_REQUESTS];
    unsigned request_count;
    struct world_session sessions[WORLD_SESSIONS];
    int session_count;
    struct world_connection connections[WORLD_CONNECTIONS];
    struct world_connection *consuming, *closing;
    bool is_expiring, is_ending; /* sessions may end by their timeout, or by the owner */
    uint64_t answers, dropped;   /* to requests; requests that never got one */
};

/* False without memory; the world is not to be used then. */
bool world_begin(struct world *w, bool has_users, bool has_publishers);
/* Everything goes, connections first; nothing may be left. */
void world_end(struct world *w);
/* What must hold between any two events. */
void world_check(const struct world *w);

/* Whether a session is his who makes this request on this connection. */
bool world_is_his(const struct world_connection *c, const struct world_request *r,
                  const struct world_session *session);

void world_open(struct world_connection *c, const char *host);
void world_close(struct world_connection *c);
/* Shows the server what has come. */
void world_consume(struct world_connection *c);
/* The time has come to look at the clock, if it has. */
void world_tick(struct world_connection *c);
void world_expire(struct world *w);
/* Answers the open question, if there is one. */
void world_answer(struct world_connection *c);
/* The owner ends a session. */
void world_end_session(struct world_session *session);

/* rtsp_world_answer.c: what the server sends to the client who owns the connection. */
void world_hear(void *connection, struct span bytes);
/* The oldest request without an answer: the one that is performed. */
struct world_request *world_current(const struct world_connection *c);

/* rtsp_world_owner.c: what the server asks of its owner. */
extern const struct rtsp_server_ops world_ops;

#endif
