#include "gateway/admission.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/clock.h"

enum {
    ANSWERS_A_SECOND = 64,
    RETRY_LEAST_S = 5,
    RETRY_MOST_S = 120,
    RETURNS_A_SECOND = 10, /* of those sent away, as many as are no burden */
};

struct guest_key { /* of an IPv6 host the /64 alone: whoever has one address there has them all */
    uint8_t host[16];
};

struct guest {
    struct guest_key key;
    UT_hash_handle hh;
    size_t count[ADMISSION_KINDS];
    size_t half_open_count; /* as of this second */
};

static struct guest_key key_of(const struct address *from)
{
    struct in6_addr host = address_host_bytes(from);
    struct guest_key key = {0};
    memcpy(key.host, host.s6_addr, address_is_ipv6(from) ? 8 : 16);
    return key;
}

static struct guest *guest_of(struct admission *a, const struct address *from)
{
    struct guest_key key = key_of(from);
    struct guest *guest;

    HASH_FIND(hh, a->guests, &key, sizeof key, guest);
    if (guest)
        return guest;
    guest = calloc(1, sizeof *guest);
    if (!guest)
        return NULL;
    guest->key = key;
    HASH_ADD(hh, a->guests, key, sizeof guest->key, guest);
    if (guest->hh.tbl)
        return guest;
    free(guest);
    return NULL;
}

static void release(struct admission *a, struct guest *guest)
{
    if (guest->count[ADMISSION_CONNECTION] > 0 || guest->count[ADMISSION_SESSION] > 0)
        return;
    HASH_DEL(a->guests, guest);
    free(guest);
}

static enum admission_reason decide(const struct admission *a, const struct guest *guest,
                                    enum admission_kind kind)
{
    uint32_t most = a->settings->max_connections_per_address;
    if (a->count[kind] >= a->settings->max_connections || !guest)
        return ADMISSION_CONNECTIONS;
    if (most > 0 && guest->count[kind] >= most)
        return ADMISSION_ADDRESS;
    bool is_crowded = kind == ADMISSION_CONNECTION && guest->half_open_count >= LIMIT_HALF_OPEN;
    return is_crowded ? ADMISSION_HALF_OPEN : ADMISSION_GRANTED;
}

enum admission_reason admission_enter(struct guest **guest, struct admission *a,
                                      enum admission_kind kind, const struct address *from,
                                      int64_t now_us)
{
    struct guest *found = guest_of(a, from);
    enum admission_reason reason = decide(a, found, kind);

    if (reason != ADMISSION_GRANTED) {
        admission_count(a, reason, now_us);
        if (found)
            release(a, found);
        return reason;
    }
    a->count[kind]++;
    found->count[kind]++;
    *guest = found;
    return reason;
}

void admission_leave(struct admission *a, enum admission_kind kind, struct guest *guest)
{
    a->count[kind]--;
    guest->count[kind]--;
    release(a, guest);
}

void admission_tick(struct admission *a)
{
    for (struct guest *guest = a->guests; guest; guest = guest->hh.next)
        guest->half_open_count = 0;
}

bool admission_is_surplus(struct admission *a, struct guest *guest, int64_t now_us)
{
    if (guest->half_open_count < LIMIT_HALF_OPEN) {
        guest->half_open_count++;
        return false;
    }
    admission_count(a, ADMISSION_HALF_OPEN, now_us);
    return true;
}

bool admission_has_room(uint64_t budget_bps, uint64_t taken_bps, uint64_t wanted_bps)
{
    return budget_bps == 0 || (taken_bps <= budget_bps && wanted_bps <= budget_bps - taken_bps);
}

void admission_count(struct admission *a, enum admission_reason reason, int64_t now_us)
{
    a->refused[reason]++;
    rate_add(&a->refusals, now_us, 1);
}

bool admission_may_answer(struct admission *a, int64_t now_us)
{
    int64_t second = now_us / CLOCK_SECOND_US;
    if (second != a->answer_second)
        a->answer_count = 0;
    a->answer_second = second;
    return a->answer_count < ANSWERS_A_SECOND && ++a->answer_count > 0;
}

uint32_t admission_retry_after_s(const struct admission *a, int64_t now_us, double jitter)
{
    double refused_a_second = (double)rate_bps(&a->refusals, now_us) / 8;
    double mean = RETRY_LEAST_S * (1 + refused_a_second / RETURNS_A_SECOND);
    return (uint32_t)((mean < RETRY_MOST_S ? mean : RETRY_MOST_S) * jitter + 0.5);
}

uint64_t admission_news(struct admission *a)
{
    uint64_t sum = 0;
    for (int i = ADMISSION_GRANTED + 1; i < ADMISSION_REASONS; i++)
        sum += a->refused[i];
    uint64_t news = sum - a->told;
    a->told = sum;
    return news;
}
