"""Bridges: what comes in here goes out there, between networks of the test's own."""
import contextlib

import pytest

from lib.bridges import World, bridge_of, check_passage
from lib.multicast import Receiver, Sender
from lib.network import Networks
from lib.wait import until

GROUP, OTHER = '239.255.7.1', '239.254.9.2'


@pytest.fixture
def world():
    with Networks() as net:
        yield World(net)


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


MEMBERS = {
    'IGMPv3': (GROUP, OTHER, None, ''),
    'IGMPv3, one source': (GROUP, '232.2.2.2', '10.2.0.1', ''),
    'IGMPv2': (GROUP, OTHER, None, 'sysctl -qw net.ipv4.conf.eth0.force_igmp_version=2'),
    'IGMPv1': (GROUP, OTHER, None, 'sysctl -qw net.ipv4.conf.eth0.force_igmp_version=1'),
    'MLDv2': ('ff15::7', 'ff15::9', None, ''),
    'MLDv1': ('ff15::7', 'ff15::9', None, 'sysctl -qw net.ipv6.conf.eth0.force_mld_version=1'),
}


def on_demand(source, sink):
    source, sink = (f'[{group}]' if ':' in group else group for group in (source, sink))
    return {'input': f'udp://{source}:5000?iface=eth0',
            'outputs': [f'udp://{sink}:6000?iface=eth1'], 'onDemand': True}


@pytest.mark.must('M3')
@pytest.mark.parametrize('version', [v for v in MEMBERS if v != 'IGMPv1'])
def test_on_demand_the_input_is_open_while_somebody_has_joined(world, tmp_path, version):
    source, sink, ssm, before = MEMBERS[version]
    world.right.run(before)
    with world.left.capture('eth0') as left, \
            world.gateway(tmp_path, hall=on_demand(source, sink)) as gateway, \
            Sender(world.left, source, 5000, 'eth0') as sender:
        assert bridge_of(gateway)['state'] == 'idle'
        assert bridge_of(gateway)['outputs'][0]['members'] == 0
        for _ in range(2):
            sender.send(b'nobody wants it')
            left.reports.clear()
            with Receiver(world.right, 6000, sink, source=ssm) as receiver:
                until('the input joins', lambda: left.memberships(source, 'join'))
                until('it is open', lambda: bridge_of(gateway)['state'] in ('silent', 'live'))
                assert bridge_of(gateway)['outputs'][0]['members'] == 1
                check_passage(sender, receiver, count=200)
                left.reports.clear()
                receiver.leave()
                until('it is closed', lambda: bridge_of(gateway)['state'] == 'idle')
                until('the input leaves', lambda: left.memberships(source, 'leave'))
        assert bridge_of(gateway)['packets'] == 400
        log = gateway.log.read_text()
        assert log.count(' group_joined ') == log.count(' group_left ') == 2


@pytest.mark.parametrize('version', MEMBERS)
def test_who_had_joined_before_is_asked(world, tmp_path, version):
    """And the gateway's questions are understood by all versions."""
    source, sink, ssm, before = MEMBERS[version]
    # A host answers in no name as long as its own is not settled; routers do not hear that.
    until('addresses are settled', lambda: 'tentative' not in world.right.run('ip -6 address'))
    world.right.run(before)
    with Receiver(world.right, 6000, sink, source=ssm) as receiver, \
            world.left.capture('eth0') as left, \
            world.gateway(tmp_path, hall=on_demand(source, sink)) as gateway, \
            Sender(world.left, source, 5000, 'eth0') as sender:
        until('the input joins', lambda: left.memberships(source, 'join'))
        check_passage(sender, receiver, count=100)
        assert bridge_of(gateway)['outputs'][0]['members'] == 1
        gateway.first_files = gateway.open_files()  # it stays a member


def test_one_leaves_and_another_stays(world, tmp_path):
    """Hosts of IGMPv3 are known one by one. Two bridges have the same link."""
    hall = world.net.lan('hall')
    world.net.plug(world.gate, hall, '10.3.0.1/24')
    members = [world.net.host(f'member{n}') for n in range(2)]
    for number, member in enumerate(members, 2):
        world.net.plug(member, hall, f'10.3.0.{number}/24')

    def bridge(n):
        return {'input': f'udp://{GROUP}:500{n}?iface=eth0', 'onDemand': True,
                'outputs': [f'udp://239.254.9.{n}:6000?iface=eth2']}

    with world.gateway(tmp_path, one=bridge(1), two=bridge(2)) as gateway:
        def known(name):
            found = bridge_of(gateway, name)
            return found['state'], found['outputs'][0]['members']

        with Receiver(members[0], 6000, '239.254.9.1') as first, \
                Receiver(members[1], 6000, '239.254.9.1') as second:
            until('both are known', lambda: known('one') == ('silent', 2))
            first.leave()
            until('one has left', lambda: known('one') == ('silent', 1))
            assert known('two') == ('idle', 0)
            with Receiver(members[0], 6000, '239.254.9.2'):
                until('the other bridge is open', lambda: known('two') == ('silent', 1))
            until('and closed', lambda: known('two') == ('idle', 0))
            assert known('one') == ('silent', 1)
            second.leave()
            until('nobody is left', lambda: known('one') == ('idle', 0))


def test_members_are_found_again_on_an_interface_that_came_back(world, tmp_path):
    with world.gateway(tmp_path, hall=on_demand(GROUP, OTHER)) as gateway, \
            Sender(world.left, GROUP, 5000, 'eth0') as sender:
        with Receiver(world.right, 6000, OTHER):
            until('it is open', lambda: bridge_of(gateway)['state'] == 'silent')
            lose(world)
            until('it is closed', lambda: bridge_of(gateway)['state'] == 'idle')
            assert bridge_of(gateway)['outputs'][0]['state'] == 'failed'
        bring_back(world)
        with Receiver(world.right, 6000, OTHER) as receiver:
            until('it is open again', lambda: bridge_of(gateway)['state'] == 'silent')
            check_passage(sender, receiver, count=100)


def test_without_the_right_to_hear_members_it_says_so(world, tmp_path):
    gateway = world.gateway(tmp_path, hall=on_demand(GROUP, OTHER),
                            always=('udp://@:5002', 'udp://10.2.0.2:6002'))
    gateway.prefix = ['setpriv', '--bounding-set=-net_raw']
    with gateway, Sender(world.left, '10.1.0.2', 5002) as sender, \
            Receiver(world.right, 6002) as receiver:
        assert 'CAP_NET_RAW' in gateway.log.read_text()
        output = bridge_of(gateway)['outputs'][0]
        assert output['state'] == 'failed' and 'setcap cap_net_raw' in output['reason']
        assert output['members'] is None
        check_passage(sender, receiver, count=100)
