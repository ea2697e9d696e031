/* Numbers as people read them. */
#ifndef WEIR_DAEMON_UNITS_H
#define WEIR_DAEMON_UNITS_H

#include <stdint.h>

enum { UNITS_TEXT = 32 };

/* "3.1 Mbit/s". Returns text. */
const char *units_write_bps(char text[UNITS_TEXT], uint64_t bps);
/* "4m05s". Returns text. */
const char *units_write_seconds(char text[UNITS_TEXT], double seconds);

#endif
