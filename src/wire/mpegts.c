#include "wire/mpegts.h"

enum {
    SYNC = 0x47,
    PID_NULL = 0x1fff, /* stuffing: its counter means nothing */
    /* What is known of a PID. */
    LAST = 0x0f,
    IS_KNOWN = 0x10,
    IS_REPEATED = 0x20, /* the last packet came twice, as it may; a third time it may not */
};

bool mpegts_is(struct span datagram)
{
    for (size_t i = 0; i < datagram.len; i += MPEGTS_PACKET)
        if (datagram.ptr[i] != SYNC)
            return false;
    return datagram.len > 0 && datagram.len % MPEGTS_PACKET == 0;
}

/* The counter may jump here: the packet says so in its adaptation field. */
static bool is_discontinuity(const uint8_t *packet)
{
    return packet[3] & 0x20 && packet[4] > 0 && packet[5] & 0x80;
}

static void count_packet(struct mpegts_continuity *c, const uint8_t *packet)
{
    unsigned pid = (packet[1] & 0x1f) << 8 | packet[2], counter = packet[3] & LAST;
    bool has_payload = packet[3] & 0x10;
    uint8_t *known = &c->pids[pid];

    c->packets++;
    if (packet[0] != SYNC || packet[1] & 0x80 || !(packet[3] & 0x30)) {
        c->broken++;
        return;
    }
    if (pid == PID_NULL)
        return;
    if (!(*known & IS_KNOWN) || is_discontinuity(packet)) {
        /* Where the jump is in a packet without payload, the next one goes on from its counter. */
        *known = (uint8_t)(IS_KNOWN | counter);
        return;
    }
    if (!has_payload) /* the counter stands still */
        return;
    if (counter == (*known & LAST) && !(*known & IS_REPEATED)) {
        *known |= IS_REPEATED;
        return;
    }
    c->lost += (counter - (*known & LAST) - 1u) & LAST;
    *known = (uint8_t)(IS_KNOWN | counter);
}

void mpegts_count(struct mpegts_continuity *c, struct span datagram)
{
    for (; datagram.len >= MPEGTS_PACKET; datagram = span_skip(datagram, MPEGTS_PACKET))
        count_packet(c, datagram.ptr);
}
