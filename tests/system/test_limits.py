"""A slow viewer costs nobody else anything (D3), and nor does a lack of descriptors."""
import socket

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.wait import until


def stuck_client(gateway):
    """It plays and never reads; a small buffer makes the kernel refuse soon."""
    client = Client(gateway.url('cam1'))
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return client.start()


def test_ten_viewers_that_stop_reading(tmp_path):
    with Origin(size=1200, picture_packets=20) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, writeTimeout='3s') as gateway:
        direct = Client(origin.url).start()
        good = [Client(gateway.url('cam1'), 'udp' if i % 2 else 'tcp').start() for i in range(4)]
        stuck = [stuck_client(gateway) for _ in range(10)]
        swarm = Swarm([direct, *good])
        lags = []

        def are_stuck_closed():
            lags.extend((direct.packets[0][-1].seq - v.packets[0][-1].seq) & 0xffff
                        for v in good if v.packets[0])
            return gateway.status()['gateway']['viewers'] == len(good)
        swarm.run_until('the stuck ones are closed', are_stuck_closed)
        behind = [lag for lag in lags if lag < 1 << 15]  # else it is ahead of the direct session
        assert max(behind) < 250, 'never half a second (500 packets a second) behind the origin'
        swarm.run_until('the others play on', lambda: all(len(v.packets[1]) > 300 for v in good))
        assert 'takes no media' in gateway.log.read_text()
        for viewer in good:
            swarm.remove(viewer)
        swarm.run_for(0.5)
        for viewer in good:
            for track in (0, 1):
                assert_stretch_of(direct.packets[track], viewer.packets[track])
            viewer.close()
        for client in (direct, *stuck):
            client.close()


def test_a_slow_viewer_jumps_to_a_newer_key_frame(tmp_path):
    with Origin(size=1200, picture_packets=20) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'tapeSize': '2M'}},
                    writeTimeout='60s') as gateway:
        slow = Client(gateway.url('cam1')).start()
        good = Client(gateway.url('cam1')).start()
        swarm = Swarm([good])
        swarm.run_until('the slow one has fallen off the tape', lambda: (
            gateway.stream('cam1')['inBytes'] > 12 << 20))
        swarm.add(slow)
        swarm.run_until('it jumps', lambda: any(
            v['skipped'] > 0 for v in gateway.status()['viewers']))
        count = len(slow.packets[0])
        swarm.run_until('and plays on', lambda: len(slow.packets[0]) > count + 500)
        jumps = [b for a, b in zip(slow.packets[0], slow.packets[0][1:])
                 if (b.seq - a.seq) & 0xffff != 1]
        assert jumps and all(p.nal == 24 for p in jumps), 'each jump lands on a key frame'
        assert_continuous(good.packets[0])
        for client in (slow, good):
            client.close()


@pytest.mark.must('A1')
def test_sixty_four_descriptors(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, files=64) as gateway:
        viewers = [Client(gateway.url('cam1'), t).start() for t in ('udp', 'tcp')]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(len(v.packets[0]) > 50 for v in viewers))
        crowd = [socket.create_connection(('127.0.0.1', gateway.port)) for _ in range(100)]
        swarm.run_until('it has run out', lambda: 'accept_paused' in gateway.log.read_text())
        cpu, counts = gateway.cpu_seconds(), [len(v.packets[1]) for v in viewers]
        swarm.run_until('the two play on for four seconds of sound', lambda: all(
            len(v.packets[1]) > count + 200 for v, count in zip(viewers, counts)))
        assert gateway.cpu_seconds() - cpu < 2, 'a spinning program would have used four seconds'
        for s in crowd:
            s.close()
        until('there is room again', lambda: gateway.status()['gateway']['connections'] == 2)
        newcomer = Client(gateway.url('cam1')).start()
        swarm.add(newcomer)
        swarm.run_until('it plays', lambda: len(newcomer.packets[0]) > 50)
        for viewer in (*viewers, newcomer):
            assert_continuous(viewer.packets[0])
            viewer.close()


@pytest.mark.must('A1')
def test_no_more_connections_than_allowed(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, maxConnections=20) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        crowd = [socket.create_connection(('127.0.0.1', gateway.port)) for _ in range(200)]
        swarm.run_until('it plays all the same', lambda: len(viewer.packets[0]) > 200)
        assert gateway.status()['gateway']['connections'] <= 20
        assert_continuous(viewer.packets[0])
        for s in (*crowd, viewer):
            s.close()
