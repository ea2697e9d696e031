/* Wrong passwords, counted: guessing is slowed down where it comes from.
 *
 * For one user from one address (of IPv6 one /64) five wrong ones cost nothing; of further ones one
 * in five seconds is answered, and late. While one waits, no other password for that user from
 * there is looked at. All users together have fifty, then two in a second. A right password is
 * never held back, and other addresses feel nothing. The table has a fixed size; whose memory makes
 * room for whose cannot be steered from outside. One thread. */
#ifndef WEIR_GATEWAY_GUESSES_H
#define WEIR_GATEWAY_GUESSES_H

#include "net/address.h"

struct guesses;

/* 0 or -ENOMEM. */
int guesses_new(struct guesses **guesses);
/* Accepts NULL, returns NULL. */
struct guesses *guesses_free(struct guesses *guesses);

/* Whether a password for that user from there is looked at now. */
bool guesses_may_try(const struct guesses *guesses, const struct address *from, struct span user,
                     int64_t now_us);
/* It was wrong. Returns for how long the answer is to be held back: 0 to 5 s. */
int64_t guesses_failed(struct guesses *guesses, const struct address *from, struct span user,
                       int64_t now_us);

#endif
