"""Paths by pattern: one entry of the config stands for many streams."""
import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm
from lib.wait import until


def status_of(gateway, name):
    client = Client(gateway.url(name))
    reply = client.describe()
    client.close()
    return reply.status


def test_each_name_is_a_stream_of_its_own(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            r'~^cam([0-9]+)$': {'source': f'rtsp://127.0.0.$1:{origin.port}/live'}}) as gateway:
        viewers = [Client(gateway.url('cam1')).start() for _ in range(2)]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(len(v.packets[0]) > 20 for v in viewers))
        assert gateway.stream('cam1')['source'] == f'rtsp://127.0.0.1:{origin.port}/live'
        assert gateway.stream('cam1')['viewers'] == 2
        assert origin.stats()['playing'] == 1, 'both share one session with the origin'
        for name in ('cam', 'cam1x', 'xcam1', 'cam1/2', 'cam-1', 'other'):
            assert status_of(gateway, name) == 404, name
        for viewer in viewers:
            viewer.close()
        until('the stream ends with its viewers', lambda: not gateway.status()['streams'])


def test_names_win_then_patterns_in_their_order_then_all_others(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            'all_others': {'source': f'{origin.url}/others'},
            r'~^cam': {'source': f'{origin.url}/first'},
            r'~^cam1$': {'source': f'{origin.url}/second'},
            'cam2': {'source': f'{origin.url}/exact'}}) as gateway:
        for name, kind in (('cam1', 'first'), ('cam2', 'exact'), ('hall/north', 'others')):
            viewer = Client(gateway.url(name)).start()
            assert gateway.stream(name)['source'].endswith(f'/live/{kind}')
            viewer.close()


def test_what_is_matched_stays_in_its_place(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            r'~^host/(.*)$': {'source': f'rtsp://127.0.0.$1:{origin.port}/live'},
            r'~^path/(.*)$': {'source': f'rtsp://127.0.0.1:{origin.port}/live/$1?token=k'},
            }) as gateway:
        for name in ('host/1.evil.test', 'host/1:9', 'host/1@evil', 'host/1%2f', 'host/%31%2e',
                     'host/256', 'host/0x1', 'host/01', 'host/1%00', 'host/1%0d%0a'):
            assert status_of(gateway, name) in (400, 404), name
        viewer = Client(gateway.url('path/a%3Fb%20c%25%23d')).start()
        assert gateway.stream('path/a?b c%#d')['source'].endswith('/live/a%3Fb%20c%25%23d')
        viewer.close()


def test_no_more_streams_than_the_config_allows(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            r'~^cam([0-9]+)$': {'source': f'{origin.url}/$1'},
            'exact': {'source': origin.url}}, maxStreams=3) as gateway:
        viewers = [Client(gateway.url(f'cam{i}')).start() for i in range(3)]
        assert status_of(gateway, 'cam4') == 503
        assert status_of(gateway, 'cam2') == 200, 'it is there already'
        assert status_of(gateway, 'exact') == 200, 'the config has made it'
        viewers.pop().close()
        until('one has ended', lambda: status_of(gateway, 'cam4') == 200)
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('A5')
def test_a_host_that_a_client_makes_up_needs_to_be_allowed(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            r'~^any/(.*)$': {'source': f'rtsp://$1:{origin.port}/live'}}) as gateway:
        for host in ('localhost', 'cam7'):
            assert status_of(gateway, f'any/{host}') == 403, host
        assert status_of(gateway, 'any/2130706433') == 404
        assert origin.stats()['playing'] == 0
        assert 'origin_refused' in gateway.log.read_text()
