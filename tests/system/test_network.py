"""The networks that other tests stand on are what they say."""
import pathlib
import socket
import subprocess
import struct
import sys

from lib.gateway import Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.tshark import Report, Tshark
from lib.wait import until

HERE = pathlib.Path(__file__).parent
UDP_SEGMENT = 103


def join(receiver, group, device):
    with receiver.inside():
        index = socket.if_nametoindex(device)
    s = receiver.socket()
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 struct.pack('@4sIi', socket.inet_aton(group), 0, index))
    s.bind((group, 5000))
    s.setblocking(False)
    return s


def test_a_group_crosses_a_switch_and_is_captured():
    with Networks() as net:
        sender, receiver = net.host('sender'), net.host('receiver')
        lan = net.lan('lan')
        net.plug(sender, lan, '10.2.0.1/24', 'fd00:2::1/64')
        net.plug(receiver, lan, '10.2.0.2/24', 'fd00:2::2/64')
        with receiver.capture('eth0') as wire, sender.socket() as out:
            heard = join(receiver, '239.255.0.1', 'eth0')
            until('the join is seen', lambda: wire.memberships('239.255.0.1', 'join'))
            out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                           socket.inet_aton('10.2.0.1'))
            out.sendto(b'hello', ('239.255.0.1', 5000))
            until('it arrives', lambda: wire.datagrams('239.255.0.1', 5000))
            assert heard.recv(100) == b'hello'
            datagram, = wire.datagrams('239.255.0.1')
            assert datagram.source == '10.2.0.1' and datagram.ttl == 1 and not datagram.is_sent
            heard.close()
            until('the leave is seen', lambda: wire.memberships('239.255.0.1', 'leave'))


def test_a_switch_that_snoops_sends_a_group_to_its_members_alone():
    with Networks() as net:
        sender, member, other = net.host('sender'), net.host('member'), net.host('other')
        lan = net.lan('lan', snooping=True)
        for place, host in enumerate((sender, member, other)):
            net.plug(host, lan, f'10.2.0.{place + 1}/24')
        with member.capture('eth0') as wire, other.capture('eth0') as beside, \
                sender.socket() as out, join(member, '239.255.0.1', 'eth0') as heard:
            out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('10.2.0.1'))
            out.setsockopt(socket.SOL_UDP, UDP_SEGMENT, 100)

            def hears_all():
                """Five packets that leave the program as one are five on the wire."""
                out.sendto(bytes(500), ('239.255.0.1', 5000))
                return len(wire.datagrams('239.255.0.1')) >= 50

            until('it arrives', hears_all)
            assert {len(d.payload) for d in wire.datagrams('239.255.0.1')} == {100}
            assert len(heard.recv(1000)) == 100
            assert not beside.datagrams('239.255.0.1'), 'it goes where nobody has joined'


def test_tshark_sees_joins_and_leaves():
    with Networks() as net:
        one, other = net.host('one'), net.host('other')
        net.wire(one, other, '10.1.0.0/24')
        with Tshark(one, 'eth0') as wire:
            for what, order in (('join', lambda: join(other, '239.255.0.1', 'eth0')),
                                ('leave', lambda: member.close())):
                member = order()
                until(f'the {what} is seen', lambda: Report(
                    '10.1.0.2', what, '239.255.0.1', [], 'IGMPv3') in wire.changes('239.255.0.1'))


def test_nothing_stays_when_the_test_is_killed():
    program = ('from lib.network import Networks\nimport sys\n'
               'net = Networks()\nhost = net.host("a")\n'
               'print(host.holder.pid, flush=True)\nsys.stdin.read()')
    test = subprocess.Popen([sys.executable, '-c', program], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, cwd=HERE)
    pid = int(test.stdout.readline())
    test.kill()
    test.communicate()
    until('the namespace is gone', lambda: not is_alive(pid))


def is_alive(pid):
    """Who waits for a process of a parent that died is not ours to say: a zombie has ended."""
    try:
        stat = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(')')[2].split()[0] != 'Z'


def test_a_gateway_stands_between_two_networks(tmp_path):
    with Networks() as net:
        origin_host, gate, user = net.host('origin'), net.host('gate'), net.host('user')
        net.wire(origin_host, gate, '10.1.0.0/24')
        net.wire(gate, user, '10.2.0.0/24')
        with Origin(host='10.1.0.1', within=origin_host) as origin, \
                Gateway(tmp_path, {'cam1': {'source': origin.url}}, host='10.2.0.1',
                        within=gate) as gateway:
            with user.inside():
                viewer = Client(gateway.url('cam1'), 'udp').start()
            Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 50)
            assert_continuous(viewer.packets[0])
            assert gate.count('eth0', 'rx_packets') > 50
            viewer.close()
