"""The networks that other tests stand on are what they say."""
import socket
import struct

from lib.gateway import Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until


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
