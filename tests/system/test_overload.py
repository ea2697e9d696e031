"""More is asked for than there is: those admitted notice nothing, the others hear when to return
(C1, C2)."""
import base64
import re
import socket

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until


def connect(gateway, source='127.0.0.1'):
    return socket.create_connection(('127.0.0.1', gateway.port), 30, source_address=(source, 0))


def everything(sock):
    """What comes until it is closed, however it is closed."""
    data = b''
    try:
        while piece := sock.recv(4096):
            data += piece
    except ConnectionResetError:
        pass
    return data.decode()


def retry_after(text):
    return int(re.search(r'\r\nRetry-After: (\d+)\r\n', text)[1])


def overload(gateway):
    return gateway.status()['gateway']['overload']


@pytest.mark.must('C2')
def test_no_more_connections_than_allowed(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, maxConnections=20) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        crowd = [connect(gateway) for _ in range(1000)]
        swarm.run_until('it plays all the same', lambda: len(viewer.packets[0]) > 200)
        assert gateway.status()['gateway']['connections'] <= 20
        assert_continuous(viewer.packets[0])
        until('the others are refused', lambda: overload(gateway)['connections'] >= 1000 - 19)
        answers = [answer for answer in map(everything, crowd[500:]) if answer]
        assert all(a.startswith('RTSP/1.0 503 Service Unavailable\r\n') for a in answers)
        for s in (*crowd, viewer):
            s.close()
        late = until('there is room again', lambda: (
            gateway.status()['gateway']['connections'] == 0) and Client(gateway.url('cam1')))
        assert late.describe().status == 200
        late.close()
        assert gateway.log.read_text().count(' refused ') < 20, 'a line a second, no more'


@pytest.mark.must('C2')
def test_who_is_refused_hears_when_to_return(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, maxConnections=1) as gateway:
        first = connect(gateway)
        until('it is in', lambda: gateway.status()['gateway']['connections'] == 1)
        waits = [retry_after(everything(connect(gateway))) for _ in range(30)]
        assert all(2 <= wait <= 180 for wait in waits)
        assert len(set(waits)) > 2, 'not all at the same time'
        first.close()


def test_one_address_keeps_no_other_out(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, maxConnections=120,
                    maxConnectionsPerAddress=100) as gateway:
        crowd = [connect(gateway, '127.0.0.2') for _ in range(500)]
        until('they are refused', lambda: overload(gateway)['perAddress'] >= 400)
        assert overload(gateway)['connections'] == 0
        viewers = [Client(gateway.url('cam1'), transport).start() for transport in ('udp', 'tcp')]
        swarm = Swarm(viewers)
        swarm.run_until('they play', lambda: all(len(v.packets[0]) > 100 for v in viewers))
        for viewer in viewers:
            assert_continuous(viewer.packets[0])
            viewer.close()
        for s in crowd:
            s.close()


