/* What the rooms of the puller share. */
#ifndef WEIR_GATEWAY_PULLER_INTERNAL_H
#define WEIR_GATEWAY_PULLER_INTERNAL_H

#include "gateway/gateway_internal.h"
#include "gateway/media_in.h"
#include "gateway/puller.h"
#include "net/connection.h"
#include "net/resolver.h"
#include "rtsp/client.h"

enum {
    PULLER_MOVES = 5, /* redirects in a row: more than any origin has a reason for */
};

struct puller {
    struct source base;
    struct stream *stream; /* NULL once stopped */
    struct gateway *gateway;
    const struct path_settings *path;
    char url[LIMIT_URL + 1];  /* what is pulled: the path's source, or where that led */
    char *left[PULLER_MOVES]; /* owned: the URLs on the way there; NULL: none */
    unsigned move_count;
    struct resolver_query *query;
    struct address addresses[RESOLVER_ADDRESSES];
    size_t address_count, address_next;
    struct connection *connection;
    struct puller_tunnel *tunnel; /* NULL: the connection speaks RTSP as it is */
    struct rtsp_client *client;
    uv_timer_t timer;
    bool uses_tcp;
    bool wants_tcp;    /* the next time */
    bool has_switched; /* from one transport to the other: not once more */
    bool is_elsewhere; /* where to is new: its addresses are not known yet */
    bool is_playing;
    int64_t playing_us; /* since when */
    int64_t again_us;   /* begin again then: to move, or over another transport; INT64_MAX: no */
    int64_t connect_us; /* give this address up then; INT64_MAX: not connecting */
    int64_t silence_us; /* UDP is given up then; INT64_MAX: not waited for */
    char error[96];     /* why the last address did not work */
    struct media_in media;
    bool has_channel[256]; /* an answer to SETUP named it */
};

/* puller.c */
void puller_fail(struct puller *p, enum source_failure failure, int status, const char *reason);
/* Sets the timer to the earliest deadline. */
void puller_update_timer(struct puller *p);

/* Ends the session and its sockets; the puller itself stays. Not from within the client. */
void puller_disconnect(struct puller *p);
/* The dialogue is over, and another one begins once the client is done with this one. */
void puller_begin_again_soon(struct puller *p);

/* puller_move.c: the origin sends us to `url`, or, when that is empty, to itself again. */
void puller_move(struct puller *p, struct span url);
/* UDP did not work, TCP might, or the other way round. False: that is not for us to choose. */
bool puller_switch_transport(struct puller *p, const char *reason);
/* Whether `p->url` is where the path's credentials belong. */
bool puller_is_at_source(const struct puller *p);
/* Whether the puller may connect to what the host of `url` stands for. */
enum origin_verdict puller_may_go(const struct puller *p, const struct url *url,
                                  const struct address *to);
void puller_forget_moves(struct puller *p);

/* puller_connect.c: finds the origin and connects to it. 0 or a negative errno at once. */
int puller_connect(struct puller *p);
/* The next of its addresses; fails when there is none. */
void puller_try_next_address(struct puller *p);

/* The port a URL means, which of a tunnel is HTTP's where it is not said. */
uint16_t puller_port(const struct puller *p, const struct url *url);

/* puller_tunnel.c: RTSP in HTTP */
/* Asks on the new connection. 0 or -errno. */
int puller_tunnel_open(struct puller *p);
/* 0: the origin agrees; -EAGAIN; another -errno: it was told to the stream, which may have stopped
 * the puller. */
int puller_tunnel_take_answer(struct puller *p);
/* Does nothing where there is none. */
void puller_tunnel_close(struct puller *p);
/* Bytes for the origin, by the connection or through the tunnel. */
void puller_write(struct puller *p, struct span bytes);

/* puller_dialogue.c */
extern const struct rtsp_client_ops puller_client_ops;

/* puller_media.c: the transports of the tracks. */
int puller_offer(struct puller *p, unsigned track, struct transport *transport);
int puller_set_up(struct puller *p, unsigned track, const struct transport *transport);
#endif
