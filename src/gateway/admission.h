/* Who may come in, and who is sent away: the decisions, and the counts they need. No socket and no
 * clock. One thread. */
#ifndef WEIR_GATEWAY_ADMISSION_H
#define WEIR_GATEWAY_ADMISSION_H

#include "base/rate.h"
#include "gateway/settings.h"

enum admission_reason {
    ADMISSION_GRANTED,
    ADMISSION_CONNECTIONS, /* maxConnections are open, or as many sessions */
    ADMISSION_ADDRESS,     /* maxConnectionsPerAddress are, from there */
    ADMISSION_HALF_OPEN,   /* LIMIT_HALF_OPEN connections from there say nothing */
    ADMISSION_EGRESS,      /* maxEgress is spent, the gateway's or the path's */
    ADMISSION_READERS,     /* maxReaders watch the path */
    ADMISSION_USER,        /* the user has his maxSessions */
    ADMISSION_REASONS,
};

/* Both have the same bounds, each for itself: over UDP a session may outlive its connection. */
enum admission_kind { ADMISSION_CONNECTION, ADMISSION_SESSION, ADMISSION_KINDS };

struct guest; /* one host, or one /64 of IPv6, and what comes from there */

struct admission {                   /* zeroed, but for the settings */
    const struct settings *settings; /* borrowed */
    struct guest *guests;            /* those with a connection, a hash */
    size_t count[ADMISSION_KINDS];
    struct rate refusals; /* one "byte" each: how fast they come */
    int64_t answer_second;
    uint32_t answer_count;               /* of those refused in that second */
    uint64_t refused[ADMISSION_REASONS]; /* never reset */
    uint64_t told;                       /* how many of them the log has heard of */
};

/* A connection or a viewer's session from `from`: granted, with *guest to be given back to
 * admission_leave, or refused and counted. */
enum admission_reason admission_enter(struct guest **guest, struct admission *a,
                                      enum admission_kind kind, const struct address *from,
                                      int64_t now_us);
void admission_leave(struct admission *a, enum admission_kind kind, struct guest *guest);

/* Once a second: a new count of those who have said nothing begins. */
void admission_tick(struct admission *a);
/* Counts a connection that has said nothing for its first second. Whether it is one too many of
 * its guest's, and counted as refused. A crowd that comes at once is served at once and never
 * counted. */
bool admission_is_surplus(struct admission *a, struct guest *guest, int64_t now_us);

/* Whether a viewer may take `wanted_bps` where `taken_bps` are taken of `budget_bps` (0: without
 * end). */
bool admission_has_room(uint64_t budget_bps, uint64_t taken_bps, uint64_t wanted_bps);
void admission_count(struct admission *a, enum admission_reason reason, int64_t now_us);
/* Whether one who is refused at the door still gets an answer: so many a second do, and a flood
 * costs no more than that. */
bool admission_may_answer(struct admission *a, int64_t now_us);
/* When he may try again: the faster refusals come, the later, so that those sent away do not come
 * back all at once (RFC 7826 10.7). `jitter` from random_jitter(). */
uint32_t admission_retry_after_s(const struct admission *a, int64_t now_us, double jitter);
/* How many were refused since it was asked last. */
uint64_t admission_news(struct admission *a);

#endif
