"""One pull, many viewers (A1, A3, A5): who watches costs the origin nothing more."""
import concurrent.futures
import select

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.wait import until


@pytest.mark.must('R1')
@pytest.mark.parametrize('pull', ['udp', 'tcp'])
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_packets_pass_bit_for_bit(tmp_path, pull, transport):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'sourceTransport': pull}}) as gateway:
        direct = Client(origin.url).start()
        viewer = Client(gateway.url('cam1'), transport).start()
        swarm = Swarm([direct, viewer])
        # 36 packets after the start the sequence wraps, 3 s after it the timestamps.
        swarm.run_until('both wraps are crossed', lambda: all(
            any(a.timestamp > b.timestamp for a, b in zip(viewer.packets[t], viewer.packets[t][1:]))
            or viewer.packets[t][0:1] and viewer.packets[t][-1].timestamp < 1 << 31
            for t in (0, 1)) and len(viewer.packets[0]) > 300)
        swarm.remove(viewer)
        swarm.run_for(0.5)
        for track in (0, 1):
            assert_stretch_of(direct.packets[track], viewer.packets[track])
            assert_continuous(viewer.packets[track])
            assert viewer.rtcp[track], 'sender reports pass'
        stream = gateway.stream('cam1')
        assert stream['transport'] == pull and stream['lost'] == 0
        assert viewer.teardown().status == 200
        viewer.close()
        direct.close()


def test_two_hundred_viewers_of_one_stream(tmp_path):
    with Origin(picture_packets=1, size=800) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        direct = Client(origin.url).start()
        viewers = [Client(gateway.url('cam1'), 'udp' if i % 2 else 'tcp').start()
                   for i in range(200)]
        swarm = Swarm([direct, *viewers])
        swarm.run_until('everyone has 300 packets',
                        lambda: all(len(v.packets[0]) >= 300 for v in viewers), 120)
        assert origin.stats()['playing'] == 2, 'the direct session and the one of the gateway'
        status = gateway.status()
        assert status['gateway']['viewers'] == 200
        assert status['streams'][0]['pulls'] == 1
        for viewer in viewers:
            swarm.remove(viewer)
        swarm.run_for(0.5)
        for viewer in viewers:
            for track in (0, 1):
                assert_stretch_of(direct.packets[track], viewer.packets[track])
            viewer.close()
        direct.close()


@pytest.mark.must('P6')
def test_a_hundred_at_once_make_one_pull(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewers = [Client(gateway.url('cam1')) for _ in range(100)]
        for viewer in viewers:  # the questions are all there before the first is answered
            viewer.send(viewer.text('DESCRIBE', headers=['Accept: application/sdp']))
        assert [v.reply().status for v in viewers] == [200] * 100
        for viewer in viewers:
            assert viewer.setup(0).status == 200 and viewer.setup(1).status == 200
            assert viewer.play().status == 200
        swarm = Swarm(viewers)
        swarm.run_until('all of them play', lambda: all(len(v.packets[0]) > 20 for v in viewers))
        stats = origin.stats()
        assert stats['connections'] == 1 and stats['methods']['PLAY'] == 1
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('T3')
def test_viewers_of_some_tracks_and_on_odd_channels(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        direct = Client(origin.url).start()
        sound = Client(gateway.url('cam1')).start(tracks=[1])
        picture = Client(gateway.url('cam1'), 'udp').start(tracks=[0])
        odd = Client(gateway.url('cam1'))
        assert odd.describe().status == 200
        assert odd.setup(1, channels=(7, 8)).status == 200
        assert odd.setup(0, channels=(8, 9)).status == 200, 'channels in use: others are given'
        assert odd.play().status == 200
        swarm = Swarm([direct, sound, picture, odd])
        swarm.run_until('all have packets', lambda: len(sound.packets[1]) > 100 and
                        len(picture.packets[0]) > 100 and len(odd.packets[0]) > 100)
        for viewer in (sound, picture, odd):
            swarm.remove(viewer)
        swarm.run_for(0.5)
        assert not sound.packets[0] and not picture.packets[1]
        assert_stretch_of(direct.packets[1], sound.packets[1])
        assert_stretch_of(direct.packets[0], picture.packets[0])
        assert_stretch_of(direct.packets[0], odd.packets[0])
        assert_stretch_of(direct.packets[1], odd.packets[1])
        for client in (direct, sound, picture, odd):
            client.close()


@pytest.mark.must('T5', 'R10')
def test_every_interface_answers_from_the_address_it_was_asked_at(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}},
                                     host='') as gateway:
        viewers = [Client(f'rtsp://{host}:{gateway.port}/cam1', 'udp').start()
                   for host in ('127.0.0.1', '127.0.0.2', '[::1]')]
        for viewer in viewers:
            sock = next(iter(viewer.media))
            until('a packet comes', lambda: select.select([sock], [], [], 0)[0])
            assert sock.recvfrom(65536)[1][0] == viewer.host
        swarm = Swarm(viewers)
        swarm.run_until('all play', lambda: all(len(v.packets[1]) > 50 for v in viewers))
        for viewer in viewers:
            assert_continuous(viewer.packets[0][1:])
            viewer.close()


def test_ipv6(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}},
                                     host='::1') as gateway:
        viewers = [Client(gateway.url('cam1'), transport).start() for transport in ('udp', 'tcp')]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(len(v.packets[1]) > 50 for v in viewers))
        for viewer in viewers:
            assert_continuous(viewer.packets[0])
            viewer.close()


def test_order_is_restored_and_nothing_is_lost_over_a_disordered_path(tmp_path):
    with Origin(reorder=25) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url,
                                        'sourceTransport': 'udp'}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 400)
        assert_continuous(viewer.packets[0])
        assert_continuous(viewer.packets[1])
        viewer.close()


@pytest.mark.must('S9')
def test_pause_and_play_again(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        swarm.remove(viewer)
        assert viewer.request('PAUSE').status == 200
        count = len(viewer.packets[0])
        assert viewer.request('GET_PARAMETER').status == 200
        assert len(viewer.packets[0]) == count, 'nothing comes after the reply to PAUSE'
        assert viewer.play().status == 200
        swarm.add(viewer)
        swarm.run_until('it plays again', lambda: len(viewer.packets[0]) > count + 50)
        assert viewer.packets[0][count].nal in (24, 5), 'it starts at a key frame'
        viewer.close()


def test_readers_are_limited(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'maxReaders': 2}}) as gateway:
        viewers = [Client(gateway.url('cam1')).start() for _ in range(2)]
        third = Client(gateway.url('cam1'))
        assert third.describe().status == 200
        assert third.setup(0).status == 453
        viewers[0].close()
        until('there is room again', lambda: gateway.stream('cam1')['viewers'] == 1)
        assert third.setup(0).status == 200
        for client in (viewers[1], third):
            client.close()


def test_a_source_that_is_not_on_demand_is_there_before_anyone_asks(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'sourceOnDemand': False}}) as gateway:
        until('it is live', lambda: (gateway.stream('cam1') or {}).get('state') == 'live')
        with concurrent.futures.ThreadPoolExecutor() as pool:
            viewer = pool.submit(lambda: Client(gateway.url('cam1')).start()).result()
        assert origin.stats()['methods']['PLAY'] == 1
        viewer.close()
