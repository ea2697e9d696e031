/* What the rooms of the virtual client share. */
#ifndef WEIR_RTSP_CLIENT_INTERNAL_H
#define WEIR_RTSP_CLIENT_INTERNAL_H

#include "rtsp/client.h"
#include "rtsp/credentials.h"
#include "wire/rtsp_message.h"

enum client_step {
    STEP_IDLE,
    STEP_OPTIONS,
    STEP_DESCRIBE,
    STEP_SETUP,
    STEP_READY, /* stored content alone stops here, and when it is paused */
    STEP_PLAY,
    STEP_PLAYING,
};

/* Stored content: what the owner has asked for. */
struct client_control {
    enum rtsp_method method; /* RTSP_METHOD_UNKNOWN: nothing */
    bool is_sent;            /* else it waits for the answer to a keep-alive */
    char range[256], scale[32], speed[32];
};

struct client_track {
    char *url; /* owned; NULL: no RTP, never set up */
    bool is_set_up;
};

struct rtsp_client {
    const struct rtsp_client_ops *ops;
    void *owner;
    int64_t now_us;
    int64_t answer_timeout_us;

    char *request_url; /* owned, like the next four */
    char *user, *password;
    char *user_agent;
    char *via; /* "": none */

    char *protocol; /* owned; "": RTP */
    bool is_stored;
    struct client_control control;

    enum client_step step;
    bool is_over; /* failed, moved or stopped: nothing is called any more */

    /* The request that waits for its answer. */
    bool is_waiting;
    enum rtsp_method method;
    uint32_t cseq;
    unsigned tries;       /* of this request with credentials */
    unsigned provisional; /* answers of 1xx to it */
    int64_t sent_us;
    int64_t answer_us; /* when it is overdue */

    /* The origin's last challenge, in its own memory. */
    bool has_challenge;
    char *challenge_text;
    struct auth_challenge challenge;
    uint32_t nonce_count;
    char cnonce[17];

    char *base_url; /* owned: what a=control is resolved against; PLAY and TEARDOWN go there */
    char session[129];
    uint32_t session_timeout_s;
    enum rtsp_method keep_alive; /* by which method */
    bool has_set_parameter;      /* Public lists it */
    unsigned keep_alive_tries;   /* methods that were answered with an error in a row */
    int64_t keep_alive_us;

    size_t track_count, track_next;
    struct client_track *tracks; /* owned */

    int64_t heard_us;   /* when the second began in which */
    unsigned heard;     /* so many messages came that are no answers */
    uint64_t *oddities; /* borrowed; points to own_oddities when nobody counts */
    uint64_t own_oddities;
};

/* client.c */
void client_fail(struct rtsp_client *c, enum rtsp_client_failure failure, int status);
/* The dialogue is over; false when it was so already. */
bool client_end(struct rtsp_client *c);

/* client_request.c: writes and sends one request to `url`, and waits for its answer. */
void client_send(struct rtsp_client *c, enum rtsp_method method, const char *url);

/* client_challenge.c: a 401; keeps the challenge. True when the request is worth sending again. */
bool client_take_challenge(struct rtsp_client *c, const struct rtsp_message *m);

/* client_describe.c: DESCRIBE was answered. */
void client_on_described(struct rtsp_client *c, const struct rtsp_message *m);
void client_forget_tracks(struct rtsp_client *c);

/* client_session.c: the next SETUP, or PLAY; and their answers. */
void client_set_up_next(struct rtsp_client *c);
void client_on_set_up(struct rtsp_client *c, const struct rtsp_message *m);
void client_on_playing(struct rtsp_client *c, const struct rtsp_message *m);
void client_take_infos(const struct rtsp_client *c, struct rtp_info infos[LIMIT_TRACKS],
                       const struct rtsp_message *m);
/* What Public tells: how the session is kept alive. */
void client_choose_keep_alive(struct rtsp_client *c, struct span public);
void client_on_kept_alive(struct rtsp_client *c, int status);
void client_schedule_keep_alive(struct rtsp_client *c);

/* client_control.c: stored content is set up; what the owner has asked for is sent, and answered.
 */
void client_be_ready(struct rtsp_client *c);
void client_send_control(struct rtsp_client *c);
void client_write_wish(const struct rtsp_client *c, struct writer *w);
void client_on_controlled(struct rtsp_client *c, const struct rtsp_message *m);

/* client_move.c: the origin sends us to `location`, which may be relative, or empty: to the same
 * place again. `status` is its answer's, or 0 for a request. */
void client_move(struct rtsp_client *c, struct span location, int status);

/* client_asked.c: a request of the origin. */
void client_on_request(struct rtsp_client *c, const struct rtsp_message *m);

#endif
