"""RTSP in HTTP: a GET and a POST on the RTSP port are one client."""
import base64
import contextlib
import socket
import time

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.programs import ffmpeg, gst_origin, gstreamer
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of
from lib.tunnel import TunnelClient, ask, get, head_of, post
from lib.wait import until


@contextlib.contextmanager
def gateway_of(tmp_path, **settings):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}, **settings) as gateway:
        yield gateway


def in_lines(data):
    """As mail programs write it: a line break each 76 characters, and at the end."""
    return base64.encodebytes(data)


def plays(swarm, client, count=100):
    start = len(client.packets[0])
    swarm.run_until('it plays', lambda: len(client.packets[0]) > start + count)


def test_packets_are_the_origin_s_own(tmp_path):
    with gateway_of(tmp_path) as gateway:
        direct = Client(gateway.url('cam1')).start()
        clients = [TunnelClient(gateway).start(), TunnelClient(gateway, write=in_lines).start()]
        assert clients[0].answer.startswith('HTTP/1.0 200 OK\r\n')
        assert 'Content-Type: application/x-rtsp-tunnelled\r\n' in clients[0].answer
        swarm = Swarm([direct, *clients])
        for client in clients:
            plays(swarm, client)
        ways = sorted(v['transport'] for v in gateway.status()['viewers'])
        assert ways == ['http', 'http', 'tcp']
        for client in clients:
            swarm.remove(client)
            assert client.teardown().status == 200
        plays(swarm, direct)
        for client in clients:
            for track in (0, 1):
                assert_continuous(client.packets[track])
                assert_stretch_of(direct.packets[track], client.packets[track])
            client.close()
        direct.close()


def test_players(tmp_path):
    with gst_origin(tmp_path) as source, Gateway(tmp_path, {
            'cam1': {'source': source, 'sourceOnDemandCloseAfter': '5s'}}) as gateway:
        for player in (ffmpeg, gstreamer):
            pictures, sound, complaints = player(gateway.url('cam1'), 'http')
            assert not complaints
            assert pictures >= 50 and sound > 0
        assert gateway.stream('cam1')['pulls'] == 1
        log = gateway.log.read_text()
        assert log.count('viewer_playing') == 2 and log.count('transport=http') >= 2, log


@pytest.mark.must('F1')
@pytest.mark.parametrize('step', [1, 2, 3, 5, 7])
def test_the_post_split_anywhere(tmp_path, step):
    """Groups of four across segments, messages padded or run together: the answers are the same."""
    with gateway_of(tmp_path) as gateway:
        client = TunnelClient(gateway)
        texts = [client.text('OPTIONS') for _ in range(20)]
        said = b''.join(map(base64.b64encode, texts[:10])) + base64.b64encode(b''.join(texts[10:]))
        client.post.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(said), step):
            client.post.sendall(said[at:at + step])
        replies = [client.reply() for _ in texts]
        assert [r.headers['cseq'] for r in replies] == [str(i + 1) for i in range(20)]
        assert all(r.status == 200 for r in replies)
        client.close()


def test_the_post_may_come_first(tmp_path):
    with gateway_of(tmp_path) as gateway:
        poster = post(gateway, 'first')
        poster.sendall(base64.b64encode(b'OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n'))
        until('it has come', lambda: gateway.status()['gateway']['connections'] == 1)
        getter = get(gateway, 'first')
        assert head_of(getter).startswith('HTTP/1.0 200')
        assert 'CSeq: 7\r\n' in head_of(getter)
        for s in (poster, getter):
            s.close()


def test_a_post_after_the_other(tmp_path):
    with gateway_of(tmp_path) as gateway:
        client = TunnelClient(gateway).start()
        swarm = Swarm([client])
        plays(swarm, client)
        for _ in range(3):
            client.reopen()
            client.send(client.text('GET_PARAMETER'))
            swarm.run_until('it is answered', lambda: client.replies)
            assert client.replies.popleft().status == 200
        second = post(gateway, client.cookie)
        assert head_of(second).startswith('HTTP/1.0 409'), 'one at a time'
        plays(swarm, client)
        assert_continuous(client.packets[0])
        client.close()
        second.close()


@pytest.mark.must('T1')
def test_media_over_udp_is_refused(tmp_path):
    with gateway_of(tmp_path) as gateway:
        client = TunnelClient(gateway, transport='udp')
        assert client.describe().status == 200
        assert client.setup(0).status == 461
        client.session = None
        client.vanish()


def test_a_100_where_it_is_waited_for(tmp_path):
    with gateway_of(tmp_path) as gateway:
        getter = get(gateway, 'waits')
        poster = ask(gateway, 'POST / HTTP/1.1\r\nx-sessioncookie: waits\r\n'
                     'Expect: 100-continue\r\n\r\n')
        assert head_of(poster) == 'HTTP/1.1 100 Continue\r\n\r\n'
        poster.sendall(base64.b64encode(b'OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n'))
        assert head_of(getter).startswith('HTTP/1.0 200')
        assert 'CSeq: 7\r\n' in head_of(getter)
        for s in (poster, getter):
            s.close()


