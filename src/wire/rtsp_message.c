#include "wire/rtsp_message.h"

#include <errno.h>
#include <string.h>

#include "base/reader.h"

static bool is_token(uint8_t c)
{
    return c > 0x20 && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

/* One line without its end. False when its end has not arrived. A lone CR at the very end of what
 * has arrived may be the first half of a CRLF: wait for what follows. */
static bool cut_line(struct span *line, struct span *rest)
{
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->ptr[i] != '\r' && rest->ptr[i] != '\n')
            continue;
        bool is_cr = rest->ptr[i] == '\r';
        if (is_cr && i + 1 == rest->len)
            return false;
        *line = span_of(rest->ptr, i);
        *rest = span_skip(*rest, i + 1 + (is_cr && rest->ptr[i + 1] == '\n'));
        return true;
    }
    return false;
}

static void fail(struct rtsp_message *m, int status)
{
    if (m->error_status == 0)
        m->error_status = status;
}

/* "RTSP/1.0": true. Any other RTSP version is understood as far as to refuse it. */
static void parse_version(struct rtsp_message *m, struct span version)
{
    if (span_is_text(version, "RTSP/1.0"))
        return;
    fail(m, span_has_prefix(version, "RTSP/") ? RTSP_VERSION_NOT_SUPPORTED : RTSP_BAD_REQUEST);
}

static void parse_status_line(struct rtsp_message *m, struct span line)
{
    uint64_t status = 0;
    parse_version(m, span_cut(&line, ' '));
    struct span code = span_cut(&line, ' ');
    if (code.len != 3 || span_parse_uint(&status, code, 999) < 0 || status < 100)
        fail(m, RTSP_BAD_REQUEST);
    m->status = (int)status;
    m->reason = span_trim(line);
}

static void parse_request_line(struct rtsp_message *m, struct span line)
{
    m->is_request = true;
    m->method_name = span_cut(&line, ' ');
    line = span_trim(line);
    m->url = span_cut(&line, ' ');
    m->method = rtsp_method_parse(m->method_name);
    for (size_t i = 0; i < m->method_name.len; i++)
        if (!is_token(m->method_name.ptr[i]))
            fail(m, RTSP_BAD_REQUEST);
    for (size_t i = 0; i < m->url.len; i++)
        if (m->url.ptr[i] < 0x20 || m->url.ptr[i] == 0x7f)
            fail(m, RTSP_BAD_REQUEST);
    if (m->method_name.len == 0 || m->url.len == 0)
        fail(m, RTSP_BAD_REQUEST);
    if (m->url.len > LIMIT_URL)
        fail(m, RTSP_URL_TOO_LONG);
    parse_version(m, span_trim(line));
}

static void add_header(struct rtsp_message *m, struct span line)
{
    struct rtsp_header *h;
    struct span name = span_of(line.ptr, span_find(line, ':'));
    if (name.len == line.len || name.len == 0) {
        fail(m, RTSP_BAD_REQUEST);
        return;
    }
    h = &m->headers[m->header_count++];
    h->name = span_trim(name);
    h->value = span_trim(span_skip(line, name.len + 1));
    for (size_t i = 0; i < h->name.len; i++)
        if (!is_token(h->name.ptr[i]))
            fail(m, RTSP_BAD_REQUEST);
}

/* RFC 2326 4.2, 15.1: a line that begins with a blank goes on with the header before it. */
static void fold(struct rtsp_message *m, struct span line)
{
    if (m->header_count == 0) {
        fail(m, RTSP_BAD_REQUEST);
        return;
    }
    struct rtsp_header *h = &m->headers[m->header_count - 1];
    const uint8_t *end = line.ptr + line.len;
    h->value = span_trim(span_of(h->value.ptr, (size_t)(end - h->value.ptr)));
}

static bool is_only_once(struct span name)
{
    return span_is_text_nocase(name, "CSeq") || span_is_text_nocase(name, "Session") ||
           span_is_text_nocase(name, "Transport");
}

static void check_headers(struct rtsp_message *m)
{
    uint64_t cseq;
    for (size_t i = 0; i < m->header_count; i++)
        for (size_t j = i + 1; is_only_once(m->headers[i].name) && j < m->header_count; j++)
            if (span_is_equal_nocase(m->headers[i].name, m->headers[j].name))
                fail(m, RTSP_BAD_REQUEST);
    m->has_cseq = span_parse_uint(&cseq, rtsp_header_find(m, "CSeq"), UINT32_MAX) == 0;
    if (m->has_cseq)
        m->cseq = (uint32_t)cseq;
    else if (m->is_request)
        fail(m, RTSP_BAD_REQUEST);
}

