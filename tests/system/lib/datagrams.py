"""Datagrams that can be told apart, sent at a pace and counted where they arrive.

    datagrams.py send HOST PORT COUNT PER_SECOND DEVICE [FIFO]
    datagrams.py receive HOST PORT COUNT DEVICE [FIFO]

Each prints its digest of what it has sent or received, in order, as JSON. The receiver says `ready`
first, and ends with COUNT datagrams or with the end of its standard input. With a FIFO it writes
there how many have come, and the sender waits where too many are on their way: on a machine that is
busy with other things nobody is overrun, and a datagram that is missing is one that was lost.
"""
import contextlib
import hashlib
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import time

SO_RCVBUFFORCE = 33
BUFFER = 1 << 27
ON_THEIR_WAY = 1500  # a socket buffer of 4 MiB holds twice as many
GIVEN_UP_S = 15
TICK_S = 0.001


def family(host):
    return socket.AF_INET6 if ':' in host else socket.AF_INET


def is_group(host):
    return host.lower().startswith('ff') if ':' in host else 224 <= int(host.split('.')[0]) < 240


def receiver(host, port, device=None):
    """A socket that hears a port, or a group by that device, and forgets nothing for a while."""
    s = socket.socket(family(host), socket.SOCK_DGRAM)
    with contextlib.suppress(PermissionError):
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, is_group(host))
    index = socket.if_nametoindex(device) if device else 0
    s.bind((host, port, 0, index) if ':' in host else (host, port))
    if is_group(host) and ':' in host:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                     socket.inet_pton(socket.AF_INET6, host) + struct.pack('@I', index))
    elif is_group(host):
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     struct.pack('@4s4si', socket.inet_aton(host), bytes(4), index))
    s.setblocking(False)
    return s


def sender(host, device=None, ttl=4):
    s = socket.socket(family(host), socket.SOCK_DGRAM)
    index = socket.if_nametoindex(device) if device else 0
    if is_group(host) and ':' in host:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
    elif is_group(host):
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack('@8xi', index))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
    return s


def all_of(s):
    """What has arrived by now."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(s.recv(65536))
    return found


def make(count):
    """Of all sizes, many of them alike one behind the other, as those of streams are."""
    dice = random.Random(7)
    noise = dice.randbytes(4096)
    for number in range(count):
        size = 1316 if dice.random() < 0.9 else dice.randrange(8, 1473)
        at = dice.randrange(1024)
        yield struct.pack('>Q', number) + noise[at:at + size - 8]


class Digest:
    def __init__(self):
        self.hash, self.count = hashlib.sha256(), 0

    def take(self, datagram):
        self.hash.update(struct.pack('>I', len(datagram)) + datagram)
        self.count += 1

    def show(self):
        print(json.dumps({'count': self.count, 'digest': self.hash.hexdigest()}), flush=True)


class Seen:
    """How many have come: the receiver says so after each batch, by a FIFO that both have open."""

    def __init__(self, fifo):
        self.fd, self.count = os.open(fifo, os.O_RDWR), 0

    def tell(self, count):
        os.write(self.fd, struct.pack('=Q', count))

    def wait_for(self, count):
        while self.count < count:
            said, _, _ = select.select([self.fd], [], [], GIVEN_UP_S)
            assert said, f'{count} were sent, and have not come'
            self.count, = struct.unpack('=Q', os.read(self.fd, 8 * 512)[-8:])


def metronome(period_s):
    """Says with each tick of a timer how many seconds have passed."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    signal.setitimer(signal.ITIMER_REAL, period_s, period_s)
    begin = time.monotonic()
    while True:
        signal.sigwait({signal.SIGALRM})
        yield time.monotonic() - begin


def send(host, port, count, per_second, device, fifo=None):
    s, digest, seen = sender(host, device), Digest(), Seen(fifo) if fifo else None
    passed, ticks = 0, metronome(TICK_S)
    for number, datagram in enumerate(make(count)):
        while passed * per_second < number:
            passed = next(ticks)
        if seen and number % 100 == 0:
            seen.wait_for(number - ON_THEIR_WAY)
        s.sendto(datagram, (host, port))
        digest.take(datagram)
    digest.show()
    print(f'{count / next(ticks):.0f} a second', file=sys.stderr)
    if seen:
        seen.wait_for(count)


def receive(host, port, count, device, fifo=None):
    s, digest, seen = receiver(host, port, device), Digest(), Seen(fifo) if fifo else None
    print('ready', flush=True)
    while digest.count < count:
        readable, _, _ = select.select([s, sys.stdin], [], [])
        if s in readable:
            for datagram in all_of(s):
                digest.take(datagram)
            if seen:
                seen.tell(digest.count)
        elif sys.stdin in readable:
            break
    digest.show()


if __name__ == '__main__':
    {'send': send, 'receive': receive}[sys.argv[1]](
        sys.argv[2], *[int(word) if word.isdigit() else word for word in sys.argv[3:]])
