/* The Transport header (RFC 2326 12.39). Spans point into the parsed text. Pure, any thread. */
#ifndef WEIR_WIRE_TRANSPORT_H
#define WEIR_WIRE_TRANSPORT_H

#include "base/span.h"
#include "base/writer.h"

struct transport {
    struct span protocol; /* as it stood: "RTP/AVP", "RTP/AVP/TCP", "x-real-rdt/udp" */
    bool is_rtp;          /* RTP/AVP or RTP/AVPF, with any lower transport */
    bool is_avpf;
    bool is_tcp; /* the lower transport is TCP */
    /* RFC 2326 says multicast where neither word stands; nearly all clients mean unicast. So:
     * multicast when the word stands, or when RTP is named, neither stands and there are no
     * client_port, server_port nor interleaved parameters. */
    bool is_multicast;
    bool is_record;  /* mode="RECORD" (or RECEIVE), quoted or not */
    bool is_layered; /* layers above 1: one stream spread over several addresses */
    bool is_append;
    bool has_client_port, has_server_port, has_interleaved, has_ssrc, has_ttl, has_port;
    uint16_t client_port[2]; /* RTP, RTCP; a single number n means n and n + 1 */
    uint16_t server_port[2];
    uint16_t port[2];       /* multicast */
    uint8_t interleaved[2]; /* channels; a single number n means n and n + 1 */
    uint8_t ttl;
    uint32_t ssrc;
    struct span destination, source; /* empty when absent */
};

/* "RTP/AVP", "RTP/AVPF/TCP", ... */
struct span transport_rtp(bool is_avpf, bool is_tcp);
/* Takes the next transport off a comma-separated list in order of preference.
 *   0; -ENOENT at the end of the list; -EBADMSG for a parameter we know with a value that is
 *   wrong (port 0 or above 65535, reversed or wider than two; channel above 255; ttl above 255):
 *   *rest then stands behind it and the caller may go on.
 * Unknown parameters, and an ssrc that is not hexadecimal, are skipped. Blanks around ';' and ','
 * and '=' do not count. */
int transport_parse_next(struct transport *transport, struct span *rest);

/* Writes the header's value from the fields that are set: protocol, unicast or multicast (a
 * protocol that is not RTP may not know the words, and goes without), destination, source,
 * client_port, server_port, port, ttl, interleaved, ssrc (8 hex digits), mode (only for is_record).
 */
void transport_write(struct writer *w, const struct transport *transport);

#endif
