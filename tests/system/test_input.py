"""Whatever is malformed, too large or out of order gets the right status and harms nothing else."""
import socket

import pytest

from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

URL = 'rtsp://127.0.0.1/cam1'
TCP = 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1'


@pytest.fixture(scope='module')
def origin():
    with Origin() as origin:
        yield origin


@pytest.fixture(scope='module')
def gateway(origin, tmp_path_factory):
    with Gateway(tmp_path_factory.mktemp('input'), {'cam1': {'source': origin.url}}) as gateway:
        yield gateway


def raw(method, url=URL, *headers, body=b'', cseq='CSeq: 1', version='RTSP/1.0'):
    lines = [f'{method} {url} {version}', *([cseq] if cseq else []), *headers]
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


# What is sent, the status of the answer, whether the connection is closed behind it.
BROKEN = {
    'no CSeq': (raw('OPTIONS', cseq=None), 400, False),
    'two CSeqs': (raw('OPTIONS', URL, 'CSeq: 2'), 400, False),
    'CSeq no number': (raw('OPTIONS', cseq='CSeq: one'), 400, False),
    'another version': (raw('OPTIONS', version='RTSP/2.0'), 505, False),
    'no version': (b'OPTIONS rtsp://x/y\r\nCSeq: 1\r\n\r\n', 400, False),
    'another protocol': (raw('OPTIONS', '*', version='SIP/2.0'), 400, False),
    'unknown method': (raw('FLY'), 501, False),
    'method not offered': (raw('RECORD'), 405, False),
    'header without a colon': (raw('OPTIONS', URL, 'nonsense'), 400, False),
    'leading blanks': (b'  \tOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n', 400, True),
    'a NUL first': (b'\0\0\0\0', 400, True),
    'TLS': (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, True),
    'negative length': (raw('DESCRIBE', URL, 'Content-Length: -1'), 400, True),
    'length no number': (raw('DESCRIBE', URL, 'Content-Length: 0x10'), 400, True),
    'length too large': (raw('DESCRIBE', URL, 'Content-Length: 99999999999'), 413, True),
    'endless header': (b'OPTIONS * RTSP/1.0\r\nX: ' + b'a' * 20000, 413, True),
    'too many headers': (raw('OPTIONS', URL, *[f'X{i}: y' for i in range(100)]), 400, True),
    'two lengths': (raw('OPTIONS', URL, 'Content-Length: 0', 'Content-Length: 0'), 400, True),
    'URL too long': (raw('DESCRIBE', 'rtsp://127.0.0.1/' + 'a' * 3000), 414, False),
    'no URL': (raw('DESCRIBE', 'nonsense'), 400, False),
    'dots in the name': (raw('DESCRIBE', 'rtsp://127.0.0.1/../etc'), 400, False),
    'NUL in the name': (raw('DESCRIBE', 'rtsp://127.0.0.1/a%00b'), 400, False),
    'unknown path': (raw('DESCRIBE', 'rtsp://127.0.0.1/nothing'), 404, False),
    'no path': (raw('DESCRIBE', 'rtsp://127.0.0.1/'), 404, False),
    'another host': (raw('DESCRIBE', 'rtsp://192.0.2.1/nothing'), 403, False),
    'no SDP wanted': (raw('DESCRIBE', URL, 'Accept: text/html'), 406, False),
    'Require': (raw('OPTIONS', URL, 'Require: x-unknown'), 551, False),
    'no Transport': (raw('SETUP', URL + '/trackID=0'), 400, False),
    'multicast': (raw('SETUP', URL + '/trackID=0', 'Transport: RTP/AVP;multicast'), 461, False),
    'no such transport': (raw('SETUP', URL + '/trackID=0', 'Transport: RAW/RAW/UDP'), 461, False),
    'port 0': (raw('SETUP', URL + '/trackID=0', 'Transport: RTP/AVP;unicast;client_port=0-0'), 400,
               False),
    'a third party': (raw('SETUP', URL + '/trackID=0', 'Transport: RTP/AVP;unicast;'
                          'client_port=5000-5001;destination=192.0.2.1'), 403, False),
    'no such track': (raw('SETUP', URL + '/trackID=7', TCP), 404, False),
    'aggregate SETUP': (raw('SETUP', URL, TCP), 459, False),
    'PLAY without a session': (raw('PLAY'), 454, False),
    'PLAY of no session': (raw('PLAY', URL, 'Session: 12345678'), 454, False),
    'TEARDOWN of no session': (raw('TEARDOWN', URL, 'Session: ' + 'x' * 500), 454, False),
    'unknown parameter': (raw('GET_PARAMETER', URL, 'Content-Length: 3', body=b'abc'), 451, False),
}


