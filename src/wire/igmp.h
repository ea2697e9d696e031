/* Group membership on a link: IGMP (RFC 1112, 2236, 3376) and MLD (RFC 2710, 3810), as they stand
 * in IP packets. The two are one protocol in two dresses, and so they are read into one struct;
 * what the old versions say is told in the words of the new ones. Pure, any thread. */
#ifndef WEIR_WIRE_IGMP_H
#define WEIR_WIRE_IGMP_H

#include "base/span.h"
#include "base/writer.h"

/* A host or a group: 16 bytes, IPv4 in its mapped form (::ffff:a.b.c.d). */
enum { IGMP_HOST = 16 };

struct igmp {
    bool is_query; /* else a report */
    bool is_ipv6;
    /* It asks or reports for a group alone, and hosts may keep silent after hearing another one
     * (IGMPv1, IGMPv2, MLDv1). */
    bool is_old;
    uint8_t from[IGMP_HOST];
    /* Of a query: */
    uint8_t group[IGMP_HOST]; /* zeros: a general one */
    uint32_t response_ms;     /* hosts answer within; 0 in IGMPv1, which means 10 s */
    uint32_t interval_s;      /* between two general ones; 0: it does not say */
    uint8_t robustness;       /* how often what matters is said; 0: it does not say */
    /* Of a report, what igmp_record_next() has not read yet: */
    uint8_t old_change; /* where it is old: joined, or left */
    size_t record_count;
    struct span records;
};

enum igmp_change { /* the numbers of RFC 3376 4.2.12 */
                   IGMP_IS_INCLUDE = 1,
                   IGMP_IS_EXCLUDE, /* from all but the sources: from everybody, mostly */
                   IGMP_TO_INCLUDE, /* without sources: the group is left */
                   IGMP_TO_EXCLUDE,
                   IGMP_ALLOW,
                   IGMP_BLOCK,
};

struct igmp_record {
    enum igmp_change change;
    uint8_t group[IGMP_HOST];
    size_t source_count;
    struct span sources; /* as they stand there; igmp_record_source() reads them */
    bool is_ipv6;
};

/* Takes an IP packet as it came from the link (behind it may be padding). What the message holds
 * lives as long as the packet. 0; -ENOENT: something else, or a type nobody knows; -EBADMSG:
 * broken, or not from this link. */
int igmp_parse(struct igmp *message, struct span packet);
/* The next record of a report; false at the end, or where the rest is broken. Records of kinds that
 * nobody knows are passed over (RFC 3376 4.2.12). */
bool igmp_record_next(struct igmp_record *record, struct igmp *report);
/* `i` is below source_count. */
void igmp_record_source(uint8_t source[IGMP_HOST], const struct igmp_record *record, size_t i);

/* What a querier says. */
struct igmp_query {
    bool is_ipv6;
    uint8_t from[IGMP_HOST];
    uint8_t group[IGMP_HOST]; /* zeros: a general one */
    uint8_t response_ds;      /* tenths of a second, to 127 */
    uint8_t interval_s;       /* to 127 */
    uint8_t robustness;       /* to 7 */
};
/* The whole IP packet: IGMPv3, or MLDv2. */
void igmp_write_query(struct writer *w, const struct igmp_query *query);
/* Where it goes, by IP: all hosts, or the group itself. */
void igmp_query_target(uint8_t target[IGMP_HOST], const struct igmp_query *query);

#endif
