"""Frames and messages on one connection, and what a session's tracks can be asked to do."""
import socket

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous, udp_pair


@pytest.fixture(scope='module', name='gateway')
def gateway_fixture(tmp_path_factory):
    with Origin() as origin, Gateway(tmp_path_factory.mktemp('dialogue'),
                                     {'cam1': {'source': origin.url}}) as gateway:
        yield gateway


def frame(channel, data=b''):
    return bytes([0x24, channel, len(data) >> 8, len(data) & 0xff]) + data


def replies_of(client, swarm, count):
    swarm.run_until('every request is answered', lambda: len(client.replies) >= count)
    return [client.replies.popleft() for _ in range(count)]


@pytest.mark.must('T7', 'T8', 'F1')
def test_frames_and_messages_share_a_connection(gateway, seed):
    """Text in frames, frames in bodies, channels of nobody, frames of nothing: cut anywhere."""
    client = Client(gateway.url('cam1')).start()
    swarm = Swarm([client])
    teardown = client.text('TEARDOWN')
    pieces, wanted = [], []
    for body, status in ((b'', 200), (b'$\x00\xff\xff', 451), (b'$' + teardown, 451),
                         (teardown, 451), (b'RTSP/1.0 200 OK\r\n\r\n', 451)):
        pieces.append(client.text('SET_PARAMETER', body=body))
        wanted.append((status, str(client.cseq)))
        pieces += [frame(77, teardown), frame(1), frame(200), frame(0, teardown),
                   frame(77, b'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'), b'\r\n']
    for _ in range(5):
        data = b''.join(pieces)
        while data:
            size = seed.choice([1, 2, 3, 5, 40, 1000])
            client.send(data[:size])
            data = data[size:]
            swarm.step(0)
        replies = replies_of(client, swarm, len(wanted))
        assert [(r.status, r.headers['cseq']) for r in replies] == wanted
    count = len(client.packets[0])
    swarm.run_until('it plays on', lambda: len(client.packets[0]) > count + 50)
    assert_continuous(client.packets[0])
    client.close()


@pytest.mark.must('T7')
def test_the_reply_to_play_comes_before_the_first_frame(gateway):
    other = Client(gateway.url('cam1')).start()
    for _ in range(10):
        client = Client(gateway.url('cam1'))
        for track in (0, 1):
            assert client.setup(track).status == 200
        client.send(client.text('PLAY'))
        data = b''
        while b'$' not in data:
            data += client.socket.recv(65536)
        assert data.startswith(b'RTSP/1.0 200 OK\r\n') and data.index(b'$') == \
            data.index(b'\r\n\r\n') + 4
        client.close()
    other.close()


@pytest.mark.must('T7')
def test_no_reply_stands_inside_a_frame(gateway):
    """A client that reads nothing for a while, and asks all the time: packets are cut where its
    buffers end, and the replies wait for the rest of them."""
    client = Client(gateway.url('cam1'))
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.start()
    asked = 0
    other = Client(gateway.url('cam1')).start()
    swarm = Swarm([other])
    for _ in range(20):
        for _ in range(5):
            client.send(client.text('OPTIONS'))
            asked += 1
        count = len(other.packets[0])
        swarm.run_until('time passes', lambda: len(other.packets[0]) > count + 20)
    swarm.add(client)
    replies = replies_of(client, swarm, asked)
    assert [int(r.headers['cseq']) for r in replies] == \
        list(range(client.cseq - asked + 1, client.cseq + 1))
    assert all(r.status == 200 for r in replies)
    for c in (client, other):
        c.close()


@pytest.mark.must('S7')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_teardown_of_one_track_leaves_the_other(gateway, transport):
    client = Client(gateway.url('cam1'), transport).start()
    swarm = Swarm([client])
    swarm.run_until('both play', lambda: client.packets[0] and client.packets[1])
    client.send(client.text('TEARDOWN', client.url + '/trackID=0'))
    assert replies_of(client, swarm, 1)[0].status == 200
    swarm.step(0)  # what was on its way
    gone, left = len(client.packets[0]), len(client.packets[1])
    swarm.run_until('sound goes on', lambda: len(client.packets[1]) > left + 50)
    assert len(client.packets[0]) == gone
    assert_continuous(client.packets[1])
    client.send(client.text('TEARDOWN', client.url + '/trackID=1'))
    client.send(client.text('PLAY'))
    assert [r.status for r in replies_of(client, swarm, 2)] == [200, 454]
    client.close()


def set_up(client, transport, sockets):
    port = sockets[0].getsockname()[1]
    text = 'RTP/AVP/TCP;unicast;interleaved=6-7' if transport == 'tcp' else \
        f'RTP/AVP;unicast;client_port={port}-{port + 1}'
    return client.request('SETUP', client.url + '/trackID=0', [f'Transport: {text}'])


@pytest.mark.must('S10', 'A3')
@pytest.mark.parametrize('ways', [('udp', 'tcp'), ('tcp', 'udp'), ('udp', 'udp'),
                                  ('udp', 'tcp', 'udp'), ('tcp', 'tcp')])
def test_a_track_set_up_again_goes_the_other_way(gateway, ways):
    client = Client(gateway.url('cam1'))
    pairs = [udp_pair('127.0.0.1') for _ in ways]
    for way, pair in zip(ways, pairs):
        reply = set_up(client, way, pair)
        assert reply.status == 200 and ('TCP' in reply.headers['transport']) == (way == 'tcp')
        session = reply.headers['session'].split(';')[0]
        assert client.session in (None, session)
        client.session = session
    if ways[-1] == 'tcp':
        client.channels = {6: (0, False), 7: (0, True)}
    else:
        client.media = {pairs[-1][0]: (0, False), pairs[-1][1]: (0, True)}
    assert client.play().status == 200
    swarm = Swarm([client])
    swarm.run_until('it plays', lambda: len(client.packets[0]) > 50)
    assert_continuous(client.packets[0])
    assert gateway.status()['viewers'][0]['transport'] == ways[-1]
    for pair in pairs[:-1]:
        for s in pair:
            with pytest.raises(BlockingIOError):
                s.recv(2048)
    client.send(client.text('SETUP', client.url + '/trackID=0',
                            ['Transport: RTP/AVP/TCP;unicast;interleaved=6-7']))
    refused, = replies_of(client, swarm, 1)
    assert refused.status == 455 and 'PAUSE' in refused.headers['allow']
    client.send(client.text('TEARDOWN'))
    assert replies_of(client, swarm, 1)[0].status == 200
    client.vanish()
    for pair in pairs:
        for s in pair:
            s.close()
