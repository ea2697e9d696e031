/* What a viewer asks for can be walked, ends, and can be asked for again. */
#include <assert.h>
#include <stdlib.h>

#include "wire/rtcp_feedback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Asked for as the puller does: some at a time, in the order they were named. */
static void ask_again(const struct rtcp_feedback *feedback)
{
    struct rtcp_nack nack = {.items = feedback->items};
    uint16_t seqs[64], seq;
    uint8_t bytes[512];
    size_t count = 0;

    while (count < 64 && rtcp_nack_next(&nack, &seqs[count]))
        count++;
    if (count == 0)
        return;
    struct writer w = writer_of(bytes, sizeof bytes);
    rtcp_write_nack(&w, 1, 2, seqs, count);
    struct span rest = writer_written(&w);
    struct rtcp packet;
    struct rtcp_feedback again;
    assert(rtcp_parse_next(&packet, &rest) == 0 && rest.len == 0);
    assert(rtcp_feedback_parse(&again, &packet) == 0 && again.kind == RTCP_FEEDBACK_NACK);
    nack = (struct rtcp_nack){.items = again.items};
    size_t named = 0;
    while (rtcp_nack_next(&nack, &seq))
        named++;
    assert(named <= count && named > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    struct rtcp packet;
    struct rtcp_feedback feedback;
    uint16_t seq;
    size_t count = 0;

    while (rtcp_parse_next(&packet, &rest) == 0) {
        if (rtcp_feedback_parse(&feedback, &packet) < 0)
            continue;
        rtcp_fir_names(&feedback, 7);
        struct rtcp_nack nack = {.items = feedback.items};
        while (rtcp_nack_next(&nack, &seq))
            count++;
        ask_again(&feedback);
    }
    assert(count <= size / 4 * 17);
    return 0;
}