def test_those_who_say_nothing_are_few(tmp_path):
    """Half a request is nothing said, too. Who does speak is none of them."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        silent = [connect(gateway, '127.0.0.2') for _ in range(200)]
        for s in silent[::2]:
            s.sendall(b'OPTIONS rtsp://127.0.0.1/cam1 RTSP/1.0\r\nCSeq')
        speaking = [Client(gateway.url('cam1')) for _ in range(100)]
        for client in speaking:
            assert client.request('OPTIONS').status == 200
        until('few are left', lambda: overload(gateway)['halfOpen'] >= 200 - 64)
        assert gateway.status()['gateway']['connections'] <= 100 + 64
        for client in speaking:
            assert client.request('OPTIONS').status == 200
        for s in (*silent, *speaking):
            s.close()


def flowing(gateway, name='cam1'):
    """The rate of a stream once it has been measured over whole seconds."""
    until('it flows', lambda: (gateway.stream(name) or {}).get('inBps', 0) > 0)
    until('for four seconds', lambda: gateway.stream(name)['inPackets'] > 700)
    return gateway.stream(name)['inBps']


def ask(url, transport):
    """A client that has set up both tracks, or the refusal of the first one."""
    client = Client(url, transport)
    assert client.describe().status == 200
    reply = client.setup(0)
    if reply.status == 200:
        assert client.setup(1).status == 200
        return client, None
    client.vanish()
    return None, reply


def assert_told_when(reply):
    assert reply.status == 453
    assert 2 <= int(reply.headers['retry-after']) <= 180


@pytest.mark.must('C1')
def test_half_more_than_there_is_is_asked_for(tmp_path):
    budget = 10_000_000
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceOnDemand': False}}, maxEgress='10M') as gateway:
        rate = flowing(gateway)
        wanted = int(1.5 * budget / rate)
        asked = [ask(gateway.url('cam1'), 'udp' if i % 2 else 'tcp') for i in range(wanted)]
        viewers = [client for client, _ in asked if client]
        refusals = [reply for _, reply in asked if reply]
        assert 0.8 * budget / rate < len(viewers) < 1.2 * budget / rate
        assert overload(gateway)['egress'] == len(refusals) == wanted - len(viewers)
        for reply in refusals:
            assert_told_when(reply)
        replies = [viewer.play() for viewer in viewers]
        playing = [v for v, reply in zip(viewers, replies) if reply.status == 200]
        assert len(playing) >= len(viewers) - 1, 'a moment of more keeps the last one out'
        swarm = Swarm(playing)
        swarm.run_until('they play', lambda: all(len(v.packets[0]) > 500 for v in playing))
        assert gateway.status()['gateway']['outBps'] < 1.2 * budget
        for viewer in playing:
            assert_continuous(viewer.packets[0])
            assert_continuous(viewer.packets[1])
        for viewer in viewers[:2]:
            swarm.remove(viewer)
            assert viewer.teardown().status == 200
        late, reply = ask(gateway.url('cam1'), 'tcp')
        assert late, ('whose place is free now', reply)
        for client in (*viewers, late):
            client.close()


@pytest.mark.must('C1')
def test_a_path_has_a_budget_of_its_own(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            'cam1': {'source': origin.url, 'sourceOnDemand': False, 'maxEgress': '1500K'},
            'cam2': {'source': origin.url, 'sourceOnDemand': False}}) as gateway:
        flowing(gateway)
        first, _ = ask(gateway.url('cam1'), 'tcp')
        assert first and first.play().status == 200
        assert_told_when(ask(gateway.url('cam1'), 'udp')[1])
        others = [ask(gateway.url('cam2'), 'tcp')[0] for _ in range(3)]
        assert all(other and other.play().status == 200 for other in others)
        for client in (first, *others):
            client.close()


@pytest.mark.must('C1')
def test_a_stream_nobody_knows_yet_is_measured_before_it_is_played(tmp_path):
    """At their SETUP nothing has flowed, and nothing is announced; at PLAY it is known."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}},
                                     maxEgress='3M') as gateway:
        asked = [ask(gateway.url('cam1'), 'udp' if i % 2 else 'tcp') for i in range(12)]
        viewers = [client for client, _ in asked if client]
        rate = flowing(gateway)
        replies = [viewer.play() for viewer in viewers]
        playing = [reply for reply in replies if reply.status == 200]
        assert 1 <= len(playing) <= 1.2 * 3_000_000 / rate
        for reply in (*replies, *(reply for _, reply in asked if reply)):
            if reply.status != 200:
                assert_told_when(reply)
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('C1')
def test_a_path_has_so_many_readers(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {
            'cam1': {'source': origin.url, 'maxReaders': 2}}) as gateway:
        viewers = [ask(gateway.url('cam1'), transport)[0] for transport in ('udp', 'tcp')]
        assert_told_when(ask(gateway.url('cam1'), 'tcp')[1])
        assert overload(gateway)['readers'] == 1
        for viewer in viewers:
            viewer.close()


class UserClient(Client):
    """It says with each request who it is."""

    def __init__(self, gateway, user):
        super().__init__(gateway.url('cam1'))
        self.who = 'Authorization: Basic ' + base64.b64encode(f'{user}:secret'.encode()).decode()

    def text(self, method, url=None, headers=(), body=b'', cseq=None):
        return super().text(method, url, [*headers, self.who], body, cseq)


@pytest.mark.must('C1')
def test_a_user_has_so_many_sessions(tmp_path):
    users = [{'user': user, 'pass': 'secret', 'maxSessions': most,
              'permissions': [{'action': 'read'}]} for user, most in (('ann', 2), ('bob', 0))]
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}, users=users,
                                     authMethods=['basic']) as gateway:
        ann = [UserClient(gateway, 'ann').start() for _ in range(2)]
        third = UserClient(gateway, 'ann')
        assert third.describe().status == 200
        assert_told_when(third.setup(0))
        assert overload(gateway)['perUser'] == 1
        bob = [UserClient(gateway, 'bob').start() for _ in range(4)]
        assert ann[0].teardown().status == 200
        assert third.setup(0).status == 200, 'one of hers has ended'
        for client in (*ann, third, *bob):
            client.close()
