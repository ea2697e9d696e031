/* RTSP messages: bytes to structs and back (RFC 2326 4, 6, 7, 10.12).
 *
 * A connection carries pieces: messages, and interleaved frames ('$', channel, 16-bit length).
 * rtsp_piece_parse() cuts the next one off the bytes that have arrived; all spans it hands out
 * point into those bytes. Pure functions, any thread, no allocation. */
#ifndef WEIR_WIRE_RTSP_MESSAGE_H
#define WEIR_WIRE_RTSP_MESSAGE_H

#include "base/limits.h"
#include "base/span.h"
#include "base/writer.h"

enum rtsp_method {
    RTSP_METHOD_UNKNOWN,
    RTSP_OPTIONS,
    RTSP_DESCRIBE,
    RTSP_ANNOUNCE,
    RTSP_SETUP,
    RTSP_PLAY,
    RTSP_PAUSE,
    RTSP_RECORD,
    RTSP_REDIRECT,
    RTSP_TEARDOWN,
    RTSP_GET_PARAMETER,
    RTSP_SET_PARAMETER,
};

enum {
    RTSP_OK = 200,
    RTSP_BAD_REQUEST = 400,
    RTSP_UNAUTHORIZED = 401,
    RTSP_FORBIDDEN = 403,
    RTSP_NOT_FOUND = 404,
    RTSP_METHOD_NOT_ALLOWED = 405,
    RTSP_NOT_ACCEPTABLE = 406,
    RTSP_BODY_TOO_LARGE = 413,
    RTSP_URL_TOO_LONG = 414,
    RTSP_UNSUPPORTED_MEDIA_TYPE = 415,
    RTSP_PARAMETER_NOT_UNDERSTOOD = 451,
    RTSP_NOT_ENOUGH_BANDWIDTH = 453,
    RTSP_SESSION_NOT_FOUND = 454,
    RTSP_NOT_VALID_IN_THIS_STATE = 455,
    RTSP_HEADER_NOT_VALID = 456,
    RTSP_INVALID_RANGE = 457,
    RTSP_AGGREGATE_NOT_ALLOWED = 459,
    RTSP_ONLY_AGGREGATE_ALLOWED = 460,
    RTSP_UNSUPPORTED_TRANSPORT = 461,
    RTSP_INTERNAL_ERROR = 500,
    RTSP_NOT_IMPLEMENTED = 501,
    RTSP_BAD_GATEWAY = 502,
    RTSP_UNAVAILABLE = 503,
    RTSP_GATEWAY_TIMEOUT = 504,
    RTSP_VERSION_NOT_SUPPORTED = 505,
    RTSP_OPTION_NOT_SUPPORTED = 551,
};

struct rtsp_header {
    struct span name;  /* without blanks */
    struct span value; /* trimmed; a folded header keeps its line breaks as blanks inside */
};

struct rtsp_message {
    bool is_request;
    /* Requests: */
    enum rtsp_method method;
    struct span method_name;
    struct span url;
    /* Responses: */
    int status;
    struct span reason;
    /* Both: */
    bool has_cseq;
    uint32_t cseq;
    size_t header_count;
    struct rtsp_header headers[LIMIT_RTSP_HEADERS];
    struct span body;
    /* 0, or the status a server answers with when the message could be cut off the stream but
     * not be understood: 400 (grammar; CSeq missing in a request, or CSeq, Session or Transport
     * twice), 414 (URL above LIMIT_URL), 505 (not RTSP/1.0). Fields that could be read are set all
     * the same, so that an answer can carry the CSeq. */
    int error_status;
};

enum rtsp_piece_kind { RTSP_PIECE_MESSAGE, RTSP_PIECE_FRAME };

struct rtsp_piece {
    enum rtsp_piece_kind kind;
    size_t len;       /* bytes this piece takes, all of it */
    uint8_t channel;  /* frames */
    struct span data; /* frames: the packet, without the four bytes before it */
    struct rtsp_message message;
};

/* Cuts the next piece off `in`; empty lines before a message are skipped and counted in `len`.
 * Lines may end with CRLF, LF or CR. Without Content-Length the body is empty.
 *   0          piece is set
 *   -EAGAIN    more bytes are needed; piece->len is untouched. The caller may rely on this
 *              ending: a head longer than LIMIT_RTSP_HEAD, or a body announced as longer than
 *              LIMIT_RTSP_BODY, is an error at once
 *   -EBADMSG   the stream cannot be followed any further; piece->message.error_status is the
 *              answer to give (400, or 413 for sizes) and the connection is to be closed. A first
 *              byte that begins neither a token nor '$' is such an error (leading blanks too), and
 *              so is a body whose length is not known for sure: it is no number, stands twice, or
 *              may stand behind LIMIT_RTSP_HEADERS others. */
int rtsp_piece_parse(struct rtsp_piece *piece, struct span in);

/* The value of the first header of that name (compared without case); an empty span with a NULL
 * ptr when there is none. */
struct span rtsp_header_find(const struct rtsp_message *message, const char *name);

/* RTSP_METHOD_UNKNOWN for a name that is no method; names are case-sensitive (RFC 2326 6.1). */
enum rtsp_method rtsp_method_parse(struct span name);
const char *rtsp_method_name(enum rtsp_method method);
/* "OK", "Not Found", ...; "Unknown" for a status without a standard phrase. */
const char *rtsp_reason(int status);

/* Writing: a start line with CSeq, headers, then exactly one of the two ends. */
void rtsp_write_request(struct writer *w, enum rtsp_method method, struct span url, uint32_t cseq);
/* A status line and CSeq; `has_cseq` false leaves the CSeq out. */
void rtsp_write_response(struct writer *w, int status, bool has_cseq, uint32_t cseq);
void rtsp_write_header(struct writer *w, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The Date header (RFC 2326 12.18) of a wall-clock time since 1970, in microseconds. */
void rtsp_write_date(struct writer *w, int64_t wall_us);
void rtsp_write_end(struct writer *w);
/* Content-Type and Content-Length, the empty line, the body. */
void rtsp_write_body(struct writer *w, const char *content_type, struct span body);

#endif
