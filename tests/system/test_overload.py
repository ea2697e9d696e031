"""More is asked for than there is: those admitted notice nothing, the others hear when to return
(C1, C2)."""
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
