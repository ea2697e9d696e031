/* Via: gateways that pull from each other must not go round in circles (RFC 2326 12.43). */
#include <stdlib.h>
#include <string.h>

#include "rtsp/server_internal.h"
#include "rtsp/via.h"

struct span rtsp_server_via(const struct rtsp_server *s)
{
    return span_text(s->via);
}

bool server_stops_loop(struct rtsp_server *s, const struct rtsp_message *m)
{
    char chain[VIA_TEXT + 1];
    struct writer w = writer_of(chain, sizeof chain - 1);
    int result = via_collect(&w, m);

    free(s->via);
    s->via = NULL;
    if (result < 0 ||
        (s->settings->pseudonym && via_has(writer_written(&w), s->settings->pseudonym))) {
        s->counts->loops++;
        server_reply(s, RTSP_BAD_GATEWAY);
        return true;
    }
    chain[w.len] = '\0';
    if (w.len > 0 && !(s->via = strdup(chain))) {
        server_reply(s, RTSP_INTERNAL_ERROR); /* without it a loop could not be told */
        return true;
    }
    return false;
}
