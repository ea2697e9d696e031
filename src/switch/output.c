#include "switch/output.h"

struct output *output_free(struct output *o)
{
    if (o)
        o->ops->free(o);
    return NULL;
}

int output_send_rtcp(struct output *o, unsigned track, struct span packet)
{
    return o->ops->send_rtcp(o, track, packet);
}
