"""Engines: by whichever way packets go, viewers get the same."""
import concurrent.futures
import pathlib
import socket
import struct
import sys

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.packet_origin import PacketOrigin
from lib.programs import ffmpeg, gst_origin, gstreamer
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.wait import until

ENGINES = ('direct', 'loop')
SDP = ('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'
       'm=video 0 RTP/AVP 96\r\na=rtpmap:96 X-ODD/90000\r\na=control:trackID=0\r\n'
       'm=audio 0 RTP/AVP 97\r\na=rtpmap:97 X-OTHER/8000\r\na=control:trackID=1\r\n')


def looped(gateway, engine='loop'):
    return [v for v in gateway.status()['viewers'] if v['engine'] == engine]


def group_of(gateway):
    """Its only one: the address, and the first port."""
    group, = gateway.status()['groups']
    address, port = group['group'].split(':')
    return address, int(port)


def listeners(gateway):
    """Sockets of this host at the group's address: two for each viewer's track."""
    group = socket.inet_aton(group_of(gateway)[0])
    place = ' %08X:' % int.from_bytes(group, sys.byteorder)
    return pathlib.Path('/proc/net/udp').read_text().count(place)


def settle(swarm, reference, clients):
    """The origin is silent: until nothing comes any more and all have the reference's end."""
    def counts():
        return [len(c.packets[t]) + len(c.rtcp[t]) for c in clients for t in (0, 1)]

    def is_settled():
        before = counts()
        swarm.run_for(0.3)
        return before == counts() and all(
            c.packets[t][-1].hash == reference[t][-1].hash for c in clients for t in (0, 1))
    until('nothing comes any more', is_settled)


def assert_same(reference, client):
    """From its first packet on the client has what the reference has, to the last."""
    for track in (0, 1):
        assert_stretch_of(reference.packets[track], client.packets[track])
        reports = client.rtcp[track]
        assert reports == reference.rtcp[track][len(reference.rtcp[track]) - len(reports):]


