"""Publishers: a stream that is brought (ANNOUNCE, RECORD) is watched like any other."""
import socket
import struct

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.publisher import SDP, Publisher
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.wait import until

TRANSPORTS = ['tcp', 'udp']


def live(**keys):
    return {'live': {'source': 'publisher', **keys}}


def status_of(gateway, name):
    client = Client(gateway.url(name))
    reply = client.describe()
    client.close()
    return reply.status


def watch(gateway):
    """A viewer over each transport, and who reads for them."""
    viewers = [Client(gateway.url('live'), transport).start() for transport in TRANSPORTS]
    return viewers, Swarm(viewers)


def all_have(viewers, count):
    return lambda: all(len(v.packets[0]) >= count and len(v.packets[1]) >= count // 3
                       for v in viewers)


def close(*clients):
    for client in clients:
        client.close()


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
        close(*viewers)
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
        close(*viewers, second)


@pytest.mark.must('A2')
def test_a_second_publisher_is_refused(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        first = Publisher(gateway.url('live'))
        assert first.announce().status == 200, 'the place is taken from here on'
        second = Publisher(gateway.url('live'))
        assert second.announce().status == 503
        close(first)
        until('the place is free', lambda: second.announce().status == 200)
        close(second)
        first = Publisher(gateway.url('live')).start()
        second = Publisher(gateway.url('live'), 'udp')
        assert second.announce().status == 503
        assert second.setup(0).status == 461, 'it has announced nothing'
        viewers, swarm = watch(gateway)
        first.play(swarm, 'the first one is watched', all_have(viewers, 50))
        close(*viewers, first, second)


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
        close(*viewers, first, second)


def test_one_with_other_tracks_begins_anew(tmp_path):
    with Gateway(tmp_path, live(overridePublisher=True)) as gateway:
        first = Publisher(gateway.url('live')).start()
        viewers, swarm = watch(gateway)
        first.play(swarm, 'both watch', all_have(viewers, 30))
        second = Publisher(gateway.url('live')).start(SDP.replace('RTP/AVP 0', 'RTP/AVP 8'))
        swarm.run_until('viewers of the first are told', lambda: viewers[0].is_ended and
                        any(p[9] == 203 for p in viewers[1].rtcp[0] if len(p) > 9))
        assert b'RTP/AVP 8' in Client(gateway.url('live')).describe().body
        close(*viewers, first, second)


@pytest.mark.must('D5', 'F7', 'S4')
def test_what_makes_no_sense_is_refused(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {**live(), 'cam1': {'source': origin.url}}) as gateway:
        client = Publisher(gateway.url('live'))
        assert client.record().status == 454, 'nothing was announced'
        assert client.setup(0).status == 461
        for sdp, headers, status in (
                ('', ['Content-Type: application/sdp'], 400),
                ('no description', ['Content-Type: application/sdp'], 400),
                ('v=0\r\nm=video', ['Content-Type: application/sdp'], 400),
                ('m=audio 0 RTP/AVP 0\n' * 33, ['Content-Type: application/sdp'], 413),
                (SDP, ['Content-Type: text/html'], 415), (SDP, [], 415)):
            assert client.announce(sdp, headers).status == status, sdp
        client.url = gateway.url('nothing')
        assert client.announce().status == 404
        client.url = gateway.url('cam1')
        reply = client.announce()
        assert reply.status == 405 and 'ANNOUNCE' not in reply.headers['allow']
        assert not gateway.stream('cam1'), 'nothing was pulled for it'
        client.url = gateway.url('live')
        assert client.announce().status == 200
        url, tcp = f'{client.url}/streamid=0', 'Transport: RTP/AVP/TCP;interleaved=0-1'
        assert client.request('SETUP', f'{client.url}/streamid=7', [tcp]).status == 404
        assert client.request('SETUP', url, [tcp + ';destination=192.0.2.1']).status == 403
        assert client.request('SETUP', url, ['Transport: RTP/AVP;multicast']).status == 461
        assert client.setup(0).status == 200
        assert client.request('PLAY').status == 455
        assert client.announce().status == 455
        assert client.record().status == 200
        viewer = Client(gateway.url('cam1')).start()
        reply = viewer.request('RECORD')
        assert reply.status == 455 and 'RECORD' not in reply.headers['allow']
        close(viewer, client)


@pytest.mark.must('F7')
def test_without_a_published_path_nothing_is_offered(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        client = Publisher(gateway.url('cam1'))
        assert client.announce().status == 405
        assert client.record().status == 405
        assert 'ANNOUNCE' not in client.request('OPTIONS').headers['public']
        client.close()


def test_who_asks_while_nobody_publishes_need_not_wait(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        assert status_of(gateway, 'live') == 404
        publisher = Publisher(gateway.url('live'))
        assert publisher.announce().status == 200
        viewer = Client(gateway.url('live'))
        viewer.send(viewer.text('DESCRIBE', headers=['Accept: application/sdp']))
        until('it waits', lambda: gateway.status()['gateway']['connections'] == 2)
        publisher.vanish()
        assert viewer.reply().status == 404, 'what it waited for does not come'
        viewer.close()


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
        close(*viewers, publisher)


def test_one_that_does_not_record_keeps_the_place_for_ten_seconds(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        publisher = Publisher(gateway.url('live'), 'udp')
        assert publisher.announce().status == 200 and publisher.setup(0).status == 200
        until('it is sent away', lambda: publisher.poll() or publisher.is_ended)
        assert not gateway.status()['streams']
        publisher.vanish()


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
        close(*viewers, publisher)


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
        close(*viewers)
        until('without media it ends', lambda: not gateway.status()['streams'])


@pytest.mark.must('A6')
def test_strangers_cannot_send_for_it(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        publisher = Publisher(gateway.url('live'), 'udp').start()
        viewers, swarm = watch(gateway)
        publisher.play(swarm, 'both watch', all_have(viewers, 30))
        for host in ('127.0.0.2', '127.0.0.1'):  # another host; another port of the same
            stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            stranger.bind((host, 0))
            for _, ports in publisher.ports.values():
                for port in ports:
                    stranger.sendto(b'\x80\x60' + bytes(30), ('127.0.0.1', port))
            stranger.close()
        publisher.play(swarm, 'both watch on', all_have(viewers, 200))
        for viewer in viewers:
            assert_stretch_of(publisher.sent[0], viewer.packets[0])
        assert gateway.stream('live')['invalid'] == 0
        close(*viewers, publisher)


@pytest.mark.must('A4', 'R7')
@pytest.mark.parametrize('transport', TRANSPORTS)
def test_what_a_publisher_breaks_is_its_own(tmp_path, seed, transport):
    paths = {**live(), 'mad': {'source': 'publisher'}}
    with Gateway(tmp_path, paths) as gateway:
        publisher = Publisher(gateway.url('live')).start()
        mad = Publisher(gateway.url('mad'), transport).start()
        viewers, swarm = watch(gateway)
        mad_viewer = Client(gateway.url('mad')).start()
        publisher.play(swarm, 'both watch', all_have(viewers, 20))

        def rave():
            for _ in range(20):
                packet = seed.randbytes(seed.choice([0, 1, 11, 12, 40, 1400, 60000]))
                mad.send_raw(seed.randrange(2), packet, seed.randrange(2))
                mad.send_raw(0, b'\x80\x60' + packet)
            return all_have(viewers, 600)()
        publisher.play(swarm, 'both watch on', rave)
        for viewer in viewers:
            assert_stretch_of(publisher.sent[0], viewer.packets[0])
        assert gateway.stream('mad')['invalid'] > 0
        close(*viewers, mad_viewer, mad, publisher)


def test_a_pattern_may_be_published_to(tmp_path):
    with Gateway(tmp_path, {r'~^studio/[a-z]+$': {'source': 'publisher'}}) as gateway:
        publisher = Publisher(gateway.url('studio/a')).start()
        assert gateway.stream('studio/a')['state'] == 'live'
        assert status_of(gateway, 'studio/b') == 404
        other = Publisher(gateway.url('studio/9'))
        assert other.announce().status == 404
        close(publisher, other)
