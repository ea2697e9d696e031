"""RTSP in HTTP towards an origin: source: rtsp+http://..."""
import contextlib
import re
import socket
import threading

import pytest

from lib.gateway import Gateway, free_port
from lib.origin import Origin
from lib.other_origin import OtherOrigin
from lib.programs import ffmpeg, gst_origin
from lib.rtsp import Client, Swarm, assert_continuous, assert_stretch_of


def through_http(url):
    return {'cam1': {'source': url.replace('rtsp:', 'rtsp+http:', 1)}}


def test_a_gateway_behind_a_gateway(tmp_path):
    with Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as first, \
            Gateway(tmp_path, through_http(first.url('cam1'))) as second:
        direct = Client(first.url('cam1')).start()
        viewers = [Client(second.url('cam1'), transport).start() for transport in ('udp', 'tcp')]
        swarm = Swarm([direct, *viewers])
        swarm.run_until('they play', lambda: all(len(v.packets[0]) > 300 for v in viewers))
        assert second.stream('cam1')['transport'] == 'http'
        assert second.stream('cam1')['source'].startswith('rtsp+http://127.0.0.1:')
        assert [v['transport'] for v in first.status()['viewers']] == ['tcp', 'http']
        assert first.status()['gateway']['connections'] == 3, 'a viewer, a GET and a POST'
        for viewer in viewers:
            swarm.remove(viewer)
        swarm.run_for(0.3)
        for viewer in viewers:
            for track in (0, 1):
                assert_continuous(viewer.packets[track])
                assert_stretch_of(direct.packets[track], viewer.packets[track])
            viewer.close()
        direct.close()


def test_an_origin_of_others(tmp_path):
    """GStreamer's server takes tunnels on its RTSP port, too."""
    with gst_origin(tmp_path) as source, Gateway(tmp_path, through_http(source)) as gateway:
        pictures, sound, complaints = ffmpeg(gateway.url('cam1'), 'tcp')
        assert not complaints
        assert pictures >= 50 and sound > 0


class Recorder:
    """Between a gateway and its origin: what passes by POSTs, and how many there were."""

    def __init__(self, target):
        self.target = target
        self.port = free_port()
        self.listener = socket.create_server(('127.0.0.1', self.port), backlog=64)
        self.heads = []
        self.bodies = []
        self.socks = []
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for sock in (self.listener, *self.socks):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(('127.0.0.1', self.target))
                self.socks += [near, far]
                self.heads.append(b'')
                threading.Thread(target=self.pass_on, args=(near, far, len(self.heads) - 1),
                                 daemon=True).start()
                threading.Thread(target=self.pass_on, args=(far, near, None), daemon=True).start()

    def pass_on(self, source, sink, number):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if number is not None:
                    self.heads[number] += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def posts(self):
        """The bodies of the POSTs."""
        return [said.partition(b'\r\n\r\n')[2] for said in self.heads if said[:4] == b'POST']


def test_no_post_is_longer_than_announced(tmp_path):
    """The keep-alives and reports of hours, in a moment: each PAUSE and PLAY of a stored film is a
    question to the origin.
    """
    with OtherOrigin('stored') as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as first, \
            Recorder(first.port) as recorder, \
            Gateway(tmp_path, through_http(f'rtsp://127.0.0.1:{recorder.port}/cam1')) as second:
        client = Client(second.url('cam1')).start((0,))
        for _ in range(120):
            assert client.request('PAUSE').status == 200
            assert client.request('PLAY', headers=['Range: npt=10-']).status == 200
        posts = recorder.posts()
        assert len(posts) >= 2 and all(len(body) <= 32767 for body in posts)
        client.close()


ANSWERS = [(b'HTTP/1.0 401 Unauthorized\r\n\r\n', 'HTTP 401'),
           (b'HTTP/1.1 404 Not Found\r\n\r\n', 'HTTP 404'),
           (b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>', 'no tunnel'),
           (b'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n', 'no HTTP'),
           (b'HTTP/1.0 200 OK\r\nx: ' + 20000 * b'y', 'no HTTP'),
           (b'', 'closed by the origin')]


@pytest.mark.parametrize('answer, reason', ANSWERS)
def test_an_origin_that_makes_no_tunnel(tmp_path, answer, reason):
    with socket.create_server(('127.0.0.1', 0)) as listener:
        port = listener.getsockname()[1]

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    sock.recv(4096)
                    sock.sendall(answer)
                    sock.close()
        threading.Thread(target=serve, daemon=True).start()
        with Gateway(tmp_path, through_http(f'rtsp://127.0.0.1:{port}/live')) as gateway:
            client = Client(gateway.url('cam1'))
            assert client.describe().status in (502, 504)
            assert reason in gateway.log.read_text()
            client.close()
        listener.shutdown(socket.SHUT_RDWR)


def test_credentials_go_through_the_tunnel_and_nowhere_else(tmp_path):
    """Digest is RTSP's matter: HTTP carries it in base64, and neither status nor log shows it."""
    with Origin(auth='digest') as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url_with('viewer', 'secret')}}) as first, \
            Recorder(first.port) as recorder, \
            Gateway(tmp_path, {'cam1': {'source': (
                f'rtsp+http://viewer:secret@127.0.0.1:{recorder.port}/cam1')}}) as second:
        client = Client(second.url('cam1')).start()
        swarm = Swarm([client])
        swarm.run_until('it plays', lambda: len(client.packets[0]) > 50)
        shown = second.log.read_text() + str(second.status())
        assert 'secret' not in shown and not any(b'secret' in said for said in recorder.heads)
        assert all(re.search(rb'\r\nHost: 127\.0\.0\.1:%d\r\n' % recorder.port, said)
                   for said in recorder.heads)
        client.close()


def test_the_port_is_http_s_where_none_is_said(tmp_path):
    try:
        listener = socket.create_server(('127.0.0.9', 80))
    except PermissionError:
        pytest.skip('port 80 is not for everybody here')
    with listener, Gateway(tmp_path, {'cam1': {
            'source': 'rtsp+http://u:canary@127.0.0.9/live?x=1',
            'sourceOnDemandStartTimeout': '2s'}}) as gateway:
        client = Client(gateway.url('cam1'))
        client.send(client.text('DESCRIBE'))
        sock, _ = listener.accept()
        assert sock.recv(4096).startswith(b'GET /live?x=1 HTTP/1.0\r\nHost: 127.0.0.9:80\r\n')
        sock.close()
        assert client.reply().status in (502, 504)
        log = gateway.log.read_text()
        assert 'source=rtsp+http://127.0.0.9/live' in log and 'canary' not in log
        client.close()
