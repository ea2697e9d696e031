/* Each small header field, on the same text: lists end, spans lie within. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "wire/rtsp_field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(struct span inner, struct span outer)
{
    if (inner.len > 0)
        assert(inner.ptr >= outer.ptr && inner.ptr + inner.len <= outer.ptr + outer.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size), rest = in;
    struct session_field session;
    struct rtp_info info;
    struct range_field range;
    struct auth_challenge challenge;
    size_t count = 0;
    int result;

    if (session_field_parse(&session, in) == 0) {
        check_span(session.id, in);
        assert(session.id.len > 0 && session.id.len <= 128 && session.timeout_s > 0);
    }
    while ((result = rtp_info_parse_next(&info, &rest)) != -ENOENT) {
        assert(++count <= size && (result == 0 || result == -EBADMSG));
        if (result == 0)
            check_span(info.url, in);
    }
    if (range_field_parse(&range, in) == 0)
        check_span(range.start, in);
    if (auth_challenge_parse(&challenge, in) == 0) {
        check_span(challenge.realm, in);
        check_span(challenge.nonce, in);
        assert(!challenge.is_digest || challenge.nonce.len > 0);
    }
    rest = in;
    for (struct span one; (one = auth_challenge_cut(&rest)).len > 0; count++) {
        assert(count <= 2 * size);
        check_span(one, in);
    }
    method_list_has(in, RTSP_GET_PARAMETER);
    return 0;
}
