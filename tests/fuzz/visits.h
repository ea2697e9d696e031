/* What the dialogues of a fuzz target have come to, so that a run can tell whether it has seen all
 * there is. A target that counts has one table of them. */
#ifndef WEIR_TEST_VISITS_H
#define WEIR_TEST_VISITS_H

#include <stdint.h>

enum { VISITS_MOST = 20 };

struct visits {
    const char *const rows[VISITS_MOST], *const columns[VISITS_MOST]; /* NULL behind the last */
    uint64_t counts[VISITS_MOST][VISITS_MOST];
};

extern struct visits visits;

#endif
