/* Who may: what a gateway keeps to tell its viewers apart, and what its dialogues answer when the
 * virtual server asks. On the gateway's thread. */
#ifndef WEIR_GATEWAY_ACCESS_H
#define WEIR_GATEWAY_ACCESS_H

#include "gateway/guesses.h"
#include "gateway/settings.h"
#include "rtsp/server.h"

struct access {
    struct authenticator *authenticator; /* NULL: the config has no users */
    struct guesses *guesses;
};

/* 0 or -ENOMEM. */
int access_init(struct access *access, const struct settings *settings);
void access_done(struct access *access);

/* Operations of rtsp/server.h; their owner is a dialogue. */
enum rtsp_verdict access_may(void *dialogue, const struct account *who, enum rtsp_action action,
                             const char *name);
const struct account *access_account(void *dialogue, struct span user);
bool access_may_try(void *dialogue, struct span user);
int64_t access_wrong(void *dialogue, struct span user);

#endif
