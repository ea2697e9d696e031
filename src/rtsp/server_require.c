/* What a request demands that its server or proxy can do (RFC 2326 12.27, 12.32). */
#include "rtsp/server_internal.h"

enum { TAGS_COMPARED = 64 }; /* so that a long list costs no more than its length */

static bool is_demand(struct span name)
{
    return span_is_text_nocase(name, "Require") || span_is_text_nocase(name, "Proxy-Require");
}

/* Each tag once, whichever header it stands in. Returns how many. */
static size_t write_tags(struct writer *w, const struct rtsp_message *m)
{
    struct span seen[TAGS_COMPARED];
    size_t count = 0;
    for (size_t i = 0; i < m->header_count; i++) {
        struct span list = m->headers[i].value;
        while (is_demand(m->headers[i].name) && list.len > 0) {
            struct span tag = span_trim(span_cut(&list, ','));
            bool is_seen = tag.len == 0;
            for (size_t j = 0; j < count && j < TAGS_COMPARED && !is_seen; j++)
                is_seen = span_is_equal(seen[j], tag);
            if (is_seen)
                continue;
            writer_text(w, count > 0 ? ", " : "Unsupported: ");
            writer_span(w, tag);
            if (count < TAGS_COMPARED)
                seen[count] = tag;
            count++;
        }
    }
    return count;
}

bool server_refuses(struct rtsp_server *s, const struct rtsp_message *m)
{
    char bytes[2 * LIMIT_RTSP_HEAD]; /* a list of commas and tags of one letter becomes longer */
    struct writer w = writer_of(bytes, sizeof bytes);

    server_start_reply(s, &w, RTSP_OPTION_NOT_SUPPORTED);
    if (write_tags(&w, m) == 0)
        return false;
    writer_text(&w, "\r\n");
    rtsp_write_end(&w);
    server_finish_reply(s, &w, RTSP_OPTION_NOT_SUPPORTED);
    return true;
}
