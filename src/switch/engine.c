#include "switch/engine.h"

#include "switch/engine_loop.h"

const char *const engine_names[] = {
    [ENGINE_AUTO] = "auto", [ENGINE_DIRECT] = "direct", [ENGINE_LOOP] = "loop", NULL};

enum engine engine_choose(enum engine asked)
{
    return asked == ENGINE_AUTO ? ENGINE_DIRECT : asked;
}

int engine_output_new(struct output **output, enum engine engine, const struct engine_place *place)
{
    struct output *o;
    int result = output_udp_new(&o, place->rtp, place->rtcp, place->pace_bps);
    if (result == 0 && engine_choose(engine) == ENGINE_LOOP && place->loop) {
        result = output_udp_loop(o, place->loop);
        if (result < 0)
            output_free(o);
    }
    if (result == 0)
        *output = o;
    return result;
}
