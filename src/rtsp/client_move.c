/* Where the origin sends us: an answer of 3xx, or REDIRECT. */
#include <errno.h>

#include "rtsp/client_internal.h"
#include "wire/url.h"

/* RFC 2326 wants an absolute URL; a path is understood too. */
static int resolve(struct writer *w, const struct rtsp_client *c, struct span location)
{
    struct url url;
    bool is_path = span_has_prefix(location, "/") && !span_has_prefix(location, "//");
    if (!is_path && url_parse(&url, location) < 0)
        return -EINVAL;
    int result = url_resolve(w, span_text(c->request_url), location);
    return result == 0 ? url_parse(&url, writer_written(w)) : result;
}

void client_move(struct rtsp_client *c, struct span location, int status)
{
    char text[LIMIT_URL];
    struct writer w = writer_of(text, sizeof text);
    bool has_place = location.len > 0;

    if (!c->ops->moved || (!has_place && status != 0))
        client_fail(c, status != 0 ? RTSP_CLIENT_REFUSED : RTSP_CLIENT_ENDED, status);
    else if (has_place && resolve(&w, c, location) < 0)
        client_fail(c, RTSP_CLIENT_ASTRAY, status);
    else if (client_end(c))
        c->ops->moved(c->owner, writer_written(&w));
}
