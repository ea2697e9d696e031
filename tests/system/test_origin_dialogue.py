"""What an origin may say of its own accord: requests, new descriptions, stale nonces; and what we
tell it of ourselves."""
import re

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

MUST = pytest.mark.must


def watch(gateway, transport='tcp'):
    viewer = Client(gateway.url('cam1'), transport).start()
    swarm = Swarm([viewer])
    swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 20)
    return viewer, swarm


def assert_plays_on(viewer, swarm):
    count = len(viewer.packets[0])
    swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 30)
    assert_continuous(viewer.packets[0])
    viewer.close()


@MUST('F7', 'P1')
def test_its_requests_are_answered_while_it_plays(tmp_path):
    requests = [('OPTIONS', '', 200), ('GET_PARAMETER', '', 200), ('SET_PARAMETER', '', 200),
                ('SET_PARAMETER', 'Content-Length: 6\r\n\r\na: b\r\n', 451), ('FLY', '', 501),
                ('DESCRIBE', '', 405), ('PLAY', '', 405), ('OPTIONS', 'Require: wings\r\n', 551),
                ('TEARDOWN', 'Session: another\r\n', 454)]
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = watch(gateway)
        for number, (method, rest, _) in enumerate(requests):
            end = '' if '\r\n\r\n' in rest else '\r\n'
            origin.say(f'{method} * RTSP/1.0\r\nCSeq: {500 + number}\r\n{rest}{end}')
        until('all are answered', lambda: len(origin.stats()['answers']) == len(requests))
        assert origin.stats()['answers'] == [status for _, _, status in requests]
        assert gateway.stream('cam1')['oddities'] == 6
        assert_plays_on(viewer, swarm)


def test_a_teardown_of_the_origin_is_a_new_session(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = watch(gateway)
        origin.say('TEARDOWN * RTSP/1.0\r\nCSeq: 5\r\n\r\n')
        until('a new session is made', lambda: origin.stats()['connections'] == 2)
        assert origin.stats()['answers'] == [200]
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 30)
        assert len({p.ssrc for p in viewer.packets[0]}) == 1
        viewer.close()


def announce(sound, name):
    body = (f'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns={name}\r\nt=0 0\r\n'
            'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=0\r\n'
            f'm=audio 0 RTP/AVP {sound}\r\na=control:trackID=1\r\n')
    return ('ANNOUNCE * RTSP/1.0\r\nCSeq: 5\r\nContent-Type: application/sdp\r\n'
            f'Content-Length: {len(body)}\r\n\r\n{body}')


def version_of(body):
    return int(re.search(rb'o=- \d+ (\d+)', body)[1])


@MUST('D3')
def test_an_announced_description_of_the_same_media_is_taken_over(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = watch(gateway)
        newcomer = Client(gateway.url('cam1'))
        before = version_of(newcomer.describe().body)
        origin.say(announce(0, 'a new name'))
        until('it is answered', lambda: origin.stats()['answers'] == [200])
        body = newcomer.describe().body
        assert b's=a new name\r\n' in body and version_of(body) > before
        newcomer.close()
        assert origin.stats()['connections'] == 1
        assert_plays_on(viewer, swarm)


@MUST('D3')
def test_an_announced_description_of_other_media_begins_anew(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = watch(gateway)
        origin.change(sound=8)
        origin.say(announce(8, 'other sound'))
        swarm.run_until('the viewer is told', lambda: viewer.is_ended)
        newcomer = Client(gateway.url('cam1'))
        assert b'RTP/AVP 8' in newcomer.describe().body
        newcomer.close()
        viewer.close()


def test_announcing_without_an_end_has_one(tmp_path):
    """Each time the tracks are other ones, and at the end they are not."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer, swarm = watch(gateway)
        said = 0
        while 'redirects without an end' not in gateway.log.read_text():
            if origin.stats()['playing']:
                origin.say(announce(8, 'other sound'))
                said += 1
                assert said < 1000
            swarm.step(0.01)
        assert gateway.stream('cam1')['moves'] <= 5
        viewer.close()


@MUST('C4')
@pytest.mark.parametrize('auth', ['digest', 'digest-sha256', 'joined-all'])
def test_a_nonce_may_go_stale_at_any_time(tmp_path, auth):
    with Origin(auth=auth, nonce_uses=2, timeout=2) as origin, Gateway(tmp_path, {
            'cam1': {'source': origin.url_with('viewer', 'secret')}}) as gateway:
        viewer, swarm = watch(gateway)
        swarm.run_until('it is kept alive', lambda: (
            origin.stats()['methods'].get('GET_PARAMETER', 0) >= 6))
        assert origin.stats()['connections'] == 1
        assert_plays_on(viewer, swarm)


@MUST('C4')
def test_credentials_may_be_wanted_from_setup_on(tmp_path):
    with Origin(auth='digest', guarded=['SETUP', 'PLAY', 'TEARDOWN']) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret')}}) as gateway:
        viewer, swarm = watch(gateway)
        assert_plays_on(viewer, swarm)
        until('the origin is told', lambda: origin.stats()['clean_ends'] == 1)
        assert origin.stats()['unauthorized'] == 1


def test_challenges_without_an_end_have_one(tmp_path):
    with Origin(auth='digest', always_stale=True, password='another') as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret')}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == 502
        assert origin.stats()['unauthorized'] <= 3
        viewer.close()


@MUST('P3', 'P4')
def test_upstream_requests_are_our_own(tmp_path):
    """Of the viewer's hop by hop headers none goes through; our name goes with each request."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        extra = ['Bandwidth: 1000', 'Blocksize: 500', 'Connection: close', 'X-Own: canary',
                 'Authorization: Basic Y2FuYXJ5OmNhbmFyeQ==']
        assert viewer.request('DESCRIBE', headers=extra).status == 200
        assert viewer.request('SETUP', viewer.url + '/trackID=0', [
            'Transport: RTP/AVP/TCP;unicast;interleaved=0-1', *extra]).status == 200
        viewer.session = None
        stats = origin.stats()
        assert set(stats['headers']) <= {'cseq', 'user-agent', 'via', 'accept', 'transport',
                                         'session', 'range'}
        assert re.fullmatch(r'RTSP/1\.0 weir-[\w-]{12}', stats['via'])
        assert stats['authorizations'] == 0
        viewer.close()
