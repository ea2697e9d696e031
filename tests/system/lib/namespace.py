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

from lib.capture import Capture

CLONE_NEWNET = 0x40000000
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
