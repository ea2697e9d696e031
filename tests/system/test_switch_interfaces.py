"""weir switch and interfaces: they vanish and return, and a group stays on the one it is for."""
import contextlib
import signal
import subprocess

import pytest

from lib import datagrams
from lib.gateway import program
from lib.network import Networks, give
from lib.switch_line import Line, arrive, running, url
from lib.wait import until


@pytest.fixture
def net():
    with Networks() as networks:
        yield networks


def reaches(host, group, port, receivers, text):
    """Sends by eth0 until it is heard by each."""
    heard = [[] for _ in receivers]

    def try_once():
        with host.inside(), datagrams.sender(group, 'eth0') as s:
            s.sendto(text, (group, port))
        for have, s in zip(heard, receivers):
            have.extend(datagrams.all_of(s))
        return all(text in have for have in heard)
    until(f'{text} arrives', try_once)


def plug_again(line, networks):
    networks.veth(line.sender, 'eth0', line.gate, 'eth0')
    for address in ('10.1.0.1/24', 'fd00:1::1/64'):
        give(line.sender, 'eth0', address)
    for address in ('10.1.0.2/24', 'fd00:1::2/64'):
        give(line.gate, 'eth0', address)


@pytest.mark.parametrize('group', ['239.255.1.1', 'ff15::1:1', 'ff12::1:1'])
def test_an_input_joins_again_when_its_interface_is_back(net, group):
    """B1: without a word, with the same outputs; meanwhile it waits."""
    line = Line(net)
    with contextlib.ExitStack() as stack:
        with line.watcher.inside():
            s = stack.enter_context(datagrams.receiver('10.2.0.2', 5000))
        switch = stack.enter_context(running(line.gate, program(), 'switch',
                                             url('udp', group, 5000, 'eth0'),
                                             'udp://10.2.0.2:5000'))
        reaches(line.sender, group, 5000, [s], b'first')
        for i in range(3):
            line.gate.run('ip link del eth0')
            plug_again(line, net)
            reaches(line.sender, group, 5000, [s], b'again %d' % i)
        assert switch.poll() is None


@pytest.mark.parametrize('group', ['239.255.2.1', 'ff15::2:1', 'ff12::2:1'])
def test_an_output_goes_on_when_its_interface_is_back(net, group):
    """B1: while it is away the others get all, and what was not sent is counted."""
    line = Line(net)
    third = net.host('third')
    net.wire(line.gate, third, '10.3.0.0/24', 'fd00:3::/64')
    with contextlib.ExitStack() as stack:
        with line.watcher.inside():
            near = stack.enter_context(datagrams.receiver('10.2.0.2', 5000))
        with third.inside():
            far = stack.enter_context(datagrams.receiver(group, 5000, 'eth0'))
        switch = stack.enter_context(running(line.gate, program(), 'switch', 'udp://@:5000',
                                             url('udp', group, 5000, 'eth2'),
                                             'udp://10.2.0.2:5000'))
        reaches(line.sender, '10.1.0.2', 5000, [near, far], b'first')
        line.gate.run('ip link del eth2')
        reaches(line.sender, '10.1.0.2', 5000, [near], b'alone')
        net.veth(line.gate, 'eth2', third, 'eth0')
        for host, device, end in ((line.gate, 'eth2', 1), (third, 'eth0', 2)):
            give(host, device, f'10.3.0.{end}/24')
            give(host, device, f'fd00:3::{end}/64')
        with third.inside():
            back = stack.enter_context(datagrams.receiver(group, 5000, 'eth0'))
        reaches(line.sender, '10.1.0.2', 5000, [near, back], b'again')
    assert ' not sent (' in switch.said, switch.said


@pytest.mark.must('M4')
@pytest.mark.parametrize('group', ['239.255.4.1', 'ff15::4:1'])
def test_a_group_goes_on_by_another_interface_and_does_not_come_round(net, group):
    """B2: the same group on both sides, and each packet passes once."""
    line = Line(net)
    with contextlib.ExitStack() as stack:
        with line.watcher.inside():
            s = stack.enter_context(datagrams.receiver(group, 5000, 'eth0'))
        # Another program of the gate's watches the group on the way out: so the kernel hands what
        # is sent there to this host, too.
        with line.gate.inside():
            stack.enter_context(datagrams.receiver(group, 5000, 'eth1'))
        switch = stack.enter_context(running(line.gate, program(), 'switch',
                                             url('udp', group, 5000, 'eth0'),
                                             url('udp', group, 5000, 'eth1')))
        with line.sender.inside(), datagrams.sender(group, 'eth0') as out:
            for i in range(20):
                out.sendto(b'%d' % i, (group, 5000))
        received = []
        until('all has arrived', lambda: arrive(received, s, 20))
        switch.send_signal(signal.SIGTERM)
        said = switch.stdout.read()
        received += datagrams.all_of(s)
    assert received == [b'%d' % i for i in range(20)]
    assert 'in 20 packets' in said, said


@pytest.mark.must('M3')
def test_a_group_is_joined_and_left(net):
    """B1: IGMPv3 says so on the wire, for the source that is named alone."""
    line = Line(net)
    with line.sender.capture('eth0') as wire:
        with running(line.gate, program(), 'switch', 'rtp://@239.255.1.1:5000?iface=eth0',
                     'udp://10.2.0.2:5000'), \
                running(line.gate, program(), 'switch',
                        'udp://@[ff35::1]:5000?iface=eth0&source=fd00:1::1', 'udp://10.2.0.2:5000'):
            until('both are joined', lambda: wire.memberships('239.255.1.1', 'join')
                  and wire.memberships('ff35::1', 'join'))
            assert all(m.sources == ['fd00:1::1'] for m in wire.memberships('ff35::1', 'join'))
        until('both are left', lambda: wire.memberships('239.255.1.1', 'leave')
              and wire.memberships('ff35::1', 'leave'))


def test_nobody_who_reads_no_lines_stops_packets(net):
    """B1: a full pipe for the lines: those are dropped, packets are not."""
    line = Line(net)
    process = line.gate.popen([program(), 'switch', '-i', '1', 'udp://@:5000',
                               'udp://10.2.0.2:5000'], stdout=subprocess.PIPE)
    assert process.stdout.readline()
    process.stdout.close()
    with line.watcher.inside(), datagrams.receiver('10.2.0.2', 5000) as s:
        reaches(line.sender, '10.1.0.2', 5000, [s], b'first')
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
