/* Which resource a Digest response was made for. Pure, any thread. */
#ifndef WEIR_RTSP_DIGEST_URI_H
#define WEIR_RTSP_DIGEST_URI_H

#include "base/span.h"

/* Whether the `uri` of an Authorization names what the request line's URL names (RFC 7616 3.4.6),
 * as loosely as clients need it: they send the whole URL, its path alone, and the stream's URL in a
 * request for one of its tracks. Hosts, queries and a slash at the end do not count. */
bool digest_uri_matches(struct span uri, struct span url);

#endif
