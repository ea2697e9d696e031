"""A client that takes multicast: it joins the groups the server names, and hears them."""
import re
import socket
import struct
import subprocess

from lib.rtsp import Client

IP_ADD_SOURCE_MEMBERSHIP = 39
MCAST_JOIN_SOURCE_GROUP = 46


def parameters(transport):
    """Of a Transport header's value."""
    return dict(re.findall(r'([a-z_]+)=([^;,]+)', transport))


def listen(group, port, interface, source=None):
    """A socket that hears the group, from that source alone if one is named."""
    family = socket.AF_INET6 if ':' in group else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.bind((group, port))
    index = socket.if_nametoindex(interface)
    if family == socket.AF_INET6 and source:
        places = (struct.pack('=HHI16sI', family, 0, 0, socket.inet_pton(family, a), 0)
                  for a in (group, source))
        s.setsockopt(socket.IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP,
                     struct.pack('=I4x', index) + b''.join(p.ljust(128, b'\0') for p in places))
    elif family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                     socket.inet_pton(family, group) + struct.pack('=I', index))
    elif source:
        address = re.search(r'inet ([\d.]+)', address_of(interface))[1]
        s.setsockopt(socket.IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, socket.inet_aton(group) +
                     socket.inet_aton(address) + socket.inet_aton(source))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(group) + struct.pack('=4xI', index))
    s.setblocking(False)
    return s


def address_of(interface):
    return subprocess.check_output(['ip', '-4', 'address', 'show', interface], text=True)


class GroupClient(Client):
    """Within a host (lib/network.py); `offer` is what its SETUP says it takes."""

    def __init__(self, host, url, offer='RTP/AVP;multicast', interface='eth0', names_source=False,
                 **options):
        with host.inside():
            super().__init__(url, 'multicast', **options)
        self.within, self.offer, self.interface = host, offer, interface
        self.names_source = names_source
        self.answers = {}  # track -> the parameters of its Transport

    def setup(self, track, channels=None):
        reply = self.request('SETUP', f'{self.url.rstrip("/")}/trackID={track}',
                             [f'Transport: {self.offer}'])
        if reply.status == 200:
            self.session = reply.headers['session'].split(';')[0]
            self.answers[track] = answer = parameters(reply.headers['transport'])
            assert ';multicast;' in reply.headers['transport'], reply
            ports = [int(port) for port in answer['port'].split('-')]
            source = answer['source'] if self.names_source else None
            for is_rtcp, port in enumerate(ports):
                with self.within.inside():
                    s = listen(answer['destination'], port, self.interface, source)
                self.media[s] = (track, bool(is_rtcp))
        return reply

    @property
    def group(self):
        return self.answers[0]['destination']

    def send_rtcp(self, packet, track=0, to=None):
        """To the group's RTCP port, or to another place."""
        answer = self.answers[track]
        place = to or (answer['destination'], int(answer['port'].split('-')[1]))
        family = socket.AF_INET6 if ':' in place[0] else socket.AF_INET
        with self.within.inside(), socket.socket(family, socket.SOCK_DGRAM) as s:
            index = socket.if_nametoindex(self.interface)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            else:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                             struct.pack('=4s4sI', bytes(4), bytes(4), index))
            s.sendto(packet, place)
