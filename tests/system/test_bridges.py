"""Bridges: what comes in here goes out there, between networks of the test's own."""
import contextlib
import random

import pytest

from lib.gateway import Gateway
from lib.multicast import Receiver, Sender
from lib.network import Networks
from lib.wait import until

GROUP, OTHER = '239.255.7.1', '239.254.9.2'


class World:
    """left (10.1.0.1) - (10.1.0.2 eth0) gate (10.2.0.1 eth1) - (10.2.0.2) right"""

    def __init__(self, net):
        self.net = net
        self.left, self.gate, self.right = (net.host(n) for n in ('left', 'gate', 'right'))
        net.wire(self.left, self.gate, '10.1.0.0/24', 'fd00:1::/64')
        net.wire(self.gate, self.right, '10.2.0.0/24', 'fd00:2::/64')

    def gateway(self, folder, paths=None, **bridges):
        return Gateway(folder, paths or {}, within=self.gate, bridges={
            name: bridge if isinstance(bridge, dict) else {'input': bridge[0],
                                                           'outputs': list(bridge[1:])}
            for name, bridge in bridges.items()})


@pytest.fixture
def world():
    with Networks() as net:
        yield World(net)


def bridge_of(gateway, name='hall'):
    return next(b for b in gateway.status()['bridges'] if b['name'] == name)


def some_datagrams(count):
    """Of all sizes, and all different; an empty one is legal."""
    dice = random.Random(count)
    sizes = [0, 1, 188, 1316, 1472] + [dice.randrange(1, 1472) for _ in range(count - 5)]
    return [dice.randbytes(size) for size in sizes]


def check_passage(sender, *receivers, count=2000):
    """All that is sent arrives, in order, unchanged. The network's buffers hold a window."""
    for receiver in receivers:
        receiver.read().clear()
    first = len(sender.sent)
    for number, datagram in enumerate(some_datagrams(count), 1):
        sender.send(datagram)
        for receiver in receivers if number % 100 == 0 else ():
            until(f'{number} datagrams have come', lambda: len(receiver.read()) >= number)
    for receiver in receivers:
        assert receiver.read() == sender.sent[first:]


KINDS = {
    'u-to-m': ('udp://@:5000', '10.1.0.2', f'udp://{OTHER}:6000?iface=eth1', OTHER),
    'm-to-m': (f'udp://{GROUP}:5000?iface=eth0', GROUP, f'udp://{OTHER}:6000?iface=eth1', OTHER),
    'm-to-u': (f'udp://{GROUP}:5000?iface=eth0', GROUP, 'udp://10.2.0.2:6000', None),
    'u-to-u': ('udp://@10.1.0.2:5000', '10.1.0.2', 'udp://10.2.0.2:6000', None),
    'm-to-m IPv6': ('udp://[ff15::7]:5000?iface=eth0', 'ff15::7',
                    'udp://[ff15::9]:6000?iface=eth1', 'ff15::9'),
    'm-to-m IPv6 of one link': ('udp://[ff12::7]:5000?iface=eth0', 'ff12::7',
                                'udp://[ff12::7]:6000?iface=eth1', 'ff12::7'),
    'm-to-m, one group on both sides': (f'udp://{GROUP}:5000?iface=eth0', GROUP,
                                        f'udp://{GROUP}:5000?iface=eth1', GROUP),
    'SSM to SSM': ('udp://232.1.1.1:5000?iface=eth0&source=10.1.0.1', '232.1.1.1',
                   'udp://232.2.2.2:6000?iface=eth1', '232.2.2.2'),
}


@pytest.mark.must('M4')
@pytest.mark.parametrize('kind', KINDS)
def test_datagrams_pass_bit_for_bit(world, tmp_path, kind):
    source, target, sink, group = KINDS[kind]
    port = 5000 if sink.split('?')[0].endswith(':5000') else 6000
    ssm = '10.2.0.1' if kind.startswith('SSM') else None
    with world.gateway(tmp_path, hall=(source, sink)) as gateway, \
            Receiver(world.right, port, group, source=ssm) as receiver, \
            Sender(world.left, target, 5000, 'eth0') as sender, \
            world.left.capture('eth0') as left:
        check_passage(sender, receiver)
        bridge = bridge_of(gateway)
        assert bridge['packets'] == bridge['outputs'][0]['packets'] == 2000
        assert bridge['outputs'][0]['state'] == 'sending'
        until('it is seen to live', lambda: bridge_of(gateway)['state'] == 'live')
        # Nothing goes back to where it came from.
        assert not [d for d in left.datagrams() if not d.is_sent]


def test_one_input_many_outputs(world, tmp_path):
    with contextlib.ExitStack() as stack:
        group = stack.enter_context(Receiver(world.right, 6000, OTHER))
        alone = stack.enter_context(Receiver(world.right, 6001))
        gateway = stack.enter_context(world.gateway(
            tmp_path, hall=('udp://@:5000', f'udp://{OTHER}:6000?iface=eth1',
                            'udp://10.2.0.2:6001')))
        sender = stack.enter_context(Sender(world.left, '10.1.0.2', 5000))
        check_passage(sender, group, alone)
        assert [o['packets'] for o in bridge_of(gateway)['outputs']] == [2000, 2000]


def lose(world):
    world.gate.run('ip link del eth1')


def bring_back(world):
    world.net.veth(world.gate, 'eth1', world.right, 'eth0')
    for host, device, end in ((world.gate, 'eth1', 1), (world.right, 'eth0', 2)):
        host.run(f'ip address add 10.2.0.{end}/24 dev {device} && '
                 f'ip address add fd00:2::{end}/64 dev {device} nodad')


@pytest.mark.must('M3')
@pytest.mark.parametrize('group', [OTHER, 'ff15::9', 'ff12::9'])
def test_an_interface_that_vanishes_and_comes_back(world, tmp_path, group):
    """By its own name it is another one; what does not need it does not notice."""
    host = f'[{group}]' if ':' in group else group
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        gateway = enter(world.gateway(
            tmp_path,
            out=('udp://@:5000', f'udp://{host}:6000?iface=eth1', 'udp://10.1.0.1:6001'),
            into=(f'udp://{host}:7000?iface=eth1', 'udp://10.1.0.1:7001')))
        sender = enter(Sender(world.left, '10.1.0.2', 5000))
        beside = enter(Receiver(world.left, 6001))
        back = enter(Receiver(world.left, 7001))
        with Receiver(world.right, 6000, group) as receiver, \
                Sender(world.right, group, 7000, 'eth0') as returning:
            check_passage(sender, receiver, beside, count=200)
            check_passage(returning, back, count=200)
        pid = gateway.process.pid
        lose(world)
        until('that is said', lambda: 'there is no interface eth1' in gateway.log.read_text())
        check_passage(sender, beside, count=200)
        until('and seen', lambda: bridge_of(gateway, 'into')['state'] == 'failed')
        bring_back(world)
        with Receiver(world.right, 6000, group) as receiver, \
                Sender(world.right, group, 7000, 'eth0') as returning:
            until('both are well', lambda: [bridge_of(gateway, 'into')['reason'],
                                            bridge_of(gateway, 'out')['outputs'][0]['reason']] ==
                  ['', ''])
            check_passage(sender, receiver, beside, count=200)
            check_passage(returning, back, count=200)
        assert gateway.process.pid == pid
