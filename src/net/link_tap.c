#include "net/link_tap.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/readable.h"

enum {
    PACKETS_A_WAKE_UP = 256, /* then the others get their turn */
    PACKET_MOST = 9216,      /* the largest frames there are; the rest of a larger one is cut off */
};

struct link_tap {
    struct readable readable;
    unsigned interface;
    bool is_ipv6;
    const struct link_tap_ops *ops;
    void *owner;
};

#define LOAD(at)           BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at)
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define ANSWER(length)     BPF_STMT(BPF_RET | BPF_K, length)

static const struct sock_filter igmp[] = {
    LOAD(9), /* the protocol */
    IS(2, 0, 1),
    ANSWER(PACKET_MOST),
    ANSWER(0),
};

/* ICMPv6 of the kinds of MLD, behind the options that it has to have. */
static const struct sock_filter mld[] = {
    LOAD(6),
    IS(0, 0, 9), /* hop-by-hop options, */
    LOAD(41),
    IS(0, 0, 7), /* eight bytes of them, */
    LOAD(40),
    IS(58, 0, 5), /* then ICMPv6 */
    LOAD(48),
    IS(130, 2, 0),
    IS(131, 1, 0), /* query, report, */
    IS(132, 0, 2),
    ANSWER(PACKET_MOST), /* done, */
    ANSWER(0),
    IS(143, 0, 1), /* report of version 2 */
    ANSWER(PACKET_MOST),
    ANSWER(0),
};

static void receive(struct readable *readable)
{
    struct link_tap *tap = (struct link_tap *)readable;
    uint8_t packet[PACKET_MOST];
    for (int i = 0; i < PACKETS_A_WAKE_UP && !readable_is_closed(readable); i++) {
        ssize_t len = recv(readable->fd, packet, sizeof packet, MSG_DONTWAIT);
        if (len >= 0)
            tap->ops->packet(tap->owner, span_of(packet, (size_t)len));
        else if (errno != ENETDOWN) /* it is told once, and costs nothing */
            break;
    }
}

/* The filter comes before the protocol, so that nothing else is ever heard. 0 or -errno. */
static int tie(int fd, unsigned interface, bool is_ipv6)
{
    struct sock_fprog filter = {sizeof igmp / sizeof igmp[0], (struct sock_filter *)igmp};
    struct sockaddr_ll at = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(is_ipv6 ? ETH_P_IPV6 : ETH_P_IP),
        .sll_ifindex = (int)interface,
    };
    if (is_ipv6)
        filter = (struct sock_fprog){sizeof mld / sizeof mld[0], (struct sock_filter *)mld};
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) < 0)
        return -errno;
    return 0;
}

int link_tap_new(struct link_tap **out, uv_loop_t *loop, unsigned interface, bool is_ipv6,
                 const struct link_tap_ops *ops, void *owner)
{
    struct link_tap *tap = calloc(1, sizeof *tap);
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int result = !tap ? -ENOMEM : fd < 0 ? -errno : tie(fd, interface, is_ipv6);
    if (result < 0)
        goto fail;
    *tap =
        (struct link_tap){.interface = interface, .is_ipv6 = is_ipv6, .ops = ops, .owner = owner};
    result = readable_start(&tap->readable, loop, fd, receive);
    if (result < 0)
        goto fail;
    *out = tap;
    return 0;
fail:
    if (fd >= 0)
        close(fd);
    free(tap);
    return result;
}

struct link_tap *link_tap_close(struct link_tap *tap)
{
    readable_close((struct readable *)tap);
    return NULL;
}

/* RFC 1112 6.4: the lower 23 bits; RFC 2464 7: the lower 32. */
static void put_link_address(uint8_t at[6], const uint8_t group[16], bool is_ipv6)
{
    static const uint8_t ipv4[] = {0x01, 0x00, 0x5e}, ipv6[] = {0x33, 0x33};
    if (is_ipv6) {
        memcpy(at, ipv6, 2);
        memcpy(at + 2, group + 12, 4);
    } else {
        memcpy(at, ipv4, 3);
        memcpy(at + 3, group + 13, 3);
        at[3] &= 0x7f;
    }
}

int link_tap_join(struct link_tap *tap, const uint8_t group[16])
{
    struct packet_mreq membership = {
        .mr_ifindex = (int)tap->interface, .mr_type = PACKET_MR_MULTICAST, .mr_alen = 6};
    put_link_address(membership.mr_address, group, tap->is_ipv6);
    return setsockopt(tap->readable.fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership,
                      sizeof membership) < 0
               ? -errno
               : 0;
}

int link_tap_send(struct link_tap *tap, const uint8_t group[16], struct span packet)
{
    struct sockaddr_ll to = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(tap->is_ipv6 ? ETH_P_IPV6 : ETH_P_IP),
        .sll_ifindex = (int)tap->interface,
        .sll_halen = 6,
    };
    put_link_address(to.sll_addr, group, tap->is_ipv6);
    return sendto(tap->readable.fd, packet.ptr, packet.len, MSG_DONTWAIT, (struct sockaddr *)&to,
                  sizeof to) < 0
               ? -errno
               : 0;
}
