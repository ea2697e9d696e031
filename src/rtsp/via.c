#include "rtsp/via.h"

#include <errno.h>

/* The next entry of a chain; a comma in a comment or between quotes ends none. Empty at the end. */
static struct span cut_entry(struct span *rest)
{
    struct span entry = {0};
    while (rest->len > 0 && entry.len == 0) {
        size_t at = 0, depth = 0;
        bool is_quoted = false;
        for (; at < rest->len; at++) {
            uint8_t c = rest->ptr[at];
            if (c == '"')
                is_quoted = !is_quoted;
            else if (c == '(' && !is_quoted)
                depth++;
            else if (c == ')' && !is_quoted && depth > 0)
                depth--;
            else if (c == ',' && !is_quoted && depth == 0)
                break;
        }
        entry = span_trim(span_of(rest->ptr, at));
        *rest = span_skip(*rest, at + 1);
    }
    return entry;
}

/* Up to the next blank, and without the blanks that follow it. */
static struct span cut_word(struct span *rest)
{
    size_t at = 0;
    while (at < rest->len && rest->ptr[at] > ' ')
        at++;
    struct span word = span_of(rest->ptr, at);
    *rest = span_trim(span_skip(*rest, at));
    return word;
}

bool via_has(struct span chain, const char *pseudonym)
{
    struct span entry;
    while ((entry = cut_entry(&chain)).len > 0) {
        cut_word(&entry); /* the protocol */
        if (span_is_text_nocase(cut_word(&entry), pseudonym))
            return true;
    }
    return false;
}

static size_t count_entries(struct span chain)
{
    size_t count = 0;
    while (cut_entry(&chain).len > 0)
        count++;
    return count;
}

static int result_of(const struct writer *w, size_t start)
{
    struct span chain = span_skip(writer_written(w), start);
    if (writer_result(w) < 0)
        return -ENOSPC;
    return chain.len > VIA_TEXT || count_entries(chain) > VIA_HOPS ? -E2BIG : 0;
}

/* Each blank and line break of a folded header as one blank: a chain is written in one line. */
static void write_entries(struct writer *w, size_t start, struct span chain)
{
    struct span entry;
    while ((entry = cut_entry(&chain)).len > 0) {
        bool is_first = true;
        if (w->len > start)
            writer_text(w, ", ");
        while (entry.len > 0) {
            if (!is_first)
                writer_text(w, " ");
            writer_span(w, cut_word(&entry));
            is_first = false;
        }
    }
}

int via_collect(struct writer *w, const struct rtsp_message *m)
{
    size_t start = w->len;
    for (size_t i = 0; i < m->header_count; i++)
        if (span_is_text_nocase(m->headers[i].name, "Via"))
            write_entries(w, start, m->headers[i].value);
    return result_of(w, start);
}

int via_append(struct writer *w, struct span chain, const char *pseudonym)
{
    size_t start = w->len;
    write_entries(w, start, chain);
    writer_text(w, w->len > start ? ", RTSP/1.0 " : "RTSP/1.0 ");
    writer_text(w, pseudonym);
    return result_of(w, start);
}
