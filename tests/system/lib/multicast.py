"""Members of groups, and those who send to them, in networks of the test's own."""
import socket
import struct

MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP = 42, 45
MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP = 46, 47
IP_MULTICAST_ALL = 49


def address_of(host):
    """A struct sockaddr_storage."""
    if ':' in host:
        packed = struct.pack('=HHI16sI', socket.AF_INET6, 0, 0,
                             socket.inet_pton(socket.AF_INET6, host), 0)
    else:
        packed = struct.pack('=HH4s', socket.AF_INET, 0, socket.inet_aton(host))
    return packed.ljust(128, b'\0')


class Receiver:
    """A UDP port of a host of lib/network.py, and maybe a member of a group there."""

    def __init__(self, host, port, group=None, device='eth0', source=None):
        self.host, self.group, self.source = host, group, source
        self.family = socket.AF_INET6 if group and ':' in group else socket.AF_INET
        self.level = socket.IPPROTO_IPV6 if self.family == socket.AF_INET6 else socket.IPPROTO_IP
        self.socket = host.socket(family=self.family)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        if self.family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        self.socket.bind(('', port))
        self.socket.setblocking(False)
        with host.inside():
            self.interface = socket.if_nametoindex(device)
        self.datagrams, self.senders = [], set()
        if group:
            self.join()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()

    def change(self, any_source, one_source):
        request = struct.pack('@I4x', self.interface) + address_of(self.group)
        if self.source:
            request += address_of(self.source)
        self.socket.setsockopt(self.level, one_source if self.source else any_source, request)

    def join(self):
        self.change(MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP)

    def leave(self):
        self.change(MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP)

    def read(self):
        """All that has come so far."""
        try:
            while True:
                data, sender = self.socket.recvfrom(65536)
                self.datagrams.append(data)
                self.senders.add(sender[0])
        except BlockingIOError:
            return self.datagrams


class Sender:
    def __init__(self, host, target, port, device=None, ttl=4):
        self.target = (target, port)
        family = socket.AF_INET6 if ':' in target else socket.AF_INET
        self.socket = host.socket(family=family)
        self.sent = []
        if device:
            with host.inside():
                index = socket.if_nametoindex(device)
            if family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
            else:
                self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                                       struct.pack('@4s4si', b'', b'', index))
                self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()

    def send(self, data):
        self.sent.append(data)
        self.socket.sendto(data, self.target)
