/* The owner of a virtual client: answers its operations as he is in the mood to, and checks what
 * the client does at each of them. */
#ifndef WEIR_TEST_RTSP_OWNER_H
#define WEIR_TEST_RTSP_OWNER_H

#include "rtsp/client_internal.h"

enum { OWNER_INBOX = 8192 };

struct owner {
    struct rtsp_client *client;
    int64_t now_us;
    uint8_t inbox[OWNER_INBOX];
    size_t len, withheld;
    /* The client's last request. */
    enum rtsp_method method;
    uint32_t cseq;
    unsigned asked, joined; /* its requests since the last event; messages that came with another */
    int64_t kept_alive_us;
    bool has_challenged, has_user, is_stored, is_over, is_stopped, is_described;
    bool is_ready, is_playing, is_controlling;
    uint8_t mood; /* what the owner says */
    size_t track_count;
    unsigned wanted, offered, set_up; /* bit i: track i */
    /* The origin's requests without an answer, the oldest first. */
    uint32_t questions[64];
    size_t question_count;
};

extern const struct rtsp_client_ops owner_ops;

/* Stored content: it is to be played, or paused. */
void owner_wish(struct owner *o, uint8_t how);

#endif
