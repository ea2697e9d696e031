"""The virtual client (D2): what origins do to us, and what the viewers see of it: nothing."""
import re

import pytest

from lib.gateway import Gateway, free_port
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

BOTH = ('udp', 'tcp')


def play_both(gateway, swarm):
    viewers = [Client(gateway.url('cam1'), transport).start() for transport in BOTH]
    for viewer in viewers:
        swarm.add(viewer)
    swarm.run_until('both play', lambda: all(len(v.packets[0]) > 50 for v in viewers))
    return viewers


def assert_played_on(viewers):
    for viewer in viewers:
        for track in (0, 1):
            assert_continuous(viewer.packets[track])
        viewer.close()


@pytest.mark.parametrize('pull', BOTH)
def test_killed_and_restarted_with_new_numbers(tmp_path, pull):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'sourceTransport': pull}}) as gateway:
        swarm = Swarm()
        viewers = play_both(gateway, swarm)
        origin.kill()
        swarm.run_for(3)
        counts = [len(v.packets[0]) for v in viewers]
        origin.options['seq'] = 1000
        origin.start()
        swarm.run_until('the media goes on', lambda: all(
            len(v.packets[0]) > count + 100 for v, count in zip(viewers, counts)))
        assert gateway.stream('cam1')['splices'] == 2, 'one for each track'
        assert origin.stats()['playing'] == 1
        assert_played_on(viewers)


def test_frozen_for_eight_seconds(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        swarm = Swarm()
        viewers = play_both(gateway, swarm)
        origin.freeze()
        swarm.run_for(8)
        counts = [len(v.packets[0]) for v in viewers]
        origin.thaw()
        swarm.run_until('the media goes on', lambda: all(
            len(v.packets[0]) > count + 100 for v, count in zip(viewers, counts)))
        until('the old session is gone', lambda: origin.stats()['playing'] == 1)
        assert_played_on(viewers)


def test_same_numbers_after_a_short_loss_of_the_connection_pass_unspliced(tmp_path):
    """Another session with the same encoder: its numbers go on, and so do ours, with a gap."""
    with Origin(seed=1) as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                               'sourceTransport': 'tcp',
                                                               'sourceTimeout': '1s'}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        origin.freeze()
        swarm.run_until('the source is given up',
                        lambda: gateway.stream('cam1')['state'] == 'waiting')
        origin.thaw()
        count = len(viewer.packets[0])
        swarm.run_until('it goes on', lambda: len(viewer.packets[0]) > count + 50)
        assert gateway.stream('cam1')['splices'] == 0
        viewer.close()


def test_gone_for_good_viewers_are_told(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'keepViewers': '2s'}}) as gateway:
        swarm = Swarm()
        viewers = play_both(gateway, swarm)
        origin.kill()
        swarm.run_until('the sessions end', lambda: all(v.is_ended for v in viewers))
        for viewer in viewers:
            byes = [p for track in (0, 1) for p in viewer.rtcp[track] if b'\x81\xcb\x00\x01' in p]
            assert len(byes) == 2, 'a BYE for each track'
            viewer.close()


