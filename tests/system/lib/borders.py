"""Fig. 13: gateways at the borders between unicast and multicast domains. Needs to be root.

    origins -- U1 -- A -- M1 -- B -- U2       U: unicast domains, M: multicast domains
                                 \\- M2

A pulls from the origins once, and sends each stream into M1 by a group. B asks A as a viewer does,
gets that group, serves U2 by unicast, and M2 by another group. M1's switch sends a group only to
its members, M2's to everybody.
"""
import contextlib
import json
import struct

from lib.gateway import Gateway
from lib.network import Networks
from lib.tshark import Tshark

LANS = ('U1', 'M1', 'U2', 'M2')
POOLS = {'M1': ['239.255.1.0/24', 'ff15:0:1::/112'], 'M2': ['239.255.3.0/24', 'ff15:0:3::/112']}
ONE_SOURCE = {'M1': ['232.1.1.0/24', 'ff35::8000:0/112'],
              'M2': ['232.1.3.0/24', 'ff35::9000:0/112']}


class Borders:
    def __init__(self, folder, family=4, pools=POOLS):
        self.folder, self.family, self.pools = folder, family, pools
        self.a = self.b = None
        self.users = 0

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.net = stack.enter_context(Networks())
            self.origin, self.at_a, self.at_b = map(self.net.host, ('origin', 'a', 'b'))
            self.lans = {name: self.net.lan(name, snooping=name == 'M1') for name in LANS}
            self.plug(self.origin, 'U1', 9)
            for host, lans in ((self.at_a, ('U1', 'M1')), (self.at_b, ('M1', 'U2', 'M2'))):
                for lan in lans:
                    self.plug(host, lan, 2 if (host, lan) == (self.at_b, 'M1') else 1)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, kind, error, trace):
        self.stack.__exit__(kind, error, trace)

    def address(self, lan, number, family=None):
        is_ipv6 = (family or self.family) == 6
        return (f'fd00:{LANS.index(lan)}::{number}' if is_ipv6 else
                f'10.{LANS.index(lan)}.0.{number}')

    def plug(self, host, lan, number):
        self.net.plug(host, self.lans[lan], self.address(lan, number, 4) + '/24',
                      self.address(lan, number, 6) + '/64')

    def user(self, lan):
        """One more of a network's users."""
        self.users += 1
        host = self.net.host(f'{lan}-{self.users}')
        self.plug(host, lan, 100 + self.users)
        host.run('ip route add 224.0.0.0/4 dev eth0')
        return host

    def member(self, host):
        """The address of its eth0 from which it says what it joins; of IPv6, the link's own."""
        family, scope = ('inet', 'global') if self.family == 4 else ('inet6', 'link')
        found = host.run(f'ip -j -f {family} address show dev eth0 scope {scope}')
        return next(a['local'] for link in json.loads(found) for a in link['addr_info'] if a)

    def start(self, sources):
        """A, with these origins by name, and B, which knows A alone."""
        domains = {lan: {'networks': [f'10.{place}.0.0/24', f'fd00:{place}::/64'],
                         'delivery': 'unicast' if lan[0] == 'U' else 'multicast'}
                   for place, lan in enumerate(LANS)}
        for lan, device in (('M1', 'eth1'), ('M2', 'eth2')):
            domains[lan] |= {'interface': device, 'pool': self.pools[lan]}
        self.a = self.stack.enter_context(Gateway(
            self.folder, {name: {'source': url} for name, url in sources.items()}, within=self.at_a,
            host='::', domains={lan: domains[lan] for lan in ('U1', 'M1')}))
        self.b = self.stack.enter_context(Gateway(
            self.folder, {name: {'source': self.url('M1', name), 'sourceTransport': 'multicast'}
                          for name in sources}, within=self.at_b,
            host='::', domains={lan: domains[lan] for lan in ('U2', 'M2')}))

    def url(self, lan, name):
        """As users of that network open it."""
        host, port = self.address(lan, 1), (self.a if lan in ('U1', 'M1') else self.b).port
        return f'rtsp://[{host}]:{port}/{name}' if ':' in host else f'rtsp://{host}:{port}/{name}'

    def device(self, lan):
        """B's, on that network."""
        return {'M1': 'eth0', 'U2': 'eth1', 'M2': 'eth2'}[lan]

    def wire(self, lan):
        """What passes there, from now on."""
        capture = self.at_b.capture(self.device(lan))
        capture.gateway = self.address(lan, 1)
        return self.stack.enter_context(capture)

    def tshark(self, lan):
        return self.stack.enter_context(Tshark(self.at_b, self.device(lan)))


def media(wire):
    """RTP that the gateway has sent to groups: by group and port, the packets in their order.
    Members send there as well: GStreamer's players, to open ways."""
    seen = {}
    for d in wire.datagrams():
        if d.source == wire.gateway and is_group(d.host) and d.port % 2 == 0:
            seen.setdefault((d.host, d.port), []).append(d.payload)
    return seen


def is_group(host):
    return host.startswith('ff') if ':' in host else 224 <= int(host.split('.')[0]) < 240


def assert_once(wire, tracks):
    """Every packet passed, and once, by one group, whoever listens. The group."""
    seen = media(wire)
    groups = {host for host, _ in seen}
    assert len(groups) == 1 and len(seen) == tracks, seen.keys()
    for place, packets in seen.items():
        numbers = [struct.unpack_from('>H', packet, 2)[0] for packet in packets]
        assert len(numbers) > 50, place
        assert numbers == [(numbers[0] + i) & 0xffff for i in range(len(numbers))], place
    return groups.pop()
