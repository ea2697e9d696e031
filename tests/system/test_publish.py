"""Publishers: a stream that is brought (ANNOUNCE, RECORD) is watched like any other."""
import socket
import struct

import pytest

from lib.gateway import Gateway
from lib.publisher import SDP, TRANSPORTS, Publisher, all_have, close_all, live, status_of, watch
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.wait import until


@pytest.mark.must('R1', 'R3', 'T5')
@pytest.mark.parametrize('transport', TRANSPORTS)
def test_what_is_published_arrives_bit_for_bit(tmp_path, transport):
    with Gateway(tmp_path, live()) as gateway:
        publisher = Publisher(gateway.url('live'), transport).start()
        viewers, swarm = watch(gateway)
        publisher.play(swarm, 'both watch', all_have(viewers, 300))
        for viewer in viewers:
            for track in (0, 1):
                assert_stretch_of(publisher.sent[track], viewer.packets[track])
                assert_continuous(viewer.packets[track])
            assert viewer.rtcp[0], 'sender reports pass'
        publisher.play(swarm, 'the publisher gets a report on each track',
                       lambda: publisher.rtcp[0] and publisher.rtcp[1])
        report = publisher.rtcp[0][0]
        assert report[1] == 201 and struct.unpack_from('>I', report, 8)[0] == \
            publisher.tracks[0].ssrc
        stream = gateway.stream('live')
        host, port = publisher.socket.getsockname()
        assert stream['source'] == f'publisher {host}:{port}'
        assert stream['transport'] == transport and stream['lost'] == 0
        close_all(*viewers)
        assert publisher.teardown().status == 200
        until('the stream ends with it', lambda: not gateway.status()['streams'])
        publisher.vanish()


@pytest.mark.must('R9')
@pytest.mark.parametrize('transport', TRANSPORTS)
def test_viewers_stay_when_a_publisher_dies_and_comes_back(tmp_path, transport):
    with Gateway(tmp_path, live(sourceTimeout='1s')) as gateway:
        first = Publisher(gateway.url('live'), transport).start()
        viewers, swarm = watch(gateway)
        first.play(swarm, 'both watch', all_have(viewers, 100))
        first.vanish()
        until('it is missed', lambda: gateway.stream('live')['state'] == 'waiting')
        assert status_of(gateway, 'live') == 200, 'the stream is kept, and described'
        second = Publisher(gateway.url('live'), transport).start()
        counts = [len(v.packets[0]) for v in viewers]
        second.play(swarm, 'both watch on', all_have(viewers, max(counts) + 100))
        for viewer in viewers:
            for track in (0, 1):
                assert_continuous(viewer.packets[track])
        stream = gateway.stream('live')
        assert stream['pulls'] == 2 and stream['splices'] >= 2 and stream['viewers'] == 2
        close_all(*viewers, second)


