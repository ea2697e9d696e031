/* The values a config file's scalars stand for. All return 0 or -EINVAL, and -ERANGE for a number
 * too large; the out-pointer is untouched then. */
#ifndef WEIR_DAEMON_CONFIG_VALUE_H
#define WEIR_DAEMON_CONFIG_VALUE_H

#include "base/span.h"

/* "10s", "500ms", "1m30s", "2h": a sum of numbers with units. */
int config_parse_duration(int64_t *duration_us, struct span text);
/* "4096", "512K", "16M", "1G": bytes, units of 1024. */
int config_parse_size(uint64_t *bytes, struct span text);
/* "64000", "500K", "100M", "10G": bits a second, units of 1000. */
int config_parse_bit_rate(uint64_t *bps, struct span text);
/* yes, no, true, false, on, off */
int config_parse_bool(bool *value, struct span text);

#endif
