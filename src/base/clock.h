/* Time is microseconds in an int64_t, names end in _us. Only the floors that own a loop read the
 * clock; everything below takes `now_us` as an argument, so that tests may invent it. */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_MS_US     INT64_C(1000)
#define CLOCK_SECOND_US INT64_C(1000000)

/* Monotonic time: never steps, unrelated to the wall clock. */
int64_t clock_now_us(void);
/* Wall-clock time since 1970-01-01 UTC: for log stamps and RTCP only. */
int64_t clock_wall_us(void);

#endif
