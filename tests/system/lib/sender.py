"""Senders that nobody asks: datagrams to a group or a port, from a host of lib/network.py."""
import contextlib
import socket
import struct
import threading
import time

from lib.programs import running
from lib.wait import until

PICTURE = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25']
SOUND = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440']
TICK_S = 0.005
H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25']


def ts_datagram(n):
    """Seven packets of a transport stream, no two datagrams alike; each 20th begins a key frame."""
    packets = [struct.pack('>BHB', 0x47, 0x100, 0x10 | (7 * n + i) & 15) + struct.pack('>IB', n, i)
               for i in range(7)]
    if n % 20 == 0:
        packets[0] = b'\x47\x40\x00\x10\x00\x00\xb0' + struct.pack('>I', n)
        packets[1] = b'\x47\x41\x00\x30\x07\x50' + bytes(6) + b'\0\0\1\xe0' + struct.pack('>I', n)
    return b''.join(p.ljust(188, bytes([n & 0xff])) for p in packets)


def rtp(n, payload, kind=96, ssrc=0x1234, marker=0):
    return struct.pack('>BBHII', 0x80, marker << 7 | kind, n & 0xffff, 3600 * n & 0xffffffff,
                       ssrc) + payload


def h264_packet(n):
    """In shape: each 20th is a key frame."""
    return rtp(n, (b'\x65' if n % 20 == 0 else b'\x41') + struct.pack('>I', n) * 100)


class Sender:
    """Sends make(0), make(1), ... so many a second; what it has sent is in `sent`."""

    def __init__(self, host, to, make=ts_datagram, source=None, ttl=1, rate=200):
        self.to, self.make, self.rate = to, make, rate
        family = socket.AF_INET6 if ':' in to[0] else socket.AF_INET
        self.socket = host.socket(family=family)
        if source:
            self.socket.bind((source, 0))
        self.socket.setsockopt(*(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS)
                               if family == socket.AF_INET6 else
                               (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL), ttl)
        self.sent = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.is_over.set()
        self.thread.join()
        self.socket.close()

    def run(self):
        started = time.monotonic()
        while not self.is_over.wait(TICK_S):
            due = int((time.monotonic() - started) * self.rate)
            while len(self.sent) < due:
                self.sent.append(self.make(len(self.sent)))
                with contextlib.suppress(OSError):  # no route yet, or a port nobody listens at
                    self.socket.sendto(self.sent[-1], self.to)


@contextlib.contextmanager
def ffmpeg_ts(host, url):
    """Picture and sound as MPEG-TS."""
    with host.inside(), running(['ffmpeg', '-loglevel', 'error', *PICTURE, *SOUND, *H264, '-c:a',
                                 'mp2', '-f', 'mpegts', url]) as process:
        yield process


@contextlib.contextmanager
def ffmpeg_rtp(host, url, file):
    """A picture as RTP; what it writes of it into the file."""
    with host.inside(), running(['ffmpeg', '-loglevel', 'error', *PICTURE, *H264, '-f', 'rtp',
                                 '-sdp_file', str(file), url]) as process:
        until('ffmpeg describes it', lambda: file.exists() and 'm=video' in file.read_text())
        yield process


def in_rtp(packet, datagram, marker=0):
    """What a datagram of MPEG-TS is to viewers who were sent this packet."""
    return hash(struct.pack('>BBHII', 0x80, marker << 7 | 33, packet.seq, packet.timestamp,
                            packet.ssrc) + datagram)


def assert_wrapped(sender, packets):
    """The datagrams of a stretch, each with a header, in order, and none is missing."""
    sent = list(sender.sent)
    first = next(i for i, datagram in enumerate(sent)
                 if packets[0].hash == in_rtp(packets[0], datagram))
    for packet, datagram in zip(packets, sent[first:]):
        assert packet.hash == in_rtp(packet, datagram)


def assert_as_sent(sender, packets):
    hashes = [hash(packet) for packet in sender.sent]
    first = hashes.index(packets[0].hash)
    assert [p.hash for p in packets] == hashes[first:first + len(packets)]


def describe(folder, lines, name='cam.sdp'):
    file = folder / name
    file.write_text('v=0\no=- 1 1 IN IP4 10.1.0.1\ns=x\nt=0 0\n' + lines)
    return str(file)
