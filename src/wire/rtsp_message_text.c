/* The words of RTSP, and writing messages with them. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "wire/rtsp_message.h"

static const char *const methods[] = {
    [RTSP_OPTIONS] = "OPTIONS",
    [RTSP_DESCRIBE] = "DESCRIBE",
    [RTSP_ANNOUNCE] = "ANNOUNCE",
    [RTSP_SETUP] = "SETUP",
    [RTSP_PLAY] = "PLAY",
    [RTSP_PAUSE] = "PAUSE",
    [RTSP_RECORD] = "RECORD",
    [RTSP_REDIRECT] = "REDIRECT",
    [RTSP_TEARDOWN] = "TEARDOWN",
    [RTSP_GET_PARAMETER] = "GET_PARAMETER",
    [RTSP_SET_PARAMETER] = "SET_PARAMETER",
};

/* RFC 2326 7.1.1 */
static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {RTSP_OK, "OK"},
    {301, "Moved Permanently"},
    {302, "Moved Temporarily"},
    {303, "See Other"},
    {305, "Use Proxy"},
    {RTSP_BAD_REQUEST, "Bad Request"},
    {RTSP_UNAUTHORIZED, "Unauthorized"},
    {RTSP_FORBIDDEN, "Forbidden"},
    {RTSP_NOT_FOUND, "Not Found"},
    {RTSP_METHOD_NOT_ALLOWED, "Method Not Allowed"},
    {RTSP_NOT_ACCEPTABLE, "Not Acceptable"},
    {RTSP_BODY_TOO_LARGE, "Request Entity Too Large"},
    {RTSP_URL_TOO_LONG, "Request-URI Too Large"},
    {RTSP_UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"},
    {RTSP_PARAMETER_NOT_UNDERSTOOD, "Parameter Not Understood"},
    {RTSP_NOT_ENOUGH_BANDWIDTH, "Not Enough Bandwidth"},
    {RTSP_SESSION_NOT_FOUND, "Session Not Found"},
    {RTSP_NOT_VALID_IN_THIS_STATE, "Method Not Valid in This State"},
    {RTSP_HEADER_NOT_VALID, "Header Field Not Valid for Resource"},
    {RTSP_INVALID_RANGE, "Invalid Range"},
    {RTSP_AGGREGATE_NOT_ALLOWED, "Aggregate Operation Not Allowed"},
    {RTSP_ONLY_AGGREGATE_ALLOWED, "Only Aggregate Operation Allowed"},
    {RTSP_UNSUPPORTED_TRANSPORT, "Unsupported Transport"},
    {RTSP_INTERNAL_ERROR, "Internal Server Error"},
    {RTSP_NOT_IMPLEMENTED, "Not Implemented"},
    {RTSP_BAD_GATEWAY, "Bad Gateway"},
    {RTSP_UNAVAILABLE, "Service Unavailable"},
    {RTSP_GATEWAY_TIMEOUT, "Gateway Timeout"},
    {RTSP_VERSION_NOT_SUPPORTED, "RTSP Version Not Supported"},
    {RTSP_OPTION_NOT_SUPPORTED, "Option Not Supported"},
};

enum rtsp_method rtsp_method_parse(struct span name)
{
    for (unsigned i = RTSP_OPTIONS; i < sizeof methods / sizeof methods[0]; i++)
        if (span_is_text(name, methods[i]))
            return (enum rtsp_method)i;
    return RTSP_METHOD_UNKNOWN;
}

const char *rtsp_method_name(enum rtsp_method method)
{
    return method == RTSP_METHOD_UNKNOWN ? "?" : methods[method];
}

const char *rtsp_reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

void rtsp_write_request(struct writer *w, enum rtsp_method method, struct span url, uint32_t cseq)
{
    writer_format(w, "%s ", rtsp_method_name(method));
    writer_span(w, url);
    writer_format(w, " RTSP/1.0\r\nCSeq: %u\r\n", cseq);
}

void rtsp_write_response(struct writer *w, int status, bool has_cseq, uint32_t cseq)
{
    writer_format(w, "RTSP/1.0 %d %s\r\n", status, rtsp_reason(status));
    if (has_cseq)
        writer_format(w, "CSeq: %u\r\n", cseq);
}

void rtsp_write_header(struct writer *w, const char *name, const char *format, ...)
{
    char value[LIMIT_URL + 256];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(value, sizeof value, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof value) {
        w->is_full = true;
        return;
    }
    writer_text(w, name);
    writer_text(w, ": ");
    writer_bytes(w, value, (size_t)len);
    writer_text(w, "\r\n");
}

/* Names of its own: strftime speaks the locale's language. */
void rtsp_write_date(struct writer *w, int64_t wall_us)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = wall_us / CLOCK_SECOND_US;
    struct tm t;
    if (gmtime_r(&seconds, &t))
        rtsp_write_header(w, "Date", "%s, %02d %s %d %02d:%02d:%02d GMT", days[t.tm_wday],
                          t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min,
                          t.tm_sec);
}

void rtsp_write_end(struct writer *w)
{
    writer_text(w, "\r\n");
}

void rtsp_write_body(struct writer *w, const char *content_type, struct span body)
{
    rtsp_write_header(w, "Content-Type", "%s", content_type);
    rtsp_write_header(w, "Content-Length", "%zu", body.len);
    rtsp_write_end(w);
    writer_span(w, body);
}
