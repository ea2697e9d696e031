"""Publishers: what they may not do, and whom it harms."""
import socket

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.publisher import SDP, TRANSPORTS, Publisher, all_have, close_all, live, status_of, watch
from lib.rtsp import Client, assert_stretch_of
from lib.wait import until


@pytest.mark.must('D5', 'F7', 'S4')
def test_what_makes_no_sense_is_refused(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {**live(), 'cam1': {'source': origin.url}}) as gateway:
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
        close_all(viewer, client)


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


def test_one_that_does_not_record_keeps_the_place_for_ten_seconds(tmp_path):
    with Gateway(tmp_path, live()) as gateway:
        publisher = Publisher(gateway.url('live'), 'udp')
        assert publisher.announce().status == 200 and publisher.setup(0).status == 200
        until('it is sent away', lambda: publisher.poll() or publisher.is_ended)
        assert not gateway.status()['streams']
        publisher.vanish()


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
        close_all(*viewers, publisher)


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
        close_all(*viewers, mad_viewer, mad, publisher)