@pytest.mark.must('F3', 'F4', 'F5', 'F6', 'F7', 'S4', 'T1', 'T2', 'T4', 'P1', 'L5', 'V1', 'A1')
@pytest.mark.parametrize('what', BROKEN)
def test_what_is_broken_is_answered(gateway, what):
    data, status, closes = BROKEN[what]
    data = data.replace(b'rtsp://127.0.0.1/', f'rtsp://{gateway.address}/'.encode())
    before = gateway.status()['gateway']
    client = Client(gateway.url('cam1'))
    client.send(data)
    reply = client.reply()
    assert reply.status == status
    after = gateway.status()['gateway']
    assert after['malformed'] + after['refused'] > before['malformed'] + before['refused']
    if closes:
        until('the connection is closed', lambda: client.receive() or client.is_ended)
    else:
        assert client.request('OPTIONS').status == 200, 'the dialogue goes on'
    client.close()


def dialogue():
    return [raw('OPTIONS', URL), raw('DESCRIBE', URL, cseq='CSeq: 2'),
            b'$\x09\x00\x04abcd', raw('SETUP', URL + '/trackID=0', TCP, cseq='CSeq: 3'),
            b'\r\n', raw('PAUSE', URL, 'Session: nobody', cseq='CSeq: 4'),
            raw('OPTIONS', '*', 'Timestamp: 42', cseq='CSeq: 5')]


def shape(replies):
    return [(r.status, r.headers['cseq'], sorted(set(r.headers) - {'session'}), r.body)
            for r in replies]


@pytest.mark.must('F1')
def test_any_split_gives_the_same_answers(gateway):
    pipelined = Client(gateway.url('cam1'))
    pipelined.send(b''.join(dialogue()))
    wanted = shape([pipelined.reply() for _ in range(5)])
    assert [w[0] for w in wanted] == [200, 200, 200, 454, 200]
    data = b''.join(dialogue())
    for size in (1, 2, 3, 7, 64):
        client = Client(gateway.url('cam1'))
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(0, len(data), size):
            client.send(data[i:i + size])
        assert shape([client.reply() for _ in range(5)]) == wanted
        client.close()
    pipelined.close()


@pytest.mark.must('S6', 'A2')
def test_a_session_belongs_to_the_client_that_made_it(gateway):
    victim = Client(gateway.url('cam1')).start()
    thief = Client(gateway.url('cam1'))
    for method in ('PLAY', 'PAUSE', 'TEARDOWN', 'GET_PARAMETER', 'SETUP'):
        url = gateway.url('cam1') + ('/trackID=0' if method == 'SETUP' else '')
        reply = thief.request(method, url, [f'Session: {victim.session}', TCP])
        assert reply.status == 454
    count = len(victim.packets[0])
    Swarm([victim]).run_until('the victim plays on', lambda: len(victim.packets[0]) > count + 50)
    assert_continuous(victim.packets[0])
    victim.close()
    thief.close()


@pytest.mark.must('A1')
def test_half_a_message_costs_nothing_and_ends(gateway):
    """The analogue of an endless loop on a cut frame: no bytes, no work, and no connection left."""
    good = Client(gateway.url('cam1')).start()
    halves = []
    for data in (b'$\x00\xff\xff', b'DESCRIBE rtsp://x/y RTSP/1.0\r\n',
                 raw('SET_PARAMETER', URL, 'Content-Length: 500', body=b'x')):
        halves.append(Client(gateway.url('cam1')))
        halves[-1].send(data)
    swarm = Swarm([good, *halves])
    cpu = gateway.cpu_seconds()
    swarm.run_until('the halves are closed', lambda: all(h.is_ended for h in halves))
    assert gateway.cpu_seconds() - cpu < 5, 'it has waited ten seconds for them, not worked'
    assert_continuous(good.packets[0])
    for client in (good, *halves):
        client.close()


@pytest.mark.must('A1')
def test_garbage_harms_nobody(gateway, seed):
    good = Client(gateway.url('cam1')).start()
    swarm = Swarm([good])
    for _ in range(200):
        s = socket.create_connection(('127.0.0.1', gateway.port))
        try:
            s.sendall(seed.choice([b'', b'OPTIONS * RTSP/1.0\r\n', b'$']) +
                      seed.randbytes(seed.randrange(2000)))
        except OSError:
            pass
        s.close()
        swarm.step(0)
    count = len(good.packets[0])
    swarm.run_until('the good one plays on', lambda: len(good.packets[0]) > count + 50)
    assert_continuous(good.packets[0])
    good.close()


@pytest.mark.must('A6')
def test_udp_from_strangers_goes_nowhere(origin, gateway):
    """Packets to the port the gateway receives on are not the origin's (RFC 8085 5)."""
    viewer = Client(gateway.url('cam1')).start()
    swarm = Swarm([viewer])
    swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 20)
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind(('127.0.0.2', 0))
    with open('/proc/net/udp') as f:
        ports = [int(line.split()[1].split(':')[1], 16) for line in f.readlines()[1:]]
    for port in ports:
        stranger.sendto(b'\x80\x60' + b'\x00' * 30, ('127.0.0.1', port))
    count = len(viewer.packets[0])
    swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 50)
    assert_continuous(viewer.packets[0])
    assert gateway.stream('cam1')['invalid'] == 0
    viewer.close()
    stranger.close()
