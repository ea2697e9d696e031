/* The sessions of the virtual server (RFC 2326 3.4, 12.37), apart from the connections their
 * requests come by.
 *
 * A session is made by a SETUP on one connection, or, a publisher's, by an ANNOUNCE: that one has
 * no id before its first SETUP. Where its media goes over UDP it outlives that
 * connection until its timeout, and may be continued from another one by the same client: the
 * same user, or, where nobody has to say who he is, the same host. Where its media is
 * interleaved it lives and dies with the connection. An id alone opens nothing. One thread. */
#ifndef WEIR_RTSP_SESSION_H
#define WEIR_RTSP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct account;
struct authenticator;
struct rtsp_session;
struct rtsp_sessions;

enum rtsp_end {
    RTSP_END_TEARDOWN,   /* the client wished it */
    RTSP_END_TIMEOUT,    /* no sign of life */
    RTSP_END_CONNECTION, /* the connection it lived on has gone */
    RTSP_END_OWNER,      /* the owner ended it, or refused its first SETUP */
};

struct rtsp_server_settings {
    uint32_t session_timeout_s; /* told in answers to SETUP; enforced with a grace of a fifth */
    bool allows_udp, allows_tcp, allows_multicast;
    bool allows_publishing; /* ANNOUNCE and RECORD; else they are refused with 405 */
    const char *pseudonym;  /* borrowed: our name in Via; NULL: loops are not looked for */
    struct authenticator *authenticator; /* borrowed; NULL: nobody has to say who he is */
};

struct rtsp_server_counts { /* added to, never reset */
    uint64_t requests;
    uint64_t malformed; /* 400, 413, 414, 505 and streams that could not be followed */
    uint64_t refused;   /* every other 4xx and 5xx */
    uint64_t expired;   /* sessions ended by their timeout */
    uint64_t loops;     /* requests that had been here before, or been through too many proxies */
    uint64_t wrong_credentials;
};

/* The sessions of all connections of a thread. Borrows settings, ops (rtsp/server.h) and counts for
 * its life. 0 or -ENOMEM. */
struct rtsp_server_ops;
int rtsp_sessions_new(struct rtsp_sessions **sessions, const struct rtsp_server_settings *settings,
                      const struct rtsp_server_ops *ops, struct rtsp_server_counts *counts);
/* Its servers must have gone. Ends what sessions are left. Accepts NULL, returns NULL. */
struct rtsp_sessions *rtsp_sessions_free(struct rtsp_sessions *sessions);
/* Ends those that have shown no life for their timeout and a fifth more. To be called about once a
 * second. */
void rtsp_sessions_tick(struct rtsp_sessions *sessions, int64_t now_us);

/* What the owner keeps for the session; NULL until it was bound. From then on teardown() is called
 * when the session ends, whyever. */
void rtsp_session_bind(struct rtsp_session *session, void *owner);
void *rtsp_session_owner(const struct rtsp_session *session);
/* Whether its client publishes: it was made by an ANNOUNCE. */
bool rtsp_session_is_publisher(const struct rtsp_session *session);
/* What the client announced: it lives as long as the session. Empty where it does not publish. */
struct span rtsp_session_description(const struct rtsp_session *session);
/* What it plays can be positioned: PLAY's Range, Scale and Speed are the owner's matter. */
void rtsp_session_allow_seek(struct rtsp_session *session);
/* The owner of the connection it is on; NULL when it has outlived it. */
void *rtsp_session_connection(const struct rtsp_session *session);
/* Whose it is; NULL: nobody had to say. */
const struct account *rtsp_session_account(const struct rtsp_session *session);
/* The client showed life outside RTSP: an RTCP receiver report from its address. */
void rtsp_session_touch(struct rtsp_session *session, int64_t now_us);
/* Ends it: teardown() is called, the memory goes at once. Not from within an operation that was
 * called for this session, unless its answer was given. */
void rtsp_session_end(struct rtsp_session *session);

#endif