/* Any Content-Length that is no number, or a second one, leaves us without a way to find the next
 * message. */
static int body_len(const struct rtsp_message *m, uint64_t *len)
{
    bool has_len = false;
    *len = 0;
    for (size_t i = 0; i < m->header_count; i++) {
        if (!span_is_text_nocase(m->headers[i].name, "Content-Length"))
            continue;
        if (has_len)
            return RTSP_BAD_REQUEST;
        has_len = true;
        int result = span_parse_uint(len, m->headers[i].value, LIMIT_RTSP_BODY);
        if (result < 0)
            return result == -ERANGE ? RTSP_BODY_TOO_LARGE : RTSP_BAD_REQUEST;
    }
    return 0;
}

static int parse_frame(struct rtsp_piece *piece, struct span in)
{
    struct reader r = reader_of(span_skip(in, 1));
    uint8_t channel = reader_u8(&r);
    struct span data = reader_bytes(&r, reader_u16(&r));
    if (r.is_short)
        return -EAGAIN;
    /* The message stays as it is: two kilobytes that nobody reads, once for each media packet. */
    piece->kind = RTSP_PIECE_FRAME;
    piece->len = 4 + data.len;
    piece->channel = channel;
    piece->data = data;
    return 0;
}

static int give_up(struct rtsp_piece *piece, int status)
{
    piece->message.error_status = status;
    return -EBADMSG;
}

/* The head's lines. 0, -EAGAIN, -EBADMSG for one that is too long, -E2BIG for too many. */
static int parse_head(struct rtsp_message *m, struct span *rest)
{
    struct span line;
    size_t len = rest->len;
    bool is_first = true;

    for (;;) {
        bool has_line = cut_line(&line, rest);
        if (len - rest->len > LIMIT_RTSP_HEAD || (!has_line && len > LIMIT_RTSP_HEAD))
            return -EBADMSG;
        if (!has_line)
            return -EAGAIN;
        if (line.len == 0)
            return 0;
        if (is_first && span_has_prefix(line, "RTSP/"))
            parse_status_line(m, line);
        else if (is_first)
            parse_request_line(m, line);
        else if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
            fold(m, line);
        else if (m->header_count == LIMIT_RTSP_HEADERS)
            return -E2BIG;
        else
            add_header(m, line);
        is_first = false;
    }
}

int rtsp_piece_parse(struct rtsp_piece *piece, struct span in)
{
    struct span rest = in;
    uint64_t len;

    while (rest.len > 0 && (rest.ptr[0] == '\r' || rest.ptr[0] == '\n'))
        rest = span_skip(rest, 1);
    size_t skipped = in.len - rest.len;
    if (skipped > LIMIT_RTSP_HEAD)
        return give_up(piece, RTSP_BAD_REQUEST);
    if (rest.len == 0)
        return -EAGAIN;
    if (rest.ptr[0] == '$') {
        int result = parse_frame(piece, rest);
        if (result == 0)
            piece->len += skipped;
        return result;
    }
    memset(&piece->message, 0, sizeof piece->message);
    if (!is_token(rest.ptr[0]))
        return give_up(piece, RTSP_BAD_REQUEST);
    int result = parse_head(&piece->message, &rest);
    if (result == -EBADMSG || result == -E2BIG)
        return give_up(piece, result == -E2BIG ? RTSP_BAD_REQUEST : RTSP_BODY_TOO_LARGE);
    if (result < 0)
        return result;
    int status = body_len(&piece->message, &len);
    if (status != 0)
        return give_up(piece, status);
    if (len > rest.len)
        return -EAGAIN;
    check_headers(&piece->message);
    piece->message.body = span_of(rest.ptr, len);
    piece->kind = RTSP_PIECE_MESSAGE;
    piece->len = in.len - rest.len + len;
    return 0;
}

struct span rtsp_header_find(const struct rtsp_message *m, const char *name)
{
    for (size_t i = 0; i < m->header_count; i++)
        if (span_is_text_nocase(m->headers[i].name, name))
            return m->headers[i].value;
    return span_of(NULL, 0);
}