@pytest.mark.must('R1')
def test_every_engine_delivers_the_same(tmp_path, seed):
    """One origin, pulled twice; newcomers at all moments, by IPv4 and IPv6, with sender reports."""
    with Origin(group=50) as origin, \
            Gateway(tmp_path, {e: {'source': origin.url, 'engine': e} for e in ENGINES}, host='::',
                    pathDefaults={'sourceOnDemand': True, 'sourceOnDemandCloseAfter': '500ms',
                                  'sourceTransport': 'tcp'}) as gateway:
        clients = {engine: [] for engine in ENGINES}
        swarm = Swarm()
        for i in range(16):
            engine, host = ENGINES[i % 2], ('127.0.0.1', '[::1]')[i // 2 % 2]
            client = Client(f'rtsp://{host}:{gateway.port}/{engine}', 'udp').start()
            clients[engine].append(client)
            swarm.add(client)
            swarm.run_for(seed.random() * 0.5)
        everyone = clients['direct'] + clients['loop']
        first = {engine: clients[engine][0] for engine in ENGINES}
        swarm.run_until('all play, with reports', lambda: all(
            len(c.packets[0]) > 200 for c in everyone) and all(
            len(first['loop'].rtcp[track]) > 2 for track in (0, 1)))
        assert len(looped(gateway)) == 8 and len(looped(gateway, 'direct')) == 8
        assert all(v['looped'] > 0 for v in looped(gateway))
        origin.freeze()
        for engine in ENGINES:
            settle(swarm, first[engine].packets, clients[engine])
        for engine in ENGINES:
            for client in clients[engine]:
                for track in (0, 1):
                    assert_continuous(client.packets[track])
                assert_same(first[engine], client)
        for track in (0, 1):
            assert_stretch_of(first['direct'].packets[track], clients['loop'][1].packets[track])
        origin.thaw()
        for client in everyone:
            client.close()


def test_packets_of_all_sizes(tmp_path, seed):
    """From a bare head to what no longer fits into one frame of Ethernet, and the same again."""
    def packets(n):
        for track in (0, 1, 0):
            size = seed.choice((0, 1, 160, 1200, 1200, 1200, 1460, 4000, 20000))
            counts[track] = counts[track] + 1 & 0xffff
            yield track, struct.pack('>BBHII', 0x80, 96 + track, counts[track], n * 100,
                                     7 + track) + seed.randbytes(size)
    counts = [0, 0]
    with PacketOrigin(SDP, packets) as origin, \
            Gateway(tmp_path, {'odd': {'source': origin.url}}, engine='loop') as gateway:
        swarm, clients = Swarm(), []
        for _ in range(4):
            clients.append(Client(gateway.url('odd'), 'udp').start())
            swarm.add(clients[-1])
            swarm.run_for(0.2)
        swarm.run_until('all play', lambda: all(len(c.packets[1]) > 300 for c in clients))
        assert len(looped(gateway)) == 4 and gateway.stream('odd')['engine'] == 'loop'
        origin.packets = lambda n: ()
        settle(swarm, origin.sent, clients)
        for client in clients:
            for track in (0, 1):
                assert_continuous(client.packets[track])
                assert_stretch_of(origin.sent[track], client.packets[track])
            client.close()


def test_players(tmp_path):
    path = {'engine': 'loop', 'sourceOnDemandCloseAfter': '3s'}
    with gst_origin(tmp_path) as source, \
            Gateway(tmp_path, {'cam1': {'source': source, **path}}) as gateway, \
            concurrent.futures.ThreadPoolExecutor() as pool:
        players = [pool.submit(player, gateway.url('cam1'), transport) for player, transport in
                   [(ffmpeg, 'udp'), (gstreamer, 'udp'), (ffmpeg, 'udp'), (ffmpeg, 'tcp')]]
        until('three are in the loop', lambda: len(
            [v for v in looped(gateway) if v['looped'] > 50]) == 3)
        for player in players:
            pictures, sound, complaints = player.result()
            assert not complaints and pictures >= 50 and sound > 0


def ask(swarm, client, method='GET_PARAMETER'):
    swarm.remove(client)
    assert client.request(method).status == 200
    swarm.add(client)
    return True


@pytest.mark.must('R9')
def test_the_loop_over_a_life(tmp_path):
    """A viewer that pauses, one that vanishes, an origin that starts again, the end: sockets are
    there for those who play, and the numbers go on."""
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'engine': 'loop'}},
                    sessionTimeout='3s') as gateway:
        viewer = Client(gateway.url('cam1'), 'udp').start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50 and looped(gateway))
        until('it has its sockets', lambda: listeners(gateway) == 4)
        other, lost = (Client(gateway.url('cam1'), 'udp').start() for _ in range(2))
        swarm.add(other)
        swarm.run_until('all are in the loop', lambda: len(looped(gateway)) == 3)
        assert listeners(gateway) == 12
        ask(swarm, other, 'PAUSE')
        assert listeners(gateway) == 8
        lost.vanish()
        swarm.run_until('the vanished one is missed', lambda: ask(swarm, other) and
                        ask(swarm, viewer) and listeners(gateway) == 4)
        count = len(other.packets[0])
        ask(swarm, other, 'PLAY')
        swarm.run_until('it plays again', lambda: len(other.packets[0]) > count + 100)
        assert len(looped(gateway)) == 2 and listeners(gateway) == 8
        origin.kill()
        origin.start()
        count = len(viewer.packets[0])
        swarm.run_until('the stream goes on', lambda: len(viewer.packets[0]) > count + 100 and
                        ask(swarm, other) and ask(swarm, viewer))
        assert gateway.stream('cam1')['splices'] == 2 and len(looped(gateway)) == 2
        assert listeners(gateway) == 8
        for track in (0, 1):
            assert_continuous(viewer.packets[track])
        for client in (viewer, other):
            client.close()


def test_two_gateways_do_not_mix(tmp_path):
    with Origin() as one, Origin() as two, \
            Gateway(tmp_path, {'cam1': {'source': one.url}}, engine='loop') as first, \
            Gateway(tmp_path, {'cam1': {'source': two.url}}, engine='loop') as second:
        places = [(one, first), (one, first), (two, second), (two, second)]
        origins = {origin: Client(origin.url).start() for origin in (one, two)}
        swarm = Swarm(origins.values())
        clients = [Client(gateway.url('cam1'), 'udp').start() for _, gateway in places]
        for client in clients:
            swarm.add(client)
        swarm.run_until('all play', lambda: all(len(c.packets[0]) > 200 for c in clients))
        (group, port), (other_group, other_port) = group_of(first), group_of(second)
        assert group != other_group and abs(port - other_port) >= 4
        for client in clients:
            swarm.remove(client)
        swarm.run_for(0.5)
        for client, (origin, gateway) in zip(clients, places):
            for track in (0, 1):
                assert_continuous(client.packets[track])
                assert_stretch_of(origins[origin].packets[track], client.packets[track])
            assert gateway.stream('cam1')['strays'] == 0
            client.close()
        for client in origins.values():
            client.close()