def test_back_with_other_tracks_viewers_are_told_and_newcomers_served(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        swarm = Swarm()
        viewers = play_both(gateway, swarm)
        origin.kill()
        origin.options['sound'] = 8
        origin.start()
        swarm.run_until('the sessions end', lambda: all(v.is_ended for v in viewers))
        newcomer = Client(gateway.url('cam1'))
        assert b'RTP/AVP 8' in newcomer.describe().body
        newcomer.close()
        newcomer = Client(gateway.url('cam1')).start()
        Swarm([newcomer]).run_until('it plays', lambda: len(newcomer.packets[1]) > 50)
        assert_continuous(newcomer.packets[1])
        for client in (newcomer, *viewers):
            client.close()


def test_who_asks_while_the_origin_is_away_is_served_when_it_returns(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        origin.kill()
        viewer = Client(gateway.url('cam1'))
        viewer.send(viewer.text('DESCRIBE'))
        until('the gateway has tried', lambda: 'source_failed' in gateway.log.read_text())
        origin.start()
        assert viewer.reply().status == 200
        viewer.close()


@pytest.mark.parametrize('what, options, status', [
    ('not found', {'status': '404 Not Found'}, 404),
    ('forbidden', {'status': '403 Forbidden'}, 403),
    ('broken', {'status': '400 Bad Request'}, 502),
    ('silent', {'mute': True}, 504),
    ('wrong password', {'auth': 'digest', 'password': 'other'}, 502),
])
def test_a_refusal_is_answered(tmp_path, what, options, status):
    with Origin(**options) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret'),
                                        'sourceOnDemandStartTimeout': '2s'}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == status
        viewer.close()


def test_a_host_that_does_not_resolve(tmp_path):
    with Gateway(tmp_path, {'cam1': {'source': 'rtsp://nowhere.invalid/x',
                                     'sourceOnDemandStartTimeout': '2s'}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status in (502, 504)
        viewer.close()


@pytest.mark.parametrize('auth', ['basic', 'digest', 'digest-sha256'])
@pytest.mark.parametrize('beside', [False, True])
def test_credentials(tmp_path, auth, beside):
    secret = 'c@nary:p/w'
    with Origin(auth=auth, password=secret) as origin:
        path = {'source': origin.url_with('viewer', 'c%40nary%3Ap%2Fw') + '?token=canary'}
        if beside:
            path = {'source': origin.url + '?token=canary', 'sourceUser': 'viewer',
                    'sourcePass': secret}
        with Gateway(tmp_path, {'cam1': path}) as gateway:
            viewer = Client(gateway.url('cam1')).start()
            Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 10)
            assert origin.stats()['unauthorized'] == 1, 'asked once, told ever after'
            shown = gateway.log.read_text() + str(gateway.status()) + gateway.errors.read_text()
            with open(f'/proc/{gateway.process.pid}/cmdline') as f:
                shown += f.read()
            viewer.close()
        assert not re.search(r'c@nary|c%40nary|canary|Yy5AbmFye', shown)


@pytest.mark.parametrize('control', ['relative', 'absolute', 'slash', 'query'])
def test_forms_of_control(tmp_path, control):
    with Origin(control=control) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('both tracks play', lambda: all(
            len(viewer.packets[t]) > 10 for t in (0, 1)))
        viewer.close()


@pytest.mark.parametrize('public, method', [
    ('OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER', 'GET_PARAMETER'),
    ('OPTIONS, DESCRIBE, SETUP, PLAY', 'OPTIONS'),
])
def test_keep_alive_in_the_way_the_origin_understands(tmp_path, public, method):
    with Origin(timeout=2, public=public) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('three keep-alives came', lambda: (
            origin.stats()['methods'].get(method, 0) >= 3 + (method == 'OPTIONS')))
        viewer.close()


@pytest.mark.parametrize('options, transport', [
    ({}, 'udp'), ({'udp': False}, 'tcp'), ({'silent_udp': True}, 'tcp'),
])
def test_auto_tries_udp_then_tcp(tmp_path, options, transport):
    with Origin(**options) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        assert gateway.stream('cam1')['transport'] == transport
        assert_continuous(viewer.packets[0])
        viewer.close()


@pytest.mark.parametrize('pull', BOTH)
def test_receiver_reports_are_our_own_and_one_for_all(tmp_path, pull):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'sourceTransport': pull}}) as gateway:
        viewers = [Client(gateway.url('cam1'), t).start() for t in BOTH]
        swarm = Swarm(viewers)
        swarm.run_until('reports came', lambda: len(origin.stats()['rr']) >= 2)
        assert all(r['lost'] == 0 and r['fraction'] == 0 for r in origin.stats()['rr'])
        for viewer in viewers:
            viewer.close()


def test_a_stream_nobody_watches_is_closed_politely(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        viewer.close()
        until('the origin is told', lambda: origin.stats()['clean_ends'] == 1)
        until('and the stream is gone', lambda: gateway.stream('cam1') is None)


def test_a_dead_source_hurts_no_other(tmp_path):
    nobody = f'rtsp://127.0.0.1:{free_port()}/x'
    with Origin() as origin, Gateway(tmp_path, {
            'cam1': {'source': origin.url},
            'dead': {'source': nobody, 'sourceOnDemandStartTimeout': '3s'}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        other = Client(gateway.url('dead'))
        other.send(other.text('DESCRIBE'))
        swarm = Swarm([viewer, other])
        swarm.run_until('the dead one is answered', lambda: other.replies)
        assert other.replies[0].status == 504
        assert_continuous(viewer.packets[0])
        for client in (viewer, other):
            client.close()
