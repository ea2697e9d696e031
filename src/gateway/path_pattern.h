/* A path by pattern: a POSIX extended regular expression for names, and a source into which what
 * its groups matched is put ("rtsp://10.0.0.$1/main"). Pure but for regcomp, any thread. */
#ifndef WEIR_GATEWAY_PATH_PATTERN_H
#define WEIR_GATEWAY_PATH_PATTERN_H

#include <regex.h>

#include "gateway/settings.h"

struct path_pattern {
    regex_t regex;
    struct path_settings path; /* `name` is the expression after a '~', `source` may hold $1..$9 */
};

/* Compiles the expression in path.name. 0; -EINVAL with what is wrong written to `reason`. */
int path_pattern_init(struct path_pattern *pattern, struct writer *reason);
void path_pattern_done(struct path_pattern *pattern);

/* The source as it might come out: a digit for each $N or $GN. `sample` is terminated. 0; -ENOSPC.
 */
int path_pattern_sample(char sample[LIMIT_URL], struct span source);
/* Whether the source uses no group that the expression lacks. */
bool path_pattern_has_groups(const struct path_pattern *pattern);

/* The path that a name means under the pattern, with a name and a source of its own. What was
 * matched never leaves its place in the source: in the host it is letters, digits and '-', in the
 * port digits, beyond that it is percent-encoded. Where a client's text decides which network or
 * domain is reached, path->is_origin_named is set. 0; -ENOENT: the pattern does not match; -EINVAL:
 * it does, but no URL comes of it. */
int path_pattern_apply(struct path_settings *path, const struct path_pattern *pattern,
                       const char *name);

#endif
