/* The virtual client: the dialogue with an origin (RFC 2326), without a socket or clock.
 *
 * OPTIONS, DESCRIBE, SETUP of every track, PLAY, then keep-alive until stopped. A 401 is answered
 * once per challenge with the credentials (Digest before Basic). All requests go to the one
 * connection, whatever host a track's URL names. One thread. */
#ifndef WEIR_RTSP_CLIENT_H
#define WEIR_RTSP_CLIENT_H

#include "base/limits.h"
#include "base/span.h"
#include "wire/rtsp_field.h"
#include "wire/rtsp_message.h"
#include "wire/sdp.h"
#include "wire/transport.h"

struct rtsp_client;

enum rtsp_client_failure {
    RTSP_CLIENT_REFUSED,   /* an error status; `status` says which (401: credentials wrong or
                              missing; 461: this transport, and the owner may try another) */
    RTSP_CLIENT_BROKEN,    /* the origin's bytes could not be understood */
    RTSP_CLIENT_NO_MEDIA,  /* the description has no RTP in it, or is none */
    RTSP_CLIENT_TRACKS,    /* the description has more than LIMIT_TRACKS tracks */
    RTSP_CLIENT_TRANSPORT, /* SETUP was answered with a transport nobody asked for */
    RTSP_CLIENT_GROUP,     /* SETUP was answered with a group that cannot be had */
    RTSP_CLIENT_ASTRAY,    /* a redirect to what is no RTSP URL */
    RTSP_CLIENT_TIMED_OUT, /* no answer in time */
    RTSP_CLIENT_SHORT,     /* no memory or no ports on our side: the origin has no part in it */
    RTSP_CLIENT_ENDED,     /* the origin ended the session (TEARDOWN; REDIRECT where the owner has
                              no moved()), or answers a keep-alive with 454 */
};
const char *rtsp_client_failure_name(enum rtsp_client_failure failure);

struct rtsp_client_ops {
    /* Takes bytes for the origin; they are borrowed for the call. */
    void (*send)(void *owner, struct span bytes);
    /* The description; `text` and what `sdp` points into live for the call. 0, or a negative
     * errno to give up (failed() is then called: SHORT for -ENOMEM, else BROKEN). The owner may
     * stop the client within it. */
    int (*described)(void *owner, const struct sdp *sdp, struct span text);
    /* Fill in the transport to ask for: is_tcp with interleaved, or client_port, or is_multicast.
     * The client sets protocol and the rest. 0, or a negative errno to give up (SHORT). */
    int (*offer)(void *owner, unsigned track, struct transport *transport);
    /* What the origin answered for the track. 0; -EPROTONOSUPPORT: nobody asked for that
     * (TRANSPORT); -EADDRNOTAVAIL: not that group (GROUP); another negative errno to give up (as
     * described()). */
    int (*set_up)(void *owner, unsigned track, const struct transport *transport);
    /* PLAY was answered. infos[i] belongs to track i; has_seq and has_rtptime tell what is known.
     */
    void (*playing)(void *owner, const struct rtp_info *infos, size_t count);
    /* Stored content: every track is set up; rtsp_client_play may be called. */
    void (*ready)(void *owner);
    /* Stored content: PLAY or PAUSE was answered; `answer`, its spans and infos, as in
     * playing(), live for the call. */
    void (*controlled)(void *owner, enum rtsp_method method, const struct rtsp_message *answer,
                       const struct rtp_info *infos, size_t count);
    /* An interleaved packet. May come before the answer to PLAY. */
    void (*frame)(void *owner, uint8_t channel, struct span packet);
    /* ANNOUNCE: the origin describes anew what is playing. 0: taken over; -ESTALE: the session has
     * to begin anew (moved() follows, to the same place); another negative errno: it is refused.
     * NULL: ANNOUNCE is not allowed. */
    int (*announced)(void *owner, const struct sdp *sdp, struct span text);
    /* The origin sends us elsewhere (an answer of 3xx, or REDIRECT). `url` is absolute and without
     * userinfo; empty: to the same place again. Where to go is the owner's decision; the dialogue
     * is over, as after failed(). NULL: it fails instead. */
    void (*moved)(void *owner, struct span url);
    /* The dialogue is over; called once at most, and the last call of all. The owner must not free
     * the client within it. */
    void (*failed)(void *owner, enum rtsp_client_failure failure, int status);
};

struct rtsp_client_settings {
    const char *url;      /* without userinfo */
    const char *user;     /* NULL or "": none */
    const char *password; /* NULL: "" */
    const char *user_agent;
    int64_t answer_timeout_us; /* for each request */
    const char *via;           /* the value of Via (rtsp/via.h); NULL: none */
    /* Another transport than RTP ("x-real-rdt/udp"), whose packets are carried as they are; NULL or
     * "": RTP. */
    const char *protocol;
    /* Counts what had no place in the dialogue: answers to nothing, requests that are refused.
     * Borrowed; NULL: not counted. */
    uint64_t *oddities;
    bool is_stored; /* stored content: the owner says when and how it is played */
};

/* How stored content is to be played: values of headers, empty to leave them out. */
struct rtsp_client_wish {
    struct span range, scale, speed;
};

/* Borrows ops and owner for its life; copies the settings. 0, -EINVAL (url), -ENOMEM. */
int rtsp_client_new(struct rtsp_client **client, const struct rtsp_client_settings *settings,
                    const struct rtsp_client_ops *ops, void *owner);
/* Accepts NULL; sends nothing. Wipes the credentials. Returns NULL. */
struct rtsp_client *rtsp_client_free(struct rtsp_client *client);

/* Sends the first request. */
void rtsp_client_start(struct rtsp_client *client, int64_t now_us);
/* Sends TEARDOWN when there is a session; nothing is called any more afterwards but send. */
void rtsp_client_stop(struct rtsp_client *client);
/* Takes whole messages and frames from the front of `bytes`; returns how many bytes were taken. */
size_t rtsp_client_consume(struct rtsp_client *client, struct span bytes, int64_t now_us);
/* When rtsp_client_tick wants to be called next; INT64_MAX for never. */
int64_t rtsp_client_deadline_us(const struct rtsp_client *client);
/* Answers that are overdue, and the keep-alive: every half of the session's timeout, at most 30 s,
 * by the first of GET_PARAMETER and SET_PARAMETER (without a body) that Public lists, else by
 * OPTIONS; when one is answered with an error the next is tried at once. */
void rtsp_client_tick(struct rtsp_client *client, int64_t now_us);
/* Stored content, once it is ready: PLAY and PAUSE, answered by controlled(). One at a time; waits
 * for a keep-alive that is under way. 0; -EBUSY: one is under way, or it is not ready; -E2BIG: a
 * value is longer than any such header. */
int rtsp_client_play(struct rtsp_client *client, const struct rtsp_client_wish *wish,
                     int64_t now_us);
int rtsp_client_pause(struct rtsp_client *client, int64_t now_us);
bool rtsp_client_is_playing(const struct rtsp_client *client);

#endif
