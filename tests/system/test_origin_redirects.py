"""Redirects (P9, A4, A5): followed, but not for ever, not everywhere, and without credentials."""
import contextlib
import re

import pytest

from lib.gateway import Gateway, free_port
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

MUST = pytest.mark.must


def start(gateway, transport='tcp'):
    viewer = Client(gateway.url('cam1'), transport).start()
    swarm = Swarm([viewer])
    swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 20)
    return viewer, swarm


@MUST('P9')
@pytest.mark.parametrize('status', ['301 Moved Permanently', '302 Found', '303 See Other',
                                    '305 Use Proxy', '307 Temporary Redirect'])
def test_describe_may_lead_elsewhere(tmp_path, status):
    with Origin() as there, Origin(move={'DESCRIBE': there.url}, move_status=status) as here, \
            Gateway(tmp_path, {'cam1': {'source': here.url}}) as gateway:
        viewer, _ = start(gateway)
        assert_continuous(viewer.packets[0])
        assert there.stats()['playing'] == 1 and here.stats()['playing'] == 0
        assert gateway.stream('cam1')['moves'] == 1
        viewer.close()


@MUST('P9')
@pytest.mark.parametrize('step', ['OPTIONS', 'SETUP', 'PLAY', 'GET_PARAMETER'])
def test_any_step_may_lead_elsewhere(tmp_path, step):
    with Origin() as there, Origin(move={step: there.url}, timeout=2) as here, \
            Gateway(tmp_path, {'cam1': {'source': here.url}}) as gateway:
        viewer, swarm = start(gateway)
        until('it has moved', lambda: there.stats()['playing'] == 1)
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 50)
        assert_continuous(viewer.packets[0])
        assert here.stats()['sessions'] == 0, 'the session there has ended'
        viewer.close()


def chain(hops):
    return {'DESCRIBE': {f'/{i or "live"}': f'/{i + 1}' for i in range(hops)}}


@MUST('P9')
@pytest.mark.parametrize('hops, is_followed', [(5, True), (6, False)])
def test_five_in_a_row_and_no_more(tmp_path, hops, is_followed):
    with Origin(move=chain(hops)) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == (200 if is_followed else 502)
        assert origin.stats()['methods']['DESCRIBE'] == 6
        assert is_followed or 'redirects without an end' in gateway.log.read_text()
        viewer.close()


@MUST('P9')
@pytest.mark.parametrize('move', [
    {'/live': '/live'}, {'/live': '/other', '/other': '/live'}])
def test_circles_are_seen(tmp_path, move):
    with Origin(move={'DESCRIBE': move}) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == 502
        assert origin.stats()['methods']['DESCRIBE'] == len(move)
        assert 'redirects in a circle' in gateway.log.read_text()
        viewer.close()


@MUST('P9')
@pytest.mark.parametrize('target, reason', [
    ('rtsp://127.0.0.2:{port}/live', 'not among the origins'),
    ('rtsp://localhost:{port}/live', 'not among the origins'),
    ('rtsp://2130706433:{port}/live', 'neither a plain address'),
    ('rtsp://0x7f.1:{port}/live', 'neither a plain address'),
    ('rtsp://[::1]:{port}/live', 'not among the origins'),
    ('rtsp://[::ffff:127.0.0.1]:{port}/live', 'not among the origins'),
    ('rtsp://0:{port}/live', 'neither a plain address'),
    ('rtsp://169.254.169.254/latest', 'not among the origins'),
    ('rtsps://127.0.0.1:{port}/live', 'rtsps'),
    ('http://127.0.0.1:{port}/live', 'no RTSP URL'),
    ('//127.0.0.1:{port}/live', 'no RTSP URL'),
    ('', '302'),
])
def test_where_a_redirect_may_not_lead(tmp_path, target, reason):
    """The other origin listens everywhere the target could mean; nobody comes."""
    with Origin(host='::') as there, Origin() as here, \
            Gateway(tmp_path, {'cam1': {'source': here.url}}) as gateway:
        here.change(move={'DESCRIBE': target.format(port=there.port) or ' '})
        viewer = Client(gateway.url('cam1'))
        viewer.send(viewer.text('DESCRIBE'))
        until('it is told', lambda: 'source_failed' in gateway.log.read_text())
        assert viewer.reply().status == 502
        assert reason in gateway.log.read_text()
        assert there.stats()['connections'] == 0
        viewer.close()


