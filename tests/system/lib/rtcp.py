"""RTCP as tests write and read it, independent of the gateway's own code."""
import re
import struct

from lib.rtsp import Client

SR, RR, SDES, BYE, APP, RTPFB, PSFB = range(200, 207)
NACK, PLI, FIR = (RTPFB, 1), (PSFB, 1), (PSFB, 4)


def packet(kind, count, body):
    return struct.pack('>BBH', 0x80 | count, kind, len(body) // 4) + body


def rr(own, *blocks):
    """Each block: (SSRC, fraction lost in 1/256, lost, highest, jitter)."""
    body = struct.pack('>I', own)
    for ssrc, fraction, lost, highest, jitter in blocks:
        loss = fraction << 24 | lost & 0xffffff
        body += struct.pack('>IIIIII', ssrc, loss, highest, jitter, 0, 0)
    return packet(RR, len(blocks), body)


def sdes(own, name):
    item = struct.pack('>IBB', own, 1, len(name)) + name
    return packet(SDES, 1, item + bytes(4 - len(item) % 4))


def app(own, name, data):
    return packet(APP, 3, struct.pack('>I', own) + name + data)


def bye(own):
    return packet(BYE, 1, struct.pack('>I', own))


def pli(own, ssrc):
    return packet(PSFB, 1, struct.pack('>II', own, ssrc))


def fir(own, ssrc, number=0):
    return packet(PSFB, 4, struct.pack('>IIIBxxx', own, 0, ssrc, number))


def nack(own, ssrc, *seqs):
    return packet(RTPFB, 1, struct.pack('>II', own, ssrc) +
                  b''.join(struct.pack('>HH', seq, 0) for seq in seqs))


def packets(compound):
    """(type, count, body) of each packet of a compound; the lengths must add up."""
    found = []
    while compound:
        first, kind, words = struct.unpack_from('>BBH', compound)
        assert first >> 6 == 2 and len(compound) >= 4 + 4 * words, compound.hex()
        found.append((kind, first & 0x1f, compound[4:4 + 4 * words]))
        compound = compound[4 + 4 * words:]
    return found


def is_kind(packet, kind):
    return packet[:2] == kind


def ssrc_of(packet):
    return struct.unpack_from('>I', packet[2])[0]


def cname_of(packet):
    assert packet[0] == SDES and packet[2][4] == 1
    return packet[2][6:6 + packet[2][5]]


def nacked(packet):
    seqs = []
    for first, mask in struct.iter_unpack('>HH', packet[2][8:]):
        seqs += [first] + [(first + i + 1) & 0xffff for i in range(16) if mask >> i & 1]
    return seqs


class Viewer(Client):
    """A client that reports. Its own SSRC is its port."""

    def __init__(self, url, transport='udp'):
        super().__init__(url, transport)
        self.own = self.socket.getsockname()[1]
        self.server_ports = {}

    def setup(self, track, channels=None):
        reply = super().setup(track, channels)
        if reply.status == 200 and self.transport == 'udp':
            pair = re.search(r'server_port=(\d+)-(\d+)', reply.headers['transport'])
            self.server_ports[track] = (int(pair[1]), int(pair[2]))
        return reply

    def take_packet(self, place, packet, now):
        """Another test that knocks on every port of the machine is not the gateway."""
        is_knock = self.transport == 'udp' and place[1] and not 192 <= packet[1] <= 223
        if not is_knock:
            super().take_packet(place, packet, now)

    def rtcp_socket(self, track):
        return next(s for s, place in self.media.items() if place == (track, True))

    def report(self, track, compound):
        if self.transport == 'tcp':
            channel = next(c for c, place in self.channels.items() if place == (track, True))
            self.send(struct.pack('>BBH', 0x24, channel, len(compound)) + compound)
        else:
            self.rtcp_socket(track).sendto(compound, (self.host, self.server_ports[track][1]))

    def ssrc(self, track):
        return self.packets[track][-1].ssrc

    def byes(self, track):
        """The SSRCs that have said goodbye on a track."""
        return [ssrc_of(p) for compound in self.rtcp[track] for p in packets(compound)
                if p[0] == BYE]
