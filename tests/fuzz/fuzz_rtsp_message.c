/* Whatever arrives: pieces lie within the input, and a message we write is read back the same. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "wire/rtsp_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(struct span inner, struct span outer)
{
    if (inner.len > 0)
        assert(inner.ptr >= outer.ptr && inner.ptr + inner.len <= outer.ptr + outer.len);
}

static void check_message(const struct rtsp_message *m, struct span in)
{
    check_span(m->is_request ? m->url : m->reason, in);
    check_span(m->body, in);
    for (size_t i = 0; i < m->header_count; i++) {
        check_span(m->headers[i].name, in);
        check_span(m->headers[i].value, in);
    }
    rtsp_header_find(m, "CSeq");
}

static void check_round_trip(const struct rtsp_message *m)
{
    static uint8_t bytes[LIMIT_RTSP_HEAD + LIMIT_RTSP_BODY + 1024];
    struct rtsp_piece again;
    struct writer w = writer_of(bytes, sizeof bytes);

    if (!m->is_request || m->error_status != 0 || m->method == RTSP_METHOD_UNKNOWN)
        return;
    rtsp_write_request(&w, m->method, m->url, m->cseq);
    rtsp_write_body(&w, "text/parameters", m->body);
    assert(rtsp_piece_parse(&again, writer_written(&w)) == 0);
    assert(again.len == w.len && again.message.error_status == 0);
    assert(again.message.method == m->method && again.message.cseq == m->cseq);
    assert(span_is_equal(again.message.url, m->url));
    assert(span_is_equal(again.message.body, m->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);
    struct rtsp_piece piece;
    int result;

    while ((result = rtsp_piece_parse(&piece, in)) == 0) {
        assert(piece.len > 0 && piece.len <= in.len);
        if (piece.kind == RTSP_PIECE_FRAME)
            check_span(piece.data, in);
        else
            check_message(&piece.message, in);
        if (piece.kind == RTSP_PIECE_MESSAGE)
            check_round_trip(&piece.message);
        in = span_skip(in, piece.len);
    }
    assert(result == -EAGAIN || result == -EBADMSG);
    assert(result != -EBADMSG || piece.message.error_status >= 400);
    assert(result != -EAGAIN || in.len <= LIMIT_RTSP_HEAD * 2 + LIMIT_RTSP_BODY + 65540);
    return 0;
}
