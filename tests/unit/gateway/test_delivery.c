#include "gateway/delivery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NONE, UNI, MULTI, MULTI4, MULTI6 }; /* domains; the last two have groups of one family */
enum { LIVE, OWN };
enum { U = 1, M = 2, BOTH = 3 }; /* what the client takes */

static const struct domain domains[] = {
    [UNI] = {.has_range = {true, true}}, /* a pool makes no multicast domain */
    [MULTI] = {.is_multicast = true, .has_range = {true, true}},
    [MULTI4] = {.is_multicast = true, .has_range = {true, false}},
    [MULTI6] = {.is_multicast = true, .has_range = {false, true}},
};

static const struct {
    int stream;
    unsigned from; /* a group on that interface */
    int takes, family, domain;
    unsigned to;
    enum delivery delivery;
    const char *why;
} rows[] = {
    /* From unicast. */
    {LIVE, 0, BOTH, 4, MULTI, 2, DELIVERY_GROUP, NULL},
    {LIVE, 0, M, 4, MULTI, 2, DELIVERY_GROUP, NULL},
    {LIVE, 0, U, 4, MULTI, 2, DELIVERY_UNICAST, "takes no multicast"},
    {LIVE, 0, BOTH, 4, UNI, 2, DELIVERY_UNICAST, "is unicast"},
    {LIVE, 0, M, 4, UNI, 2, DELIVERY_REFUSED, "is unicast"},
    {LIVE, 0, U, 4, UNI, 2, DELIVERY_UNICAST, "takes no multicast"},
    {LIVE, 0, BOTH, 4, NONE, 0, DELIVERY_UNICAST, "in no domain"},
    {LIVE, 0, M, 4, NONE, 0, DELIVERY_REFUSED, "in no domain"},
    {LIVE, 0, U, 4, NONE, 0, DELIVERY_UNICAST, "takes no multicast"},
    /* From a group: to another interface it is another group, to its own never. */
    {LIVE, 3, BOTH, 4, MULTI, 2, DELIVERY_GROUP, NULL},
    {LIVE, 2, BOTH, 4, MULTI, 2, DELIVERY_UNICAST, "by that interface"},
    {LIVE, 2, M, 4, MULTI, 2, DELIVERY_REFUSED, "by that interface"},
    {LIVE, 2, M, 6, MULTI, 2, DELIVERY_REFUSED, "by that interface"},
    {LIVE, 2, U, 4, MULTI, 2, DELIVERY_UNICAST, "takes no multicast"},
    {LIVE, 2, BOTH, 4, UNI, 2, DELIVERY_UNICAST, "is unicast"},
    {LIVE, 2, U, 4, NONE, 0, DELIVERY_UNICAST, "takes no multicast"},
    /* What is a viewer's own. */
    {OWN, 0, BOTH, 4, MULTI, 2, DELIVERY_UNICAST, "not shared"},
    {OWN, 0, M, 4, MULTI, 2, DELIVERY_REFUSED, "not shared"},
    {OWN, 0, U, 4, MULTI, 2, DELIVERY_UNICAST, "takes no multicast"},
    /* The interface has gone. */
    {LIVE, 0, BOTH, 4, MULTI, 0, DELIVERY_UNICAST, "not there"},
    {LIVE, 0, M, 4, MULTI, 0, DELIVERY_REFUSED, "not there"},
    {LIVE, 2, M, 4, MULTI, 0, DELIVERY_REFUSED, "not there"},
    /* Families. */
    {LIVE, 0, M, 6, MULTI, 2, DELIVERY_GROUP, NULL},
    {LIVE, 0, M, 4, MULTI4, 2, DELIVERY_GROUP, NULL},
    {LIVE, 0, M, 6, MULTI4, 2, DELIVERY_REFUSED, "no IPv6 groups"},
    {LIVE, 0, BOTH, 6, MULTI4, 2, DELIVERY_UNICAST, "no IPv6 groups"},
    {LIVE, 0, M, 6, MULTI6, 2, DELIVERY_GROUP, NULL},
    {LIVE, 0, M, 4, MULTI6, 2, DELIVERY_REFUSED, "no IPv4 groups"},
};

/* must: M4 */
static void the_table_of_deliveries(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct delivery_question q = {
            .is_shared = rows[i].stream == LIVE,
            .from = rows[i].from,
            .takes_unicast = rows[i].takes & U,
            .takes_multicast = rows[i].takes & M,
            .is_ipv6 = rows[i].family == 6,
            .domain = rows[i].domain == NONE ? NULL : &domains[rows[i].domain],
            .to = rows[i].to,
        };
        const char *why = "";
        assert_int_equal(delivery_choose(&q, &why), rows[i].delivery);
        assert_int_equal(delivery_choose(&q, NULL), rows[i].delivery);
        if (rows[i].why)
            assert_non_null(strstr(why, rows[i].why));
        else
            assert_null(why);
    }
}

/* Whatever else is asked, no group goes where it came from, and nobody gets what he cannot take. */
/* must: M4 */
static void no_question_leads_back(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1u << 9; bits++) {
        struct delivery_question q = {
            .is_shared = bits & 1,
            .from = bits >> 1 & 1,
            .takes_unicast = bits >> 2 & 1,
            .takes_multicast = bits >> 3 & 1,
            .is_ipv6 = bits >> 4 & 1,
            .domain = (bits >> 5 & 7) < 5 && (bits >> 5 & 7) > 0 ? &domains[bits >> 5 & 7] : NULL,
            .to = bits >> 8 & 1,
        };
        enum delivery delivery = delivery_choose(&q, NULL);
        if (delivery == DELIVERY_GROUP)
            assert_true(q.takes_multicast && q.to != q.from && q.domain->is_multicast);
        assert_true(delivery != DELIVERY_UNICAST || q.takes_unicast);
        assert_true(delivery != DELIVERY_REFUSED || !q.takes_unicast);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_deliveries),
        cmocka_unit_test(no_question_leads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
