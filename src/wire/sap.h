/* Session announcements (RFC 2974): one datagram that says, or takes back, that a session is there.
 * Spans point into the parsed datagram. Pure, any thread. */
#ifndef WEIR_WIRE_SAP_H
#define WEIR_WIRE_SAP_H

#include "base/span.h"
#include "base/writer.h"

enum {
    SAP_PORT = 9875,
    SAP_PAYLOAD_MOST = 1024,                   /* RFC 2974 6: it should be less */
    SAP_DATAGRAM_MOST = SAP_PAYLOAD_MOST + 48, /* of what is written here */
};

struct sap {
    bool is_deletion;
    bool is_ipv6;
    uint8_t source[16];  /* in network byte order; of IPv4 the first four */
    uint16_t hash;       /* with the source, which announcement it is; 0: it is not said */
    struct span type;    /* of the payload; empty where it is not said: application/sdp */
    struct span payload; /* a description; of a deletion maybe its o= line alone */
};

/* 0; -EBADMSG; -ENOTSUP: it is encrypted or compressed. Authentication is skipped, not checked: an
 * announcement is what anybody says. */
int sap_parse(struct sap *sap, struct span datagram);
/* With type application/sdp, without authentication; see writer_result. */
void sap_write(struct writer *w, const struct sap *sap);
/* What an announcement is known by: never 0, and another for another payload, as good as always. */
uint16_t sap_hash(struct span payload);

#endif