@pytest.mark.must('A2')
def test_a_second_publisher_is_refused(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        first = Publisher(gateway.url('live'))
        assert first.announce().status == 200, 'the place is taken from here on'
        second = Publisher(gateway.url('live'))
        assert second.announce().status == 503
        close_all(first)
        until('the place is free', lambda: second.announce().status == 200)
        close_all(second)
        first = Publisher(gateway.url('live')).start()
        second = Publisher(gateway.url('live'), 'udp')
        assert second.announce().status == 503
        assert second.setup(0).status == 461, 'it has announced nothing'
        viewers, swarm = watch(gateway)
        first.play(swarm, 'the first one is watched', all_have(viewers, 50))
        close_all(*viewers, first, second)


def test_a_second_publisher_takes_over_where_it_may(tmp_path):
    with Gateway(tmp_path, live(overridePublisher=True)) as gateway:
        first = Publisher(gateway.url('live')).start()
        viewers, swarm = watch(gateway)
        first.play(swarm, 'both watch', all_have(viewers, 100))
        second = Publisher(gateway.url('live'), 'udp').start()
        until('the first one is told', lambda: first.poll() or first.is_ended)
        counts = [len(v.packets[0]) for v in viewers]
        second.play(swarm, 'both watch on', all_have(viewers, max(counts) + 100))
        for viewer in viewers:
            assert_continuous(viewer.packets[0])
        close_all(*viewers, first, second)


def test_one_with_other_tracks_begins_anew(tmp_path):
    with Gateway(tmp_path, live(overridePublisher=True)) as gateway:
        first = Publisher(gateway.url('live')).start()
        viewers, swarm = watch(gateway)
        first.play(swarm, 'both watch', all_have(viewers, 30))
        second = Publisher(gateway.url('live')).start(SDP.replace('RTP/AVP 0', 'RTP/AVP 8'))
        swarm.run_until('viewers of the first are told', lambda: viewers[0].is_ended and
                        any(p[9] == 203 for p in viewers[1].rtcp[0] if len(p) > 9))
        assert b'RTP/AVP 8' in Client(gateway.url('live')).describe().body
        close_all(*viewers, first, second)


@pytest.mark.parametrize('transport', TRANSPORTS)
def test_one_that_falls_silent_is_sent_away(tmp_path, transport):
    with Gateway(tmp_path, live(sourceTimeout='1s', keepViewers='1s')) as gateway:
        publisher = Publisher(gateway.url('live'), transport).start()
        viewers, swarm = watch(gateway)
        publisher.play(swarm, 'both watch', all_have(viewers, 30))
        until('it is sent away', lambda: publisher.poll() or publisher.is_ended)
        swarm.run_until('its viewers go after keepViewers', lambda: viewers[0].is_ended)
        until('the stream ends', lambda: not gateway.status()['streams'])
        assert status_of(gateway, 'live') == 404
        close_all(*viewers, publisher)


def test_a_pause_is_a_pause(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        publisher = Publisher(gateway.url('live')).start()
        viewers, swarm = watch(gateway)
        publisher.play(swarm, 'both watch', all_have(viewers, 50))
        assert publisher.request('PAUSE').status == 200
        before = gateway.stream('live')['inPackets']
        for _ in range(5):
            publisher.send_raw(0, b'\x80\x60' + bytes(30))
        assert publisher.request('OPTIONS').status == 200
        assert gateway.stream('live')['inPackets'] == before
        assert publisher.record().status == 200
        counts = [len(v.packets[0]) for v in viewers]
        publisher.play(swarm, 'both watch on', all_have(viewers, max(counts) + 50))
        for viewer in viewers:
            assert_continuous(viewer.packets[0])
        close_all(*viewers, publisher)


@pytest.mark.must('R6')
@pytest.mark.parametrize('transport', TRANSPORTS)
def test_a_long_pause_ends_it(tmp_path, transport):
    """So long that a report to it was due: the first comes after 3.75 s at the latest."""
    with Gateway(tmp_path, live(sourceTimeout='5s')) as gateway:
        publisher = Publisher(gateway.url('live'), transport).start()
        assert publisher.request('PAUSE').status == 200
        until('it is sent away', lambda: publisher.poll() or publisher.is_ended)
        until('the stream ends', lambda: not gateway.status()['streams'])
        publisher.vanish()


@pytest.mark.must('S5', 'S6')
def test_media_over_udp_is_a_sign_of_life(tmp_path):
    with Gateway(tmp_path, live(), sessionTimeout='1s') as gateway:
        publisher = Publisher(gateway.url('live'), 'udp').start()
        publisher.socket.close()
        publisher.socket = socket.socket()  # it is alone with its media
        swarm = Swarm()
        publisher.poll = lambda: None
        publisher.play(swarm, 'its connection is gone',
                       lambda: gateway.status()['gateway']['connections'] == 0)
        viewers = [Client(gateway.url('live')).start()]
        swarm.add(viewers[0])
        start = viewers[0].packets[0]
        publisher.play(swarm, 'two timeouts pass', lambda: start and
                       start[-1].at - start[0].at > 2.5)
        assert_continuous(start)
        assert gateway.status()['gateway']['expired'] == 0
        publisher.vanish()
        close_all(*viewers)
        until('without media it ends', lambda: not gateway.status()['streams'])


def test_a_pattern_may_be_published_to(tmp_path):
    with Gateway(tmp_path, {r'~^studio/[a-z]+$': {'source': 'publisher'}}) as gateway:
        publisher = Publisher(gateway.url('studio/a')).start()
        assert gateway.stream('studio/a')['state'] == 'live'
        assert status_of(gateway, 'studio/b') == 404
        other = Publisher(gateway.url('studio/9'))
        assert other.announce().status == 404
        close_all(publisher, other)
