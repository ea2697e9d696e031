"""A network of the test's own, in which every address of the world is this machine's.

So whatever a gateway tries to reach it reaches, and is seen at it. Needs to be root.
"""
import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import threading

import pytest

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
EVERYWHERE = ('ip link set lo up && ip route add local 0.0.0.0/0 dev lo && '
              'ip -6 route add local ::/0 dev lo')


def check(result):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


@contextlib.contextmanager
def everywhere():
    """This thread, and all it starts, is in the other network until the block ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open('/proc/thread-self/ns/net') as home:
        check(libc.unshare(CLONE_NEWNET))
        try:
            subprocess.run(['sh', '-c', EVERYWHERE], check=True)
            with Capture() as capture:
                yield capture
        finally:
            check(libc.setns(home.fileno(), CLONE_NEWNET))


class Capture:
    """Sees each packet as it is sent: which connections are tried, which datagrams go where."""

    def __enter__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
        self.socket.setblocking(False)
        self.tried, self.sent = [], []
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                packet, (_, _, kind, _, _) = self.socket.recvfrom(65536)
                if kind == socket.PACKET_OUTGOING:
                    self.take(packet)

    def take(self, packet):
        if packet[0] >> 4 == 4:
            protocol, rest = packet[9], packet[(packet[0] & 15) * 4:]
            host = socket.inet_ntop(socket.AF_INET, packet[16:20])
        else:
            protocol, rest = packet[6], packet[40:]
            host = socket.inet_ntop(socket.AF_INET6, packet[24:40])
        port = struct.unpack_from('>H', rest, 2)[0]
        if protocol == socket.IPPROTO_TCP and rest[13] & 0x12 == 0x02:  # SYN without ACK
            self.tried.append((host, port))
        elif protocol == socket.IPPROTO_UDP:
            self.sent.append((host, port))

    def connections(self, *known):
        """Where connections were tried, in order, but for those to the ports `known`."""
        self.read()
        return [place for place in self.tried if place[1] not in known]

    def datagrams_to_all(self):
        self.read()
        return self.sent

    def datagrams(self, port):
        self.read()
        return [place for place in self.sent if place[1] == port]


class Names:
    """A DNS server at 127.0.0.1 that answers the n-th question for a name with the n-th list of
    addresses, and the last one from then on. It notes what it was asked."""

    def __init__(self, folder, **names):
        if subprocess.run(['unshare', '-m', 'true'], stderr=subprocess.DEVNULL).returncode != 0:
            pytest.skip('no mount namespace here, as in a chroot that is no mount point')
        self.names = {name.replace('_', '.'): answers for name, answers in names.items()}
        self.asked = []
        self.file = folder / 'resolv.conf'
        self.file.write_text('nameserver 127.0.0.1\noptions timeout:5 attempts:1\n')

    @property
    def prefix(self):
        """Goes before a command that is to ask here."""
        return ['unshare', '-m', 'sh', '-c',
                f'mount --bind {self.file} /etc/resolv.conf && exec "$@"', 'sh']

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 53))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.socket.sendto(b'', self.socket.getsockname())
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(4096)
            if not question:
                return
            self.socket.sendto(self.answer(question), client)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        kind = struct.unpack_from('>H', question, at + 1)[0]
        name = '.'.join(labels)
        addresses = []
        if kind == 1:
            answers = self.names.get(name, [[]])
            addresses = answers[min(self.asked.count(name), len(answers) - 1)]
            self.asked.append(name)
        records = b''.join(b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 0, 4) + socket.inet_aton(a)
                           for a in addresses)
        head = question[:2] + struct.pack('>HHHHH', 0x8580, 1, len(addresses), 0, 0)
        return head + question[12:at + 5] + records
