/* Media that comes in from one sender: input sockets or interleaved channels, who may send on
 * them, and what goes back. Packets are handed to a stream. On the gateway's thread. */
#ifndef WEIR_GATEWAY_MEDIA_IN_H
#define WEIR_GATEWAY_MEDIA_IN_H

#include "gateway/feedback.h"
#include "gateway/gateway_internal.h"
#include "gateway/source.h"
#include "net/connection.h"
#include "switch/input_udp.h"
#include "wire/transport.h"

struct media_in;

struct media_in_track {
    struct input_udp *input;      /* NULL over TCP */
    struct input_udp *rtcp_input; /* of a place: RTCP's own port; NULL: there is none */
    struct media_in *in;
    uint8_t rtcp_channel;    /* TCP */
    struct address source;   /* who may send, besides the peer; len 0: nobody else */
    uint16_t remote_port[2]; /* UDP, RTP and RTCP: where our packets go; 0: not known */
    struct address reports;  /* of a place: where our RTCP goes; len 0: nowhere */
    struct address speaker;  /* of a place: who sent the last RTP; len 0: nobody yet, or again */
    int64_t heard_us;        /* of a place: when */
    struct sdp_rtcp rtcp;
    bool has_reported;
    int64_t report_us; /* the next receiver report; INT64_MAX: none */
    struct feedback feedback;
    uint8_t fir_number; /* of the next request */
};

struct media_in {
    struct gateway *gateway;
    struct stream *stream; /* NULL: what comes is dropped */
    struct connection *connection;
    struct address peer, local; /* of that connection */
    /* TCP: how bytes get to the peer; NULL: by the connection. */
    void (*write)(void *owner, struct span bytes);
    /* Takes what is sent to a place, instead of the stream; it may close this. NULL: the stream. */
    void (*take)(void *owner, unsigned track, bool is_rtcp, struct span packet, int64_t now_us);
    void *owner;
    bool is_tcp;
    bool has_media;   /* something has come */
    int64_t heard_us; /* when, the last time */
    uint32_t ssrc;    /* our own, in reports */
    char cname[24];
    bool is_group;            /* it comes by a group */
    unsigned group_interface; /* on which it does */
    bool is_active;           /* it sends: reports are due */
    size_t track_count;
    struct media_in_track tracks[LIMIT_TRACKS];
    uint8_t track_of_channel[256]; /* 2 * track + is_rtcp, or none */
};

/* Zeroes it, and gives it an identity for reports. */
void media_in_init(struct media_in *in, struct gateway *gateway);
/* The connection it is agreed on. Borrowed; over UDP media goes on without it. */
void media_in_attach(struct media_in *in, struct connection *connection);
/* UDP: opens a track's pair of ports on the connection's own address, once. 0 or -errno. */
int media_in_open(struct media_in *in, unsigned track);
/* UDP: the RTP port of a track that is open; RTCP's is the next. */
uint16_t media_in_port(const struct media_in *in, unsigned track);
/* UDP: who may send besides the peer, an address as text; a name, or nothing, is nobody,
 * and so is a special address that is not of the peer's own kind. */
void media_in_allow(struct media_in *in, unsigned track, struct span source);
/* UDP: where our packets go. */
void media_in_aim(struct media_in *in, unsigned track, const uint16_t remote_port[2]);
/* UDP: a packet of ours to each of those ports opens the way back through firewalls and NAT. */
void media_in_open_way(struct media_in *in, unsigned track);
/* TCP: the channels of RTP and RTCP. */
void media_in_set_channels(struct media_in *in, unsigned track, const uint8_t channels[2]);
/* TCP: whether a track has that channel. */
bool media_in_has_channel(const struct media_in *in, uint8_t channel);
/* TCP: a frame; one on a channel of no track is dropped. */
void media_in_frame(struct media_in *in, uint8_t channel, struct span packet, int64_t now_us);
/* Closes the ports and forgets the channels. */
void media_in_close(struct media_in *in);
/* An RTCP compound of ours. */
void media_in_send_rtcp(struct media_in *in, unsigned track, struct span compound);

/* media_in_place.c: media that comes to a place of its own, a group or a port, whoever agreed on
 * it.
 */
struct media_in_place {
    /* One port. Of the senders the first that speaks is the one. */
    struct input_udp_place rtp;
    uint16_t rtcp_port;     /* RTP's own: both come there; 0: RTCP is not listened to */
    struct address reports; /* where our RTCP goes; len 0: nowhere */
    uint8_t ttl;            /* of that, to a group */
};
/* Who has spoken before in the track's place is forgotten. 0 or -errno. */
int media_in_open_at(struct media_in *in, unsigned track, const struct media_in_place *place);
/* The group an origin has answered SETUP with, by the interface that reaches it; it alone may send
 * there, or who it names as the source. 0; -EADDRNOTAVAIL: no group, one that no media may be sent
 * to, or one that cannot be joined; -ENOMEM. */
int media_in_join(struct media_in *in, unsigned track, const struct transport *answer);
/* The tracks of which nothing has come since then may have another sender. Whether there were any.
 */
bool media_in_forget_silent(struct media_in *in, int64_t since_us);
/* The group of a track by another interface. 0 or -errno. */
int media_in_rejoin(struct media_in *in, unsigned track, unsigned interface);

/* media_in_report.c: what we tell and ask the sender over RTCP. */

/* Once its tracks are described. */
void media_in_start_reports(struct media_in *in, const struct sdp *sdp);
/* Once it sends: the first reports. */
void media_in_plan_reports(struct media_in *in, int64_t now_us);
/* When media_in_tick wants to be called; INT64_MAX for never. */
int64_t media_in_deadline_us(const struct media_in *in);
/* Sends what is due: reports, and what viewers ask for. */
void media_in_tick(struct media_in *in, int64_t now_us);
void media_in_say_goodbye(struct media_in *in);
/* The two wishes of source.h; a sender that does not say that it hears them is not asked. */
void media_in_want_key(struct media_in *in, unsigned track);
void media_in_want_packet(struct media_in *in, unsigned track, uint16_t seq);

#endif