@MUST('P9')
@pytest.mark.parametrize('auth', ['basic', 'digest', None])
def test_credentials_stay_where_they_belong(tmp_path, auth):
    """Another port is another place: it gets no credentials, however it asks."""
    with Origin(auth=auth) as there, Origin(auth='basic', move={'DESCRIBE': there.url}) as here, \
            Gateway(tmp_path, {'cam1': {'source': here.url_with('viewer', 'secret')}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == (502 if auth else 200)
        assert here.stats()['authorized'] == 1, 'the redirect itself was behind a password'
        assert there.stats()['authorizations'] == 0
        viewer.close()


@MUST('P9')
def test_credentials_go_along_on_the_same_host_and_port(tmp_path):
    with Origin(auth='digest', move=chain(2)) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret')}}) as gateway:
        viewer, _ = start(gateway)
        viewer.close()


@MUST('P9')
@pytest.mark.parametrize('pull', ['tcp', 'udp'])
def test_a_redirect_while_it_plays_keeps_the_viewers(tmp_path, pull):
    with Origin() as there, Origin() as here, Gateway(tmp_path, {
            'cam1': {'source': here.url, 'sourceTransport': pull}}) as gateway, \
            contextlib.ExitStack() as stack:
        viewers = [stack.enter_context(contextlib.closing(Client(gateway.url('cam1'), t).start()))
                   for t in ('tcp', 'udp')]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(len(v.packets[0]) > 50 for v in viewers))
        here.say(f'REDIRECT * RTSP/1.0\r\nCSeq: 9\r\nLocation: {there.url}\r\n'
                 'Range: clock=20260101T000000Z-\r\n\r\n')
        swarm.run_until('it has moved', lambda: there.stats()['playing'] == 1)
        counts = [len(v.packets[0]) for v in viewers]
        swarm.run_until('both play on', lambda: all(
            len(v.packets[0]) > count + 100 for v, count in zip(viewers, counts)))
        assert here.stats()['answers'] == [200] and here.stats()['clean_ends'] == 1
        for viewer in viewers:
            for track in (0, 1):
                assert_continuous(viewer.packets[track])
        assert gateway.stream('cam1')['splices'] == 2, 'one for each track'


@MUST('P9')
def test_a_redirect_to_nowhere_is_a_new_session(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = start(gateway)
        origin.say('REDIRECT * RTSP/1.0\r\nCSeq: 9\r\n\r\n')
        until('there is another session', lambda: origin.stats()['connections'] == 2)
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 100)
        assert len({p.ssrc for p in viewer.packets[0]}) == 1
        viewer.close()


@MUST('P9')
def test_redirecting_without_an_end_has_one(tmp_path):
    """Between two origins, as soon as either plays: after five of them it is a failure."""
    with Origin() as one, Origin() as two, \
            Gateway(tmp_path, {'cam1': {'source': one.url}}) as gateway:
        viewer, swarm = start(gateway)
        while 'redirects without an end' not in gateway.log.read_text():
            for here, there in ((one, two), (two, one)):
                if here.stats()['playing']:
                    here.say(f'REDIRECT * RTSP/1.0\r\nCSeq: 9\r\nLocation: {there.url}\r\n\r\n')
            swarm.step(0.01)
        assert gateway.stream('cam1')['moves'] == 5
        viewer.close()


def test_failing_a_little_later_is_failing_again(tmp_path):
    """A source that sends a few packets each time is given more and more time all the same."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = start(gateway)
        while len(delays := re.findall(r'after_ms=(\d+)', gateway.log.read_text())) < 4:
            if origin.stats()['playing']:
                origin.say(f'REDIRECT * RTSP/1.0\r\nCSeq: 9\r\nLocation: {origin.url}\r\n\r\n')
            swarm.step(0.01)
        assert int(delays[3]) > 2 * int(delays[0]), 'a mean of 500 ms, then of 4 s'
        viewer.close()


@MUST('P9')
def test_an_origin_that_is_not_there(tmp_path):
    nobody = f'rtsp://127.0.0.1:{free_port()}/x'
    with Origin(move={'DESCRIBE': nobody}) as origin, Gateway(tmp_path, {
            'cam1': {'source': origin.url, 'sourceOnDemandStartTimeout': '2s'}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == 504
        viewer.close()
