#include "gateway/guesses.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/writer.h"

enum { SETS = 1024, WAYS = 8, KEY_LEN = 32, USER_MOST = LIMIT_NAME };

/* A bucket that leaks: each wrong password pours in, time drains it. */
struct bucket {
    uint64_t key;   /* whose: a keyed hash; 0: nobody's */
    int64_t dry_us; /* when it will be empty */
};

struct measure {
    int64_t pour_us, free_us; /* what one costs; how much is free */
};

static const struct measure one_user = {5 * CLOCK_SECOND_US, 25 * CLOCK_SECOND_US};
static const struct measure one_address = {CLOCK_SECOND_US / 2, 25 * CLOCK_SECOND_US};

struct guesses {
    uint8_t key[KEY_LEN];
    struct bucket sets[SETS][WAYS];
};

int guesses_new(struct guesses **guesses)
{
    struct guesses *g = calloc(1, sizeof *g);
    if (!g)
        return -ENOMEM;
    random_fill(g->key, sizeof g->key);
    *guesses = g;
    return 0;
}

struct guesses *guesses_free(struct guesses *g)
{
    free(g);
    return NULL;
}

/* An IPv4 host, or an IPv6 /64: one client has at least that many addresses. */
static void write_place(struct writer *w, const struct address *from)
{
    const uint8_t *v6 = from->u.v6.sin6_addr.s6_addr;
    if (from->u.any.sa_family == AF_INET)
        writer_bytes(w, &from->u.v4.sin_addr, 4);
    else if (address_is_ipv6(from))
        writer_bytes(w, v6, 8);
    else
        writer_bytes(w, v6 + 12, 4);
}

/* Of an address, or of one user from there. */
static uint64_t key_of(const struct guesses *g, const struct address *from, const struct span *user)
{
    uint8_t text[16 + USER_MOST], hash[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    uint64_t key;
    struct writer w = writer_of(text, sizeof text);
    writer_u8(&w, (uint8_t)(address_is_ipv6(from) << 1 | (user != NULL)));
    write_place(&w, from);
    if (user)
        writer_bytes(&w, user->ptr, user->len < USER_MOST ? user->len : USER_MOST);
    HMAC(EVP_sha256(), g->key, KEY_LEN, text, w.len, hash, &len);
    memcpy(&key, hash, sizeof key);
    return key ? key : 1;
}

static int64_t load_us(const struct bucket *b, int64_t now_us)
{
    return b->dry_us > now_us ? b->dry_us - now_us : 0;
}

static const struct bucket *find(const struct guesses *g, uint64_t key)
{
    const struct bucket *set = g->sets[key % SETS];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == key)
            return &set[i];
    return NULL;
}

static bool is_full(const struct guesses *g, uint64_t key, const struct measure *m, int64_t now_us)
{
    const struct bucket *b = find(g, key);
    return b && load_us(b, now_us) > m->free_us;
}

bool guesses_may_try(const struct guesses *g, const struct address *from, struct span user,
                     int64_t now_us)
{
    return !is_full(g, key_of(g, from, &user), &one_user, now_us) &&
           !is_full(g, key_of(g, from, NULL), &one_address, now_us);
}

/* How long what is poured in has to wait for what is before it. */
static int64_t pour(struct guesses *g, uint64_t key, const struct measure *m, int64_t now_us)
{
    struct bucket *set = g->sets[key % SETS], *least = &set[0], *b = NULL;
    for (size_t i = 0; i < WAYS && !b; i++) {
        if (set[i].key == key)
            b = &set[i];
        else if (set[i].dry_us < least->dry_us)
            least = &set[i];
    }
    if (!b) { /* whoever has done least is forgotten */
        b = least;
        *b = (struct bucket){.key = key};
    }
    b->dry_us = now_us + load_us(b, now_us) + m->pour_us;
    int64_t wait_us = b->dry_us - now_us - m->free_us;
    return wait_us > 0 ? wait_us : 0;
}

int64_t guesses_failed(struct guesses *g, const struct address *from, struct span user,
                       int64_t now_us)
{
    int64_t user_us = pour(g, key_of(g, from, &user), &one_user, now_us);
    int64_t address_us = pour(g, key_of(g, from, NULL), &one_address, now_us);
    return user_us > address_us ? user_us : address_us;
}