REFUSED = [('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 404),
           ('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', 404),
           ('PUT / HTTP/1.1\r\n\r\n', 405),
           ('OPTIONS * HTTP/1.1\r\n\r\n', 405),
           ('BREW /pot HTTP/1.1\r\n\r\n', 501),
           ('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
           ('GET / HTTP/1.1\r\nx-sessioncookie: ' + 129 * 'a' + '\r\n\r\n', 400),
           ('GET / HTTP/1.1\r\nx-sessioncookie: a\r\nx-sessioncookie: a\r\n\r\n', 400),
           ('GET / HTTP/1.1\r\nx: ' + 17000 * 'a', 413)]


def test_other_http_is_refused_clearly(tmp_path):
    with gateway_of(tmp_path) as gateway:
        for text, status in REFUSED:
            sock = ask(gateway, text)
            answer = head_of(sock)
            assert answer.startswith(f'HTTP/1.0 {status} '), (text[:40], answer)
            assert 'Connection: close\r\n' in answer
            assert ('Allow: GET, POST\r\n' in answer) == (status == 405)
            assert head_of(sock) == '', 'closed'
            sock.close()
        assert gateway.status()['gateway']['refused'] == len(REFUSED)


def test_no_base64(tmp_path):
    with gateway_of(tmp_path) as gateway:
        before = TunnelClient(gateway).start()
        swarm = Swarm([before])
        for garbage in (b'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n', b'====', b'AA=A', b'\0\xff'):
            client = TunnelClient(gateway, write=lambda data: data)
            client.send(garbage)
            assert head_of(client.post).startswith('HTTP/1.0 400 ')
            assert client.socket.recv(1) == b'', 'and the tunnel has ended'
            client.vanish()
        plays(swarm, before)
        assert_continuous(before.packets[0])
        assert gateway.status()['gateway']['malformed'] == 4
        before.close()


def test_a_cookie_is_one_client_s(tmp_path):
    with gateway_of(tmp_path) as gateway:
        client = TunnelClient(gateway).start()
        swarm = Swarm([client])
        again = get(gateway, client.cookie)
        assert head_of(again).startswith('HTTP/1.0 409 ')
        # From elsewhere it opens nothing, and takes nothing away.
        client.post.close()
        elsewhere = post(gateway, client.cookie, '127.0.0.2')
        elsewhere.sendall(base64.b64encode(client.text('TEARDOWN')))
        plays(swarm, client)
        client.post = post(gateway, client.cookie)
        client.send(client.text('GET_PARAMETER'))
        swarm.run_until('it is answered', lambda: client.replies)
        assert client.replies.popleft().status == 200
        assert head_of(elsewhere).startswith('HTTP/1.0 404 '), 'its GET did not come'
        assert not client.replies and gateway.status()['gateway']['viewers'] == 1
        assert_continuous(client.packets[0])
        for s in (again, elsewhere, client):
            s.close()


def test_it_ends_with_its_get(tmp_path):
    with gateway_of(tmp_path) as gateway:
        client = TunnelClient(gateway).start()
        client.socket.close()
        assert client.post.recv(1) == b'', 'the POST is closed, too'
        until('the viewer has gone', lambda: not gateway.status()['viewers'])
        client.post.close()


def test_halves_are_waited_for_ten_seconds(tmp_path):
    with gateway_of(tmp_path) as gateway:
        heads = [ask(gateway, text) for text in ('GE', 'GET / HTTP/1.0\r\nx-sess', 'O', '')]
        halves = [get(gateway, 'get'), post(gateway, 'post')]
        assert head_of(halves[0]).startswith('HTTP/1.0 200 ')
        start = time.monotonic()
        for sock in heads:
            assert sock.recv(1) == b''
        assert halves[0].recv(1) == b''
        assert head_of(halves[1]).startswith('HTTP/1.0 404 ')
        assert time.monotonic() - start > 5, 'they were waited for'
        for sock in heads + halves:
            sock.close()


def test_a_thousand_half_tunnels(tmp_path):
    """Of one address 64 may wait; the viewer beside them, and a newcomer, notice nothing."""
    with gateway_of(tmp_path) as gateway:
        viewer = TunnelClient(gateway).start()
        swarm = Swarm([viewer])
        crowd = []
        for i in range(900):
            crowd.append((get if i % 2 else post)(gateway, f'half{i}', '127.0.0.2'))
        swarm.run_until('few are left', lambda: (
            gateway.status()['gateway']['connections'] <= 64 + 2))
        assert gateway.status()['gateway']['overload']['halfOpen'] > 500, 'and not for their age'
        newcomer = TunnelClient(gateway).start()
        swarm.add(newcomer)
        plays(swarm, newcomer)
        for client in (viewer, newcomer):
            assert_continuous(client.packets[0])
            client.close()
        for sock in crowd:
            sock.close()
