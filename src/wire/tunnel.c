#include "wire/tunnel.h"

#include <errno.h>

#include "base/limits.h"

static const char content_type[] = "application/x-rtsp-tunnelled";

/* One line without its end (CRLF or LF). False when its end has not arrived. */
static bool cut_line(struct span *line, struct span *rest)
{
    size_t end = span_find(*rest, '\n');
    if (end == rest->len)
        return false;
    *line = span_of(rest->ptr, end > 0 && rest->ptr[end - 1] == '\r' ? end - 1 : end);
    *rest = span_skip(*rest, end + 1);
    return true;
}

static struct span last_word(struct span line)
{
    size_t start = line.len;
    while (start > 0 && line.ptr[start - 1] != ' ')
        start--;
    return span_skip(line, start);
}

int tunnel_is_http(struct span in)
{
    struct span line;
    if (in.len > 0 && (in.ptr[0] < 'A' || in.ptr[0] > 'Z'))
        return 0;
    if (!cut_line(&line, &in))
        return in.len > LIMIT_URL + 64 ? 0 : -EAGAIN;
    return span_has_prefix(last_word(line), "HTTP/");
}

static bool is_visible(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7f)
            return false;
    return s.len > 0;
}

static void fail(struct tunnel_request *r, int status)
{
    if (r->error_status == 0)
        r->error_status = status;
}

static void parse_request_line(struct tunnel_request *r, struct span line)
{
    static const char *const others[] = {"HEAD",    "PUT",   "DELETE", "CONNECT",
                                         "OPTIONS", "TRACE", "PATCH"};
    struct span version = last_word(line);
    struct span method = span_cut(&line, ' ');
    bool is_known = false;

    r->is_post = span_is_text(method, "POST");
    if (!span_has_prefix(version, "HTTP/1."))
        fail(r, span_has_prefix(version, "HTTP/") ? HTTP_VERSION_NOT_SUPPORTED : HTTP_BAD_REQUEST);
    if (r->is_post || span_is_text(method, "GET"))
        return;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        is_known |= span_is_text(method, others[i]);
    fail(r, is_known ? HTTP_METHOD_NOT_ALLOWED : HTTP_NOT_IMPLEMENTED);
}

static void take_cookie(struct tunnel_request *r, struct span value)
{
    if (r->cookie.ptr || !is_visible(value) || value.len > TUNNEL_COOKIE_MOST)
        fail(r, HTTP_BAD_REQUEST);
    r->cookie = value;
}

static void parse_request_header(struct tunnel_request *r, struct span line)
{
    struct span name = span_trim(span_cut(&line, ':'));
    struct span value = span_trim(line);
    if (span_is_text_nocase(name, "x-sessioncookie"))
        take_cookie(r, value);
    else if (span_is_text_nocase(name, "Expect"))
        r->expects_continue = span_is_text_nocase(value, "100-continue");
}

/* The next line of a head that began `len` bytes before the end of *rest. 1; 0 at its empty line;
 * -EAGAIN; -EBADMSG. */
static int next_line(struct span *line, struct span *rest, size_t len)
{
    bool has_line = cut_line(line, rest);
    if ((has_line ? len - rest->len : len) > LIMIT_RTSP_HEAD)
        return -EBADMSG;
    return has_line ? line->len > 0 : -EAGAIN;
}

int tunnel_request_parse(struct tunnel_request *request, struct span in)
{
    struct tunnel_request r = {0};
    struct span line, rest = in;
    int result = next_line(&line, &rest, in.len);

    if (result < 0)
        return result;
    parse_request_line(&r, line);
    while (result > 0 && (result = next_line(&line, &rest, in.len)) > 0)
        parse_request_header(&r, line);
    if (result < 0)
        return result;
    if (!r.cookie.ptr)
        fail(&r, HTTP_NOT_FOUND);
    r.len = in.len - rest.len;
    *request = r;
    return 0;
}

