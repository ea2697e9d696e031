#include "switch/output.h"

#include <errno.h>

struct output *output_free(struct output *o)
{
    if (o)
        o->ops->free(o);
    return NULL;
}

void output_remove(struct output *o, unsigned track)
{
    o->tracks &= ~(UINT32_C(1) << track);
    if (o->ops->changed)
        o->ops->changed(o);
}

int output_send_rtcp(struct output *o, unsigned track, struct span packet)
{
    return o->ops->send_rtcp(o, track, packet);
}

int output_resend(struct output *o, const struct tape *tape, uint64_t number)
{
    if (!o->ops->resend)
        return -ENOTSUP;
    if (o->cursor.waits_for_key || number >= o->cursor.next ||
        !(o->tracks >> tape_packet(tape, number)->track & 1))
        return -ENOENT;
    int result = o->ops->resend(o, tape, number);
    o->resent += result == 0;
    return result;
}
