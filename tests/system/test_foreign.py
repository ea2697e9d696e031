"""A transport never heard of: its packets pass as they are, and one pull feeds all who name it."""
import re

import pytest

from lib.gateway import Gateway
from lib.other_origin import OtherOrigin
from lib.rtsp import Client, udp_pair
from lib.wait import until


@pytest.fixture
def origin():
    with OtherOrigin('foreign') as o:
        yield o


@pytest.fixture
def gateway(tmp_path, origin):
    with Gateway(tmp_path, {'movie': {'source': origin.url}}) as g:
        yield g


class ForeignViewer:
    def __init__(self, gateway):
        self.client = Client(gateway.url('movie'))
        self.sockets = udp_pair('127.0.0.1')
        port = self.sockets[0].getsockname()[1]
        assert self.client.describe().status == 200
        self.reply = self.client.request(
            'SETUP', gateway.url('movie') + '/trackID=0',
            [f'Transport: x-test/udp;client_port={port};mode=play'])
        assert self.reply.status == 200
        self.client.session = self.reply.headers['session'].split(';')[0]
        assert self.client.request('PLAY').status == 200
        self.packets = []

    def read(self, count):
        def some():
            try:
                self.packets.append(self.sockets[0].recv(2048))
            except BlockingIOError:
                pass
            return len(self.packets) >= count
        until(f'{count} datagrams', some)

    def close(self):
        self.client.request('TEARDOWN')
        self.client.close()
        for s in self.sockets:
            s.close()


def test_two_viewers_share_what_nobody_understands(gateway, origin):
    first, second = ForeignViewer(gateway), ForeignViewer(gateway)
    assert re.match(r'x-test/udp;client_port=\d+-\d+;server_port=\d+-\d+$',
                    first.reply.headers['transport'])
    for viewer in (first, second):
        viewer.read(20)
        numbers = [int(re.fullmatch(rb'\x00not RTP at all (\d+)', p)[1]) for p in viewer.packets]
        assert numbers == list(range(numbers[0], numbers[0] + 20))
    assert origin.count('PLAY') == 1, 'one pull for both'
    assert 'live' in {s['state'] for s in gateway.status()['streams']}
    first.close()
    second.close()
    until('the origin hears of it', lambda: origin.count('TEARDOWN') == 1)


def test_who_wants_rtp_hears_that_there_is_none(gateway):
    client = Client(gateway.url('movie'))
    assert client.describe().status == 200
    assert client.setup(0).status == 461
    client.close()


def test_a_transport_the_origin_refuses_is_refused(gateway):
    client = Client(gateway.url('movie'))
    assert client.describe().status == 200
    reply = client.request('SETUP', gateway.url('movie') + '/trackID=0',
                           ['Transport: x-never/udp;client_port=5000'])
    assert reply.status == 461
    client.close()


@pytest.mark.must('S10', 'T1')
@pytest.mark.parametrize('transport', ['RTP/AVP', 'RTP/AVP/TCP', 'x-other/udp', 'x-test/tcp'])
def test_a_session_stays_with_what_it_carries(gateway, transport):
    """Its only track may be set up anew, but not as what it is not."""
    viewer = ForeignViewer(gateway)
    client, port = viewer.client, viewer.sockets[0].getsockname()[1]
    assert client.request('PAUSE').status == 200
    url = gateway.url('movie') + '/trackID=0'
    where = f'client_port={port}-{port + 1};interleaved=0-1'
    assert client.request('SETUP', url, [f'Transport: {transport};{where}']).status == 461
    assert client.request('SETUP', url, [f'Transport: x-test/udp;{where}']).status == 200
    assert client.request('PLAY').status == 200
    viewer.read(len(viewer.packets) + 5)
    viewer.close()