/* "HTTP/1.0 200 OK". False when it is nothing of the kind. */
static bool parse_status_line(struct tunnel_response *r, struct span line)
{
    uint64_t status;
    struct span version = span_cut(&line, ' ');
    struct span code = span_cut(&line, ' ');
    if (!span_has_prefix(version, "HTTP/1.") || code.len != 3 ||
        span_parse_uint(&status, code, 999) < 0)
        return false;
    r->status = (int)status;
    return true;
}

static void parse_response_header(struct tunnel_response *r, struct span line)
{
    struct span name = span_trim(span_cut(&line, ':'));
    if (span_is_text_nocase(name, "Content-Type"))
        r->is_tunnel = span_is_text_nocase(span_trim(span_cut(&line, ';')), content_type);
}

int tunnel_response_parse(struct tunnel_response *response, struct span in)
{
    struct tunnel_response r = {.is_tunnel = true};
    struct span line, rest = in;
    int result = next_line(&line, &rest, in.len);

    if (result < 0)
        return result;
    if (!parse_status_line(&r, line))
        return -EBADMSG;
    while (result > 0 && (result = next_line(&line, &rest, in.len)) > 0)
        parse_response_header(&r, line);
    if (result < 0)
        return result;
    r.len = in.len - rest.len;
    *response = r;
    return 0;
}

void tunnel_write_accept(struct writer *w)
{
    writer_format(w,
                  "HTTP/1.0 200 OK\r\n"
                  "Server: weir\r\n"
                  "Connection: close\r\n"
                  "Cache-Control: no-store\r\n"
                  "Pragma: no-cache\r\n"
                  "Content-Type: %s\r\n\r\n",
                  content_type);
}

void tunnel_write_continue(struct writer *w)
{
    writer_text(w, "HTTP/1.1 100 Continue\r\n\r\n");
}

static const char *reason(int status)
{
    switch (status) {
    case HTTP_BAD_REQUEST:
        return "Bad Request";
    case HTTP_NOT_FOUND:
        return "Not Found";
    case HTTP_METHOD_NOT_ALLOWED:
        return "Method Not Allowed";
    case HTTP_CONFLICT:
        return "Conflict";
    case HTTP_TOO_LARGE:
        return "Content Too Large";
    case HTTP_NOT_IMPLEMENTED:
        return "Not Implemented";
    case HTTP_UNAVAILABLE:
        return "Service Unavailable";
    case HTTP_VERSION_NOT_SUPPORTED:
        return "HTTP Version Not Supported";
    default:
        return "Unknown";
    }
}

void tunnel_write_refusal(struct writer *w, int status, uint32_t retry_after_s)
{
    writer_format(w, "HTTP/1.0 %d %s\r\nServer: weir\r\nConnection: close\r\n", status,
                  reason(status));
    if (status == HTTP_METHOD_NOT_ALLOWED)
        writer_text(w, "Allow: GET, POST\r\n");
    if (retry_after_s > 0)
        writer_format(w, "Retry-After: %u\r\n", (unsigned)retry_after_s);
    writer_text(w, "Content-Length: 0\r\n\r\n");
}

void tunnel_write_get(struct writer *w, const char *host, const char *target, const char *cookie)
{
    writer_format(w,
                  "GET %s HTTP/1.0\r\n"
                  "Host: %s\r\n"
                  "User-Agent: weir\r\n"
                  "x-sessioncookie: %s\r\n"
                  "Accept: %s\r\n"
                  "Pragma: no-cache\r\n"
                  "Cache-Control: no-cache\r\n\r\n",
                  target, host, cookie, content_type);
}

/* The old date is Apple's: no proxy shall keep what passes. */
void tunnel_write_post(struct writer *w, const char *host, const char *target, const char *cookie)
{
    writer_format(w,
                  "POST %s HTTP/1.0\r\n"
                  "Host: %s\r\n"
                  "User-Agent: weir\r\n"
                  "x-sessioncookie: %s\r\n"
                  "Content-Type: %s\r\n"
                  "Pragma: no-cache\r\n"
                  "Cache-Control: no-cache\r\n"
                  "Content-Length: %d\r\n"
                  "Expires: Sun, 9 Jan 1972 00:00:00 GMT\r\n\r\n",
                  target, host, cookie, content_type, TUNNEL_POST_LENGTH);
}
