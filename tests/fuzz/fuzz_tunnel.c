/* Heads end where they say, and say the same however many bytes stand behind them. */
#include <assert.h>
#include <errno.h>

#include "base/limits.h"
#include "wire/tunnel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(struct span in)
{
    struct tunnel_request request, again;
    int result = tunnel_request_parse(&request, in);

    assert(result == 0 || result == -EAGAIN || result == -EBADMSG);
    assert(result != -EAGAIN || in.len <= LIMIT_RTSP_HEAD);
    if (result < 0)
        return;
    assert(request.len > 0 && request.len <= in.len);
    assert(request.error_status != 0 ||
           (request.cookie.len > 0 && request.cookie.len <= TUNNEL_COOKIE_MOST));
    assert(tunnel_request_parse(&again, span_of(in.ptr, request.len)) == 0);
    assert(again.len == request.len && again.error_status == request.error_status);
    assert(tunnel_request_parse(&again, span_of(in.ptr, request.len - 1)) == -EAGAIN);
}

static void check_response(struct span in)
{
    struct tunnel_response response;
    int result = tunnel_response_parse(&response, in);

    assert(result == 0 || result == -EAGAIN || result == -EBADMSG);
    if (result == 0)
        assert(response.len > 0 && response.len <= in.len && response.status <= 999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);
    int is_http = tunnel_is_http(in);

    assert(is_http == 0 || is_http == 1 || is_http == -EAGAIN);
    check_request(in);
    check_response(in);
    return 0;
}
