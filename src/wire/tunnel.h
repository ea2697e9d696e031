/* The HTTP around RTSP in HTTP, as QuickTime brought it up and everybody speaks it: a GET whose
 * answer never ends carries what the server says, a POST whose body never ends carries what the
 * client says, in base64 (wire/base64.h); the header x-sessioncookie tells that they belong
 * together. Only the heads are here, and of HTTP only as much as they need. Spans point into the
 * parsed text. Pure, any thread. */
#ifndef WEIR_WIRE_TUNNEL_H
#define WEIR_WIRE_TUNNEL_H

#include "base/span.h"
#include "base/writer.h"

enum {
    TUNNEL_COOKIE_MOST = 128, /* players send 16 to 32 characters */
    TUNNEL_PORT = 80,
    /* What everybody announces as the length of the POST's body. */
    TUNNEL_POST_LENGTH = 32767,
};

enum {
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_METHOD_NOT_ALLOWED = 405,
    HTTP_CONFLICT = 409,
    HTTP_TOO_LARGE = 413,
    HTTP_NOT_IMPLEMENTED = 501,
    HTTP_UNAVAILABLE = 503,
    HTTP_VERSION_NOT_SUPPORTED = 505,
};

/* Whether a connection that begins so speaks HTTP, by the end of its first line: 1; 0: no, or it
 * is none of our business; -EAGAIN: the line goes on. */
int tunnel_is_http(struct span in);

/* A request's head. */
struct tunnel_request {
    size_t len; /* bytes it takes, with the empty line */
    bool is_post;
    struct span cookie;
    bool expects_continue; /* it sends no body before it has heard a 100 */
    /* 0: a GET or POST with a cookie. Else what to refuse it with: 400, 404 (no cookie: there is
     * nothing else here), 405, 501, 505. */
    int error_status;
};
/* 0; -EAGAIN; -EBADMSG when it is longer than LIMIT_RTSP_HEAD: refuse it with 413. */
int tunnel_request_parse(struct tunnel_request *request, struct span in);

/* The head of the answer to our GET. Same results; -EBADMSG also when it is no HTTP/1. */
struct tunnel_response {
    size_t len;
    int status;
    bool is_tunnel; /* of a tunnel's content type, or of none */
};
int tunnel_response_parse(struct tunnel_response *response, struct span in);

/* The answer to a GET that opens a tunnel. */
void tunnel_write_accept(struct writer *w);
/* The answer to an Expect: 100-continue. */
void tunnel_write_continue(struct writer *w);
/* Any other answer; the connection is to be closed behind it. `retry_after_s` 0: not told. */
void tunnel_write_refusal(struct writer *w, int status, uint32_t retry_after_s);
/* The two requests of a client. `host` is what goes into Host, `target` the path with its query. */
void tunnel_write_get(struct writer *w, const char *host, const char *target, const char *cookie);
void tunnel_write_post(struct writer *w, const char *host, const char *target, const char *cookie);

#endif
