#include "gateway/delivery.h"

/* NULL where there is none. */
static const char *reason_against_group(const struct delivery_question *q)
{
    if (!q->takes_multicast)
        return "the client takes no multicast";
    if (!q->domain)
        return "the client is in no domain";
    if (!q->domain->is_multicast)
        return "the domain is unicast";
    if (!q->domain->has_range[q->is_ipv6])
        return q->is_ipv6 ? "the domain has no IPv6 groups" : "the domain has no IPv4 groups";
    if (!q->is_shared)
        return "it is not shared: each viewer has his own";
    if (q->to == 0)
        return "the domain's interface is not there";
    /* RFC 8085 3.1, and the plain loop: there it is already. */
    if (q->to == q->from)
        return "it came as a group by that interface";
    return NULL;
}

enum delivery delivery_choose(const struct delivery_question *q, const char **why)
{
    const char *reason = reason_against_group(q);
    if (why)
        *why = reason;
    if (!reason)
        return DELIVERY_GROUP;
    return q->takes_unicast ? DELIVERY_UNICAST : DELIVERY_REFUSED;
}
