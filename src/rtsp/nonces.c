#include "rtsp/nonces.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/reader.h"
#include "base/writer.h"

enum { ID_LEN = 16, SIGN_LEN = 16, KEY_LEN = 32, COUNT_WINDOW = 64 };

static const int64_t idle_most_us = 5 * 60 * CLOCK_SECOND_US;
static const int64_t age_most_us = 24 * 3600 * CLOCK_SECOND_US;

struct used_nonce {
    uint8_t id[ID_LEN]; /* when it was made, and random bytes */
    int64_t made_us, used_us;
    uint32_t count;  /* the highest nc */
    uint64_t counts; /* which of the 64 up to it have been seen; bit 0 is the highest itself */
    UT_hash_handle hh;
    struct used_nonce *prev, *next;
};

struct nonces {
    uint8_t key[KEY_LEN];
    uint64_t offset;          /* times are shifted by it: uptime is nobody's business */
    struct used_nonce *table; /* by id */
    struct used_nonce *list;  /* the one used last at the end */
    size_t count;
    int64_t forgotten_us; /* nonces made until then are only known from the table */
};

int nonces_new(struct nonces **nonces)
{
    struct nonces *n = calloc(1, sizeof *n);
    if (!n)
        return -ENOMEM;
    random_fill(n->key, sizeof n->key);
    random_fill(&n->offset, sizeof n->offset);
    n->forgotten_us = INT64_MIN;
    *nonces = n;
    return 0;
}

static void forget(struct nonces *n, struct used_nonce *used)
{
    HASH_DELETE(hh, n->table, used);
    DL_DELETE(n->list, used);
    n->count--;
    free(used);
}

struct nonces *nonces_free(struct nonces *n)
{
    while (n && n->list)
        forget(n, n->list);
    if (n)
        OPENSSL_cleanse(n, sizeof *n);
    free(n);
    return NULL;
}

static void sign(const struct nonces *n, uint8_t signature[SIGN_LEN], const uint8_t id[ID_LEN],
                 struct span from)
{
    uint8_t text[ID_LEN + 64] = {0}, whole[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct writer w = writer_of(text, sizeof text);
    writer_bytes(&w, id, ID_LEN);
    writer_span(&w, from);
    if (!HMAC(EVP_sha256(), n->key, KEY_LEN, text, w.len, whole, &len))
        random_fill(whole, sizeof whole); /* matches nothing */
    memcpy(signature, whole, SIGN_LEN);
}

void nonces_make(struct nonces *n, char text[NONCE_TEXT], struct span from, int64_t now_us)
{
    uint8_t bytes[ID_LEN + SIGN_LEN];
    uint64_t made = (uint64_t)now_us + n->offset;
    struct writer w = writer_of(bytes, sizeof bytes);

    writer_u32(&w, (uint32_t)(made >> 32));
    writer_u32(&w, (uint32_t)made);
    random_fill(bytes + 8, 8);
    sign(n, bytes + ID_LEN, bytes, from);
    for (size_t i = 0; i < sizeof bytes; i++) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    text[2 * sizeof bytes] = '\0';
}

/* Ours, made for that address. */
static bool read_nonce(const struct nonces *n, uint8_t id[ID_LEN], int64_t *made_us,
                       struct span text, struct span from)
{
    uint8_t bytes[ID_LEN + SIGN_LEN], signature[SIGN_LEN];
    uint64_t value;

    if (text.len != NONCE_TEXT - 1)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (span_parse_hex(&value, span_of(text.ptr + 2 * i, 2), 255) < 0)
            return false;
        bytes[i] = (uint8_t)value;
    }
    sign(n, signature, bytes, from);
    if (CRYPTO_memcmp(signature, bytes + ID_LEN, SIGN_LEN) != 0)
        return false;
    struct reader r = reader_of(span_of(bytes, 8));
    uint64_t high = reader_u32(&r);
    *made_us = (int64_t)((high << 32 | reader_u32(&r)) - n->offset);
    memcpy(id, bytes, ID_LEN);
    return true;
}

/* RFC 7616 3.4: each nc once. Clients with several requests on the way may mix them up. */
static bool take_count(struct used_nonce *used, uint32_t count)
{
    if (count == 0)
        return true;
    if (count > used->count) {
        uint32_t step = count - used->count;
        used->counts = step < COUNT_WINDOW ? used->counts << step : 0;
        used->counts |= 1;
        used->count = count;
        return true;
    }
    uint32_t back = used->count - count;
    if (back >= COUNT_WINDOW || used->counts >> back & 1)
        return false;
    used->counts |= UINT64_C(1) << back;
    return true;
}

static void make_room(struct nonces *n, int64_t now_us)
{
    while (n->list && (n->count >= NONCES_MOST || now_us - n->list->used_us >= idle_most_us)) {
        if (n->list->made_us > n->forgotten_us)
            n->forgotten_us = n->list->made_us;
        forget(n, n->list);
    }
}

static struct used_nonce *remember(struct nonces *n, const uint8_t id[ID_LEN], int64_t made_us,
                                   int64_t now_us)
{
    if (now_us - made_us >= idle_most_us || made_us <= n->forgotten_us)
        return NULL;
    make_room(n, now_us);
    struct used_nonce *used = calloc(1, sizeof *used);
    if (!used)
        return NULL;
    memcpy(used->id, id, ID_LEN);
    used->made_us = made_us;
    HASH_ADD(hh, n->table, id, ID_LEN, used);
    if (!used->hh.tbl) {
        free(used);
        return NULL;
    }
    DL_APPEND(n->list, used);
    n->count++;
    return used;
}

bool nonces_use(struct nonces *n, struct span nonce, struct span from, uint32_t count,
                int64_t now_us)
{
    uint8_t id[ID_LEN];
    struct used_nonce *used = NULL;
    int64_t made_us;

    if (!read_nonce(n, id, &made_us, nonce, from) || now_us - made_us >= age_most_us)
        return false;
    HASH_FIND(hh, n->table, id, ID_LEN, used);
    if (!used)
        used = remember(n, id, made_us, now_us);
    else if (now_us - used->used_us >= idle_most_us)
        return false;
    if (!used || !take_count(used, count))
        return false;
    used->used_us = now_us;
    DL_DELETE(n->list, used);
    DL_APPEND(n->list, used);
    return true;
}
