"""A newcomer sees a picture at once (D1), without a gap where the cached meets the live."""
import os
import subprocess
import sys

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of

KEY = (24, 5)  # the parameter sets before a key frame (STAP-A), or the key frame itself


def assert_true_rtp_info(viewer):
    for track, info in viewer.rtp_info.items():
        first = viewer.packets[track][0]
        assert info['seq'] == first.seq and info['rtptime'] == first.timestamp


@pytest.mark.must('L1')
def test_newcomers_at_random_moments(tmp_path, seed):
    with Origin(picture_packets=2) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        direct = Client(origin.url).start()
        swarm = Swarm([direct])
        first = Client(gateway.url('cam1')).start()
        swarm.add(first)
        swarm.run_until('the stream is warm', lambda: len(first.packets[0]) > 100)
        viewers = []
        for i in range(24):
            viewer = Client(gateway.url('cam1'), 'udp' if i % 2 else 'tcp').start()
            viewers.append(viewer)
            swarm.add(viewer)
            swarm.run_for(seed.random() * 0.3)
        swarm.run_until('all have seen the live end',
                        lambda: all(len(v.packets[0]) > 150 for v in viewers))
        for viewer in viewers:
            swarm.remove(viewer)
        swarm.run_for(0.5)
        for viewer in viewers:
            assert viewer.packets[0][0].nal == 24, 'it starts with the parameter sets'
            assert viewer.packets[0][1].nal == 5, 'and a key frame'
            assert set(viewer.rtp_info) == {0, 1}
            assert_true_rtp_info(viewer)
            for track in (0, 1):
                assert_continuous(viewer.packets[track])
                assert_stretch_of(direct.packets[track], viewer.packets[track])
            viewer.close()
        first.close()
        direct.close()


def test_the_first_packet_leaves_at_once(tmp_path):
    """The origin is frozen: what a newcomer gets can only come from the tape."""
    with Origin(group=50) as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        first = Client(gateway.url('cam1')).start()
        swarm = Swarm([first])
        swarm.run_until('two groups have come', lambda: sum(
            p.nal == 24 for p in first.packets[0]) >= 2)
        origin.freeze()
        viewers = [Client(gateway.url('cam1'), t).start() for t in ('udp', 'tcp')]
        for viewer in viewers:
            swarm.add(viewer)
        swarm.run_until('there is a picture', lambda: all(
            len(v.packets[0]) > 10 for v in viewers))
        for viewer in viewers:
            assert viewer.packets[0][0].nal == 24
        origin.thaw()
        for viewer in (first, *viewers):
            viewer.close()


@pytest.mark.parametrize('join, is_key', [('nextKeyFrame', True), ('live', False)])
def test_join_from(tmp_path, join, is_key):
    with Origin(group=50) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'joinFrom': join}}) as gateway:
        direct = Client(origin.url).start()
        swarm = Swarm([direct])
        first = Client(gateway.url('cam1')).start()
        swarm.add(first)
        keys = sum(p.nal == 24 for p in direct.packets[0])
        swarm.run_until('a key frame, and some of its group, has come', lambda: (
            sum(p.nal == 24 for p in direct.packets[0]) > keys + 1 and
            direct.packets[0][-1].nal not in KEY))
        count = len(direct.packets[0])
        viewer = Client(gateway.url('cam1')).start()
        swarm.add(viewer)
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 20)
        swarm.remove(viewer)
        swarm.run_for(0.5)
        hashes = [p.hash for p in direct.packets[0]]
        assert hashes.index(viewer.packets[0][0].hash) >= count - 5, 'nothing of the past'
        assert (viewer.packets[0][0].nal in KEY) == is_key
        assert_true_rtp_info(viewer) if viewer.rtp_info.get(0) else None
        for client in (direct, first, viewer):
            client.close()


def test_a_cold_stream_in_the_middle_of_a_group_waits_for_the_next(tmp_path):
    with Origin(group=125) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        direct = Client(origin.url).start()
        swarm = Swarm([direct])
        swarm.run_until('a group has begun', lambda: len(direct.packets[0]) > 40 and
                        direct.packets[0][-1].nal == 1)
        viewers = [Client(gateway.url('cam1'), t).start() for t in ('udp', 'tcp')]
        for viewer in viewers:
            swarm.add(viewer)
        swarm.run_until('they play', lambda: all(len(v.packets[0]) > 20 for v in viewers))
        for viewer in viewers:
            assert [p.nal for p in viewer.packets[0][:2]] == [24, 5]
            assert_continuous(viewer.packets[0])
            viewer.close()
        direct.close()


def test_the_catch_up_is_faster_than_any_stream(tmp_path):
    """19 Mbit/s, in its first second, when nobody knows its rate: the pace follows what comes."""
    with Origin(size=1200, picture_packets=80) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'tapeSize': '4M'}}) as gateway:
        direct = Client(origin.url).start()
        first = Client(gateway.url('cam1')).start()
        swarm = Swarm([direct, first])
        swarm.run_until('there is something to catch up with', lambda: len(first.packets[0]) > 500)
        viewer = Client(gateway.url('cam1'), 'udp').start()
        swarm.add(viewer)
        swarm.run_until('it has played a while', lambda: len(direct.packets[0]) > 12000)
        lag = (direct.packets[0][-1].seq - viewer.packets[0][-1].seq) & 0xffff
        assert lag < 500 or lag > 1 << 15, f'{lag} packets behind, of 2000 a second'
        assert all(v['skipped'] == 0 for v in gateway.status()['viewers'])
        assert_continuous(viewer.packets[0])
        for client in (direct, first, viewer):
            client.close()


def test_a_group_larger_than_the_tape_plays_from_live(tmp_path):
    with Origin(group=1000, size=1200) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'tapeSize': '256K'}}) as gateway:
        first = Client(gateway.url('cam1')).start()
        swarm = Swarm([first])
        swarm.run_until('the key frame has left the tape',
                        lambda: gateway.stream('cam1')['tapeSeconds'] > 0.5 and
                        len(first.packets[0]) > 300)
        viewer = Client(gateway.url('cam1')).start()
        swarm.add(viewer)
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        assert viewer.packets[0][0].nal == 1
        assert gateway.stream('cam1')['tapeCapacity'] <= 256 * 1024
        assert_continuous(viewer.packets[0])
        for client in (first, viewer):
            client.close()


def test_packets_above_the_mtu_arrive_over_udp_in_fragments(tmp_path):
    """A TCP origin may send packets of any size; here over a loopback with an MTU of 1500."""
    if not os.environ.get('WEIR_SMALL_MTU'):  # the same test again, in a namespace of its own
        again = 'ip link set lo mtu 1500 up && "$0" -m pytest -p no:cacheprovider "$1" -k above_the'
        result = subprocess.run(['unshare', '-n', 'sh', '-c', again, sys.executable, __file__],
                                env={**os.environ, 'WEIR_SMALL_MTU': '1'}, timeout=120,
                                capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return
    path = {'sourceTransport': 'tcp'}
    with Origin(size=40000, picture_packets=1) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, **path}}) as gateway:
        viewer = Client(gateway.url('cam1'), 'udp').start()
        Swarm([viewer]).run_until('large packets come', lambda: len(viewer.packets[0]) > 20)
        assert_continuous(viewer.packets[0])
        assert gateway.status()['viewers'][0]['fragmented'] > 10
        viewer.close()
