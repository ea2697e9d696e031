/* URLs of media in datagrams: udp:// (any datagrams) and rtp:// (RTP on a port, RTCP on the next).
 *
 *   udp://@:5000                              an input: this port on every interface
 *   udp://239.255.1.1:5000?iface=eth1&ttl=4   a group
 *   rtp://@232.1.1.1:5004?source=192.0.2.7    a group of that source alone (SSM)
 *   udp://192.0.2.7@232.1.1.1:5000            the same, as VLC writes it
 *   udp://[ff15::1]:5000?iface=eth1           IPv6; [ff15::1%eth1] means the same
 *
 * Hosts are addresses, never names: a name may stand for others tomorrow. Options have names, and
 * the same names set them one by one. Pure, any thread. */
#ifndef WEIR_WIRE_MEDIA_URL_H
#define WEIR_WIRE_MEDIA_URL_H

#include "base/span.h"
#include "base/writer.h"

enum {
    MEDIA_URL_SOURCES = 4,
    MEDIA_HOST_TEXT = 46,  /* an IPv6 address and a NUL */
    MEDIA_IFACE_TEXT = 46, /* an interface's name is shorter than its address */
    MEDIA_COMPLAINT = 512, /* room for any complaint */
};

enum media_option {
    MEDIA_IFACE = 1 << 0,  /* the interface of a group: its name, or an address it has. ffmpeg's
                              localaddr */
    MEDIA_SOURCE = 1 << 1, /* who may send, and of a group whose datagrams are wanted at all; may
                              stand several times. ffmpeg's sources */
    MEDIA_TTL = 1 << 2,    /* routers a datagram to a group may pass, and one: 0-255 */
    MEDIA_LOOP = 1 << 3,   /* yes, no: whether programs on this host get a group's datagrams */
    MEDIA_DSCP = 1 << 4,   /* the class of service of what is sent (RFC 2474): 0-63 */
};
enum {
    MEDIA_OF_INPUT = MEDIA_IFACE | MEDIA_SOURCE,
    MEDIA_OF_OUTPUT = MEDIA_IFACE | MEDIA_TTL | MEDIA_LOOP | MEDIA_DSCP,
};

struct media_host {
    char text[MEDIA_HOST_TEXT]; /* as address_parse_host() takes it; "": none */
    bool is_ipv6;
};

/* Plain data, nothing points out of it. */
struct media_url {
    bool is_rtp;
    struct media_host host; /* "": every interface */
    uint16_t port;          /* of the RTP, where it is RTP */
    bool is_group;
    bool is_source_specific;      /* a group that has no meaning without its source (RFC 4607) */
    unsigned given;               /* which of enum media_option were set */
    char iface[MEDIA_IFACE_TEXT]; /* "": as routed */
    uint8_t ttl;                  /* 1 */
    bool loops;                   /* true */
    uint8_t dscp;                 /* 0 */
    struct media_host sources[MEDIA_URL_SOURCES];
    size_t source_count;
};

/* 0; -EINVAL, and the complaint says what is wrong with it and what would be right, without
 * repeating the URL. Refused are, with what is malformed, groups nobody may send media to:
 * those of the network's own protocols, and reserved ones. */
int media_url_parse(struct media_url *url, struct span text, struct writer *complaint);
/* Sets one option, whose value stands as it is. A source is one more. 0; -ENOENT: no option of
 * those `allowed` has this name; -EINVAL; with a complaint. */
int media_url_set(struct media_url *url, unsigned allowed, struct span name, struct span value,
                  struct writer *complaint);
/* Writes an option's value as media_url_set() takes it (sources with commas). 0; -ENOENT. */
int media_url_get(struct writer *value, const struct media_url *url, unsigned allowed,
                  struct span name);
/* Whether only options among `allowed` are given: an input has no TTL. 0; -EINVAL. */
int media_url_check(const struct media_url *url, unsigned allowed, struct writer *complaint);
/* The URL as it is read back: without aliases, and without what was not given. */
void media_url_write(struct writer *w, const struct media_url *url);

/* For the two rooms of this grammar. Takes an address without brackets or scope: 0; -EINVAL, with a
 * complaint. */
int media_host_set(struct media_host *host, struct span text, struct writer *complaint);
/* Puts "name=value&..." into the URL; the values are percent-encoded. As media_url_set(). */
int media_url_set_all(struct media_url *url, struct span query, struct writer *complaint);
void media_url_write_options(struct writer *w, const struct media_url *url);
/* Writes a piece of what was read, as far as it is fit for a terminal. */
void media_url_quote(struct writer *w, struct span text);

#endif
