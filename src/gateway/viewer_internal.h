/* What the rooms of the viewer share. */
#ifndef WEIR_GATEWAY_VIEWER_INTERNAL_H
#define WEIR_GATEWAY_VIEWER_INTERNAL_H

#include "gateway/group.h"
#include "gateway/stream.h"
#include "gateway/viewer.h"
#include "gateway/viewer_report.h"

struct viewer {
    struct gateway *gateway;
    struct rtsp_session *session;
    uint64_t id;
    int64_t since_us;
    const char *doom;           /* why it is to end; NULL */
    struct address peer, local; /* of the connection its media was asked for on */
    struct stream *stream;      /* NULL once it is over */
    struct stream_reader reader;
    bool is_tcp, is_tunnelled, is_multicast;
    struct group_member member; /* multicast: its place in a group */
    struct guest *guest;        /* whose session it is counted as */
    struct viewer_report report;
    struct viewer **siblings;  /* TCP: the list of those on the same connection */
    struct viewer_port *ports; /* UDP: where its RTCP comes from, a list */

    struct viewer *prev, *next;       /* of the gateway */
    struct viewer *prev_of, *next_of; /* of the connection */
};

/* viewer.c: the stream is over; it has left it already. */
void viewer_on_stream_ended(void *viewer);

/* Where its packets leave: its own output, or its group's; NULL: its stream is over. */
const struct output *viewer_output(const struct viewer *viewer);
/* Bit i: it has set track i up. */
uint32_t viewer_tracks(const struct viewer *viewer);

/* viewer_rtcp.c: what its reports say. */
void viewer_report_status(const struct viewer *viewer, struct viewer_status *status,
                          int64_t now_us);

/* viewer_port.c: which viewer an RTCP datagram comes from. */
/* A track has one such address: a second one takes the place of the first. 0 or -ENOMEM. */
int viewer_port_add(struct viewer *viewer, unsigned track, const struct address *address);
void viewer_port_remove(struct viewer *viewer, unsigned track);
void viewer_port_remove_all(struct viewer *viewer);
struct viewer *viewer_port_find(const struct gateway *gateway, const struct address *address);

#endif
