/* The nonces of Digest authentication: made without keeping anything, remembered once a right
 * answer came with one.
 *
 * A nonce says when it was made and is signed, together with the address it was made for, so that
 * nobody can make one and nobody else can use it. It is good for five minutes from its last use and
 * a day from its making. Only those who know a password can fill the table of used nonces; where
 * it is full, the one not used for longest goes, and with it all unused ones that are as old: they
 * are stale, never good twice. One thread. */
#ifndef WEIR_RTSP_NONCES_H
#define WEIR_RTSP_NONCES_H

#include "base/span.h"

enum { NONCE_TEXT = 64 + 1, NONCES_MOST = 16384 };

struct nonces;

/* 0 or -ENOMEM. */
int nonces_new(struct nonces **nonces);
/* Accepts NULL, returns NULL. */
struct nonces *nonces_free(struct nonces *nonces);

/* A new nonce for whoever is at `from` (an address in any form, always the same one). */
void nonces_make(struct nonces *nonces, char text[NONCE_TEXT], struct span from, int64_t now_us);
/* Whether a nonce that came with a right answer may be used (again); notes that it was. `count` is
 * its nc, which no other use had: they may overtake each other by 63. 0: without qop, where a
 * client does not count. False: stale. Not to be called before the answer was found right. */
bool nonces_use(struct nonces *nonces, struct span nonce, struct span from, uint32_t count,
                int64_t now_us);

#endif
