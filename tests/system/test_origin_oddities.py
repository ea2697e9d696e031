"""Odd origins (A4, D1, D2, D5, L4, S7, S8, T7): viewers play on through what can be understood, and
are told clearly of what cannot; nobody else is hurt."""
import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous

MUST = pytest.mark.must


def play(gateway, tracks=(0, 1), count=20):
    viewer = Client(gateway.url('cam1')).start(tracks)
    Swarm([viewer]).run_until('all tracks play', lambda: all(
        len(viewer.packets[track]) > count for track in tracks))
    for track in tracks:
        assert_continuous(viewer.packets[track])
    viewer.close()


@MUST('D1', 'D2', 'D5', 'L4')
@pytest.mark.parametrize('odd', [
    'sdp-line-feeds', 'sdp-any-order', 'sdp-broken-c', 'sdp-unknown-lines', 'sdp-no-rtpmap',
    'sdp-zero-clock', 'sdp-ports', 'sdp-no-type', 'sdp-32-tracks', 'control-of-another-host',
    'base-relative', 'base-missing', 'base-of-another-host', 'base-as-location'])
def test_odd_descriptions_are_played(tmp_path, odd):
    with Origin(odd=[odd]) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret')}}) as gateway:
        play(gateway)
        stats = origin.stats()
        assert stats['connections'] == 1, 'whatever host a URL names, there is one connection'
        assert stats['authorizations'] == 0, 'nobody has asked for credentials'


@MUST('L4')
def test_a_track_without_a_control_of_its_own(tmp_path):
    with Origin(odd=['control-empty']) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        play(gateway, tracks=(0,))


@MUST('S7', 'S8', 'T7')
@pytest.mark.parametrize('pull', ['tcp', 'udp'])
@pytest.mark.parametrize('odd', [
    'session-late', 'session-spaced', 'cseq-missing', 'stray-answers', 'continue', 'next-nonce',
    'transport-garbage', 'transport-without-unicast', 'early-media', 'unknown-channels',
    'text-like-frames'])
def test_odd_answers_are_played(tmp_path, odd, pull):
    with Origin(odd=[odd]) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'sourceTransport': pull}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('both tracks play', lambda: all(
            len(viewer.packets[track]) > 20 for track in (0, 1)))
        for track in (0, 1):
            assert_continuous(viewer.packets[track])
        seen = gateway.stream('cam1')
        assert seen['transport'] == pull and seen['splices'] == 0
        is_counted = odd in ('stray-answers', 'unknown-channels', 'text-like-frames')
        assert (seen['oddities'] > 0) == is_counted
        viewer.close()


@MUST('T7')
@pytest.mark.parametrize('odd, pull', [
    ('transport-without-tcp', 'tcp'), ('transport-bare', 'tcp'), ('other-channels', 'tcp'),
    ('transport-bare', 'udp'), ('server-port-missing', 'udp'), ('other-port', 'udp')])
def test_odd_transports_are_played(tmp_path, odd, pull):
    with Origin(odd=[odd]) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url, 'sourceTransport': pull}}) as gateway:
        play(gateway)


@pytest.mark.parametrize('odd', ['multicast-for-udp', 'other-host'])
def test_auto_leaves_a_transport_that_does_not_come_about(tmp_path, odd):
    """Multicast nobody asked for; media from a host we do not know."""
    with Origin(odd=[odd]) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 20)
        assert gateway.stream('cam1')['transport'] == 'tcp'
        assert_continuous(viewer.packets[0])
        viewer.close()


def test_auto_tries_each_transport_once(tmp_path):
    with Origin(odd=['transport-missing']) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == 502
        assert origin.stats()['methods']['SETUP'] == 2
        viewer.close()


def test_an_origin_that_comes_back_with_the_other_transport_alone(tmp_path):
    with Origin(udp=False) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 20)
        assert gateway.stream('cam1')['transport'] == 'tcp'
        origin.kill()
        origin.options.update(udp=True, tcp=False)
        origin.start()
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 50)
        assert gateway.stream('cam1')['transport'] == 'udp'
        assert_continuous(viewer.packets[0])
        viewer.close()


@MUST('S8')
@pytest.mark.parametrize('status', [
    '405 Method Not Allowed', '451 Parameter Not Understood', '501 Not Implemented',
    '455 Method Not Valid in This State', '400 Bad Request'])
def test_get_parameter_may_be_promised_and_missing(tmp_path, status):
    with Origin(odd=['no-get_parameter'], no_status=status, timeout=2) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('it is kept alive by OPTIONS', lambda: (
            origin.stats()['methods'].get('OPTIONS', 0) >= 4))
        stats = origin.stats()
        assert stats['methods']['GET_PARAMETER'] == 1, 'asked once, known ever after'
        assert stats['connections'] == 1
        viewer.close()


NONSENSE = "the origin's answer makes no sense"


def clear(name, status, reason, pull='auto', ids=()):
    return pytest.param(name, status, reason, pull, id=name, marks=[MUST(*ids)] if ids else [])


@pytest.mark.parametrize('odd, status, reason, pull', [
    clear('sdp-33-tracks', 502, 'more tracks than can be carried', ids=['D1']),
    clear('sdp-empty', 502, 'no RTP media', ids=['D5']),
    clear('sdp-of-the-web', 502, 'no RTP media', ids=['D5']),
    clear('reserved-group', 502, 'names a group that no media may be sent to', 'udp'),
    clear('udp-for-tcp', 502, 'not asked for', 'tcp'),
    clear('same-channels', 502, NONSENSE, 'tcp'),
    clear('head-without-measure', 502, NONSENSE, ids=['F4']),
    clear('body-without-measure', 502, NONSENSE, ids=['F4']),
    clear('body-length-negative', 502, NONSENSE, ids=['F4']),
    clear('answer-of-the-web', 502, NONSENSE),
    clear('other-version', 502, NONSENSE, ids=['F7']),
    clear('binary', 502, NONSENSE),
    clear('answer-without-end', 504, ''),
    clear('continue-without-end', 504, ''),
])
def test_what_cannot_be_understood_is_told(tmp_path, odd, status, reason, pull):
    """And who watches another stream does not notice."""
    with Origin(odd=[odd]) as origin, Origin() as good, Gateway(tmp_path, {
            'cam1': {'source': origin.url, 'sourceTransport': pull,
                     'sourceOnDemandStartTimeout': '2s'},
            'good': {'source': good.url}}) as gateway:
        other = Client(gateway.url('good')).start()
        viewer = Client(gateway.url('cam1'))
        viewer.send(viewer.text('DESCRIBE'))
        swarm = Swarm([other, viewer])
        swarm.run_until('the viewer is told', lambda: viewer.replies)
        assert viewer.replies[0].status == status
        assert reason in gateway.log.read_text()
        count = len(other.packets[0])
        swarm.run_until('the other plays on', lambda: len(other.packets[0]) > count + 50)
        assert_continuous(other.packets[0])
        for client in (viewer, other):
            client.close()
