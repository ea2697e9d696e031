"""What passes a network device, as the kernel shows it."""
import collections
import contextlib
import socket
import struct

SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_VNET_HDR, PACKET_OUTGOING = 263, 15, 4
# The kernel says before each packet whether it is several in one, which a device with a wire to it
# takes apart (struct virtio_net_hdr); then comes the link's own head.
BEFORE, LINK_HEAD, GSO_UDP = 10, 14, 5

Datagram = collections.namedtuple('Datagram', 'is_sent source source_port host port ttl payload')
# A report of one group: 'join' or 'leave', of whom ('' for all sources), as the record says.
Membership = collections.namedtuple('Membership', 'is_sent source what group sources')

JOINS, LEAVES = 'join', 'leave'
# RFC 3376 4.2.12: by type, what it means with sources and without.
RECORDS = {1: (JOINS, LEAVES), 2: (JOINS, JOINS), 3: (JOINS, LEAVES), 4: (JOINS, JOINS),
           5: (JOINS, JOINS), 6: (LEAVES, LEAVES)}


class Capture:
    """Made in the network whose device it is; read from wherever."""

    def __init__(self, device=None):
        """Without a device: of all, which have to be Ethernet or loopback."""
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        self.socket.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        if device:
            self.socket.bind((device, 3))
        self.socket.setblocking(False)
        self.seen, self.reports, self.tcp_bytes = [], [], 0
        self.tried = []  # where connections were, in order: host and port

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                packet, (_, _, kind, _, _) = self.socket.recvfrom(70000)
                _, several, _, size, _, _ = struct.unpack_from('<BBHHHH', packet)
                self.take(packet[BEFORE + LINK_HEAD:], kind == PACKET_OUTGOING,
                          size if several == GSO_UDP else 0)

    def datagrams(self, host=None, port=None):
        """UDP so far, to that host and port."""
        self.read()
        return [d for d in self.seen
                if (host is None or d.host == host) and (port is None or d.port == port)]

    def connections(self, *known):
        """Where connections were tried from here, but for those to the ports `known`."""
        self.read()
        return [place for place in self.tried if place[1] not in known]

    def memberships(self, group=None, what=None):
        """IGMPv3 and MLDv2 records so far, IGMPv2 and MLDv1 as well."""
        self.read()
        return [m for m in self.reports
                if (group is None or m.group == group) and (what is None or m.what == what)]

    def take(self, packet, is_sent, size):
        if packet[0] >> 4 == 4:
            protocol, ttl, rest = packet[9], packet[8], packet[(packet[0] & 15) * 4:]
            source, host = (socket.inet_ntop(socket.AF_INET, packet[a:a + 4]) for a in (12, 16))
            if struct.unpack_from('>H', packet, 6)[0] & 0x1fff:
                return  # a later fragment
        elif packet[0] >> 4 == 6:
            protocol, ttl, rest = packet[6], packet[7], packet[40:]
            source, host = (socket.inet_ntop(socket.AF_INET6, packet[a:a + 16]) for a in (8, 24))
            if protocol == 0:  # hop-by-hop options: the router alert of MLD
                protocol, rest = rest[0], rest[(rest[1] + 1) * 8:]
        else:
            return
        if protocol == socket.IPPROTO_UDP:
            source_port, port, length = struct.unpack_from('>HHH', rest)
            payload = rest[8:] if size else rest[8:length]
            self.seen += [Datagram(is_sent, source, source_port, host, port, ttl,
                                   payload[at:at + (size or length)])
                          for at in range(0, max(1, len(payload)), size or length)]
        elif protocol == socket.IPPROTO_TCP:
            self.tcp_bytes += len(packet)
            if is_sent and rest[13] & 0x12 == 0x02:  # SYN without ACK
                self.tried.append((host, struct.unpack_from('>H', rest, 2)[0]))
        elif protocol == socket.IPPROTO_IGMP:
            self.take_igmp(rest, source, is_sent)
        elif protocol == socket.IPPROTO_ICMPV6:
            self.take_mld(rest, source, is_sent)

    def take_igmp(self, message, source, is_sent):
        if message[0] == 0x22:
            self.take_records(message, source, is_sent, socket.AF_INET, 4)
        elif message[0] in (0x12, 0x16, 0x17):
            self.reports.append(Membership(is_sent, source, LEAVES if message[0] == 0x17 else JOINS,
                                           socket.inet_ntop(socket.AF_INET, message[4:8]), []))

    def take_mld(self, message, source, is_sent):
        if message[0] == 143:
            self.take_records(message, source, is_sent, socket.AF_INET6, 16)
        elif message[0] in (131, 132):
            self.reports.append(Membership(is_sent, source, LEAVES if message[0] == 132 else JOINS,
                                           socket.inet_ntop(socket.AF_INET6, message[8:24]), []))

    def take_records(self, message, source, is_sent, family, size):
        at = 8
        for _ in range(struct.unpack_from('>H', message, 6)[0]):
            kind, extra, count = struct.unpack_from('>BBH', message, at)
            hosts = [socket.inet_ntop(family, message[i:i + size])
                     for i in range(at + 4, at + 4 + size * (count + 1), size)]
            what = RECORDS[kind][not count]
            self.reports.append(Membership(is_sent, source, what, hosts[0], hosts[1:]))
            at += 4 + size * (count + 1) + extra * 4
