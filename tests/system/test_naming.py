"""Origins that a client names itself: as to a proxy, or in a path of the gateway's."""
import re

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.programs import ffmpeg, gst_origin, gstreamer
from lib.rtsp import Client, Swarm

LOOPBACK = ['127.0.0.0/8:*']


class Named(Client):
    """Connects to the gateway and asks for what stands in another URL."""

    def __init__(self, gateway, url, transport='tcp'):
        super().__init__(gateway.url(''), transport)
        self.url = url


def ask(gateway, url, method='DESCRIBE'):
    client = Named(gateway, url)
    reply = client.request(method)
    client.close()
    return reply


def test_all_forms_of_an_origin_are_one_stream(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        host = f'127.0.0.1:{origin.port}'
        urls = [f'rtsp://{host}/live', f'RTSP://{host}/live/', gateway.url(f'rtsp/{host}/live'),
                f'/rtsp/{host}/live', f'rtsp://[::ffff:127.0.0.1]:{origin.port}/live']
        viewers = [Named(gateway, url, transport).start()
                   for url in urls for transport in ('tcp', 'udp')]
        swarm = Swarm(viewers)
        swarm.run_until('all play', lambda: all(len(v.packets[0]) > 20 for v in viewers))
        assert [s['name'] for s in gateway.status()['streams']] == [f'rtsp://{host}/live']
        assert origin.stats()['playing'] == 1
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('L4', 'L1')
def test_the_client_finds_its_own_spelling_in_the_answers(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        host = f'127.0.0.1:{origin.port}'
        for url in (f'rtsp://{host}/live', f'rtsp://{host}/live?a=b',
                    gateway.url(f'rtsp/{host}/live')):
            viewer = Named(gateway, url)
            reply = viewer.describe()
            assert reply.headers['content-base'] == url + '/'
            control = f'{url}/trackID=0' if '?' in url else 'trackID=0'
            assert f'a=control:{control}\r\n'.encode() in reply.body
            assert viewer.setup(0).status == 200
            reply = viewer.play()
            assert re.search('url=([^;]+)', reply.headers['rtp-info'])[1] == f'{url}/trackID=0'
            viewer.close()
        viewer = Named(gateway, f'rtsp://127.0.0.1:{origin.port}/live?a=b')
        assert viewer.describe().status == 200
        url = f'rtsp://127.0.0.1:{origin.port}/live/trackID=0?a=b/'
        transport = 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1'
        reply = viewer.request('SETUP', url, [transport])
        assert reply.status == 200
        viewer.session = reply.headers['session'].split(';')[0]
        viewer.channels = {0: (0, False), 1: (0, True)}
        assert re.search('url=([^;]+)', viewer.play().headers['rtp-info'])[1] == url
        viewer.close()


def test_set_up_in_another_form_is_the_same_stream(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        viewer = Named(gateway, f'rtsp://127.0.0.1:{origin.port}/live')
        assert viewer.describe().status == 200
        assert viewer.setup(0).status == 200
        viewer.url = gateway.url(f'rtsp/127.0.0.1:{origin.port}/live')
        assert viewer.setup(1).status == 200
        viewer.url = gateway.url(f'rtsp/127.0.0.1:{origin.port}/other')
        assert viewer.setup(1).status == 459
        viewer.close()


def test_a_query_makes_another_stream_and_is_not_shown(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        url = f'rtsp://127.0.0.1:{origin.port}/live'
        viewers = [Named(gateway, url + query).start()
                   for query in ('', '?token=canary1', '?token=canary2', '?token=canary1')]
        names = [s['name'] for s in gateway.status()['streams']]
        assert len(names) == 3 and len(set(names)) == 3
        assert origin.stats()['playing'] == 3
        assert 'canary' not in str(gateway.status())
        assert 'canary' not in gateway.log.read_text()
        for viewer in viewers:
            viewer.close()


def test_what_is_ours_stays_ours(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}, origins=LOOPBACK,
                                     hostNames=['gw.example.com']) as gateway:
        for url in (gateway.url('cam1'), f'rtsp://localhost:{gateway.port}/cam1', '/cam1',
                    'rtsp://GW.Example.com/cam1', 'rtsp://gw.example.com:99/cam1',
                    'rtsp://unknown.example.com/cam1', 'rtsp://viewer:pw@unknown.example.com/cam1'):
            assert ask(gateway, url).status == 200, url
        assert [s['name'] for s in gateway.status()['streams']] == ['cam1']
        for url in (gateway.url('cam2'), f'rtsp://localhost:{gateway.port}/cam2', '/cam2',
                    'rtsp://gw.example.com/cam2',
                    gateway.url(f'rtsp://127.0.0.1:{origin.port}/live')):
            assert ask(gateway, url).status == 404, url
        assert ask(gateway, 'rtsp://unknown.example.com/cam2').status == 403
        assert ask(gateway, 'rtsp://unknown.example.com/', 'OPTIONS').status == 200


@pytest.mark.must('A5')
def test_nothing_is_reached_that_is_not_listed(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}) as gateway:
        host = f'127.0.0.1:{origin.port}'
        for url in (f'rtsp://{host}/live', gateway.url(f'rtsp/{host}/live'), f'/rtsp/{host}/live'):
            before = gateway.status()['gateway']['refused']
            reply = ask(gateway, url + '?token=canary')
            assert reply.status == 403
            assert gateway.status()['gateway']['refused'] == before + 1
        log = gateway.log.read_text()
        assert log.count('origin_refused') == 3
        assert 'host=127.0.0.1' in log and 'canary' not in log
        assert origin.stats()['connections'] == 0


@pytest.mark.must('A5')
def test_no_credentials_go_where_a_client_points(tmp_path):
    """Neither those of the client's URL nor those the config has for its own sources."""
    with Origin(auth='basic') as origin, Gateway(
            tmp_path, {}, origins=LOOPBACK, pathDefaults={
                'sourceUser': 'viewer', 'sourcePass': 'secret', 'sourceOnDemandStartTimeout': '1s',
                'sourceOnDemandCloseAfter': '500ms'}) as gateway:
        host = f'127.0.0.1:{origin.port}'
        assert ask(gateway, f'rtsp://viewer:secret@{host}/live').status == 400
        assert ask(gateway, gateway.url(f'rtsp/viewer:secret@{host}/live')).status == 400
        assert origin.stats()['connections'] == 0
        assert ask(gateway, f'rtsp://{host}/live').status in (502, 504)
        assert origin.stats()['unauthorized'] > 0 and origin.stats()['authorized'] == 0


@pytest.mark.must('A5', 'A2')
def test_permission_goes_by_the_stream_and_not_by_its_spelling(tmp_path):
    """Nor does anybody learn what may be named who may not have it."""
    with Origin() as origin, Gateway(
            tmp_path, {'cam1': {'source': origin.url}}, origins=LOOPBACK, users=[
                {'user': 'any', 'permissions': [{'action': 'read', 'path': 'cam1'},
                                                {'action': 'read', 'path': 'rtsp/127.0.0.1/a'}]},
                {'user': 'guest', 'pass': 'secret', 'permissions': [
                    {'action': 'read', 'path': '~^rtsp://127\\.0\\.0\\.1:'}]}]) as gateway:
        host = f'127.0.0.1:{origin.port}'
        guest = 'Authorization: Basic Z3Vlc3Q6c2VjcmV0'
        for url in (f'rtsp://{host}/live', f'rtsp://{host}/cam1', gateway.url(f'rtsp/{host}/live'),
                    f'/rtsp/{host}/live', f'rtsp://[::ffff:127.0.0.1]:{origin.port}/live',
                    '/rtsp/127.0.0.1/a', '/rtsp/10.0.0.1/a', 'rtsp://unknown.example.com/a'):
            assert ask(gateway, url).status == 401, url
        assert origin.stats()['connections'] == 0
        client = Named(gateway, f'/rtsp/{host}/live')
        assert client.request('DESCRIBE', headers=[guest]).status == 200
        assert client.request('DESCRIBE', gateway.url('cam2'), [guest]).status == 403
        assert client.request('DESCRIBE', '/rtsp/10.0.0.1/a', [guest]).status == 403
        client.close()
        assert ask(gateway, gateway.url('cam1')).status == 200
        assert ask(gateway, 'rtsp://unknown.example.com/cam1').status == 200


def test_long_urls_are_answered(tmp_path):
    with Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        assert ask(gateway, 'rtsp://127.0.0.1:1/' + 'a' * 300).status == 414
        assert ask(gateway, 'rtsp://127.0.0.1:1/' + 'a' * 1900).status == 414
        assert ask(gateway, '/rtsp/127.0.0.1:1/' + 'a' * 1900).status == 414


def test_no_more_streams_than_the_config_allows(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {}, origins=LOOPBACK, maxStreams=2) as gateway:
        url = f'rtsp://127.0.0.1:{origin.port}/live?n='
        viewers = [Named(gateway, url + str(n)).start() for n in range(2)]
        assert ask(gateway, url + '2').status == 503
        assert ask(gateway, url + '1').status == 200
        for viewer in viewers:
            viewer.close()


@pytest.mark.parametrize('play, transport', [(ffmpeg, 'tcp'), (ffmpeg, 'udp'), (gstreamer, 'tcp')])
def test_programs_play_an_origin_in_a_path(tmp_path, play, transport):
    with gst_origin(tmp_path) as source, Gateway(tmp_path, {}, origins=LOOPBACK) as gateway:
        url = gateway.url('rtsp/' + source.removeprefix('rtsp://') + '?key=value')
        pictures, _, complaints = play(url, transport)
        assert pictures >= 50 and not complaints, complaints
