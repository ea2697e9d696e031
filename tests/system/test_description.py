"""What origins say of their streams, and send: viewers get it whole, and in order."""
import random
import re
import struct

import pytest

from lib.gateway import Gateway
from lib.packet_origin import PacketOrigin
from lib.rtsp import Client, Swarm, assert_stretch_of
from lib.wait import until

THREE = ('v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=three\r\nt=0 0\r\n'
         'm=video 0 RTP/AVP 96\r\na=rtpmap:96 x-unheard/90000\r\na=control:one\r\n'
         'm=audio 0 RTP/AVP 0\r\na=control:two\r\n'
         'm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n'
         'a=control:three\r\n')
# RFC 4566 5: what may stand where.
SESSION = re.compile(r'v=0 o=\S+ \d+ \d+ IN IP[46] \S+ s=.+? (i=[^=]* )?c=IN IP[46] \S+ (b=\S+ )*'
                     r't=0 0( a=.+)*')
MEDIA = re.compile(r'm=\w+ 0 \S+ .+?( i=.+?)?( b=\S+)*( k=\S+)?( a=.+)*')


def path(origin, **settings):
    return {'cam1': {'source': origin.url, 'sourceTransport': 'tcp', **settings}}


def plain(track, number, payload=b'payload'):
    return struct.pack('>BBHII', 0x80, 96, number & 0xffff, number * 90, 7 + track) + payload


def described(gateway, host='127.0.0.1'):
    client = Client(gateway.url('cam1'))
    reply = client.describe()
    client.close()
    return reply


def assert_strict(text):
    """The order of lines that RFC 4566 5 has."""
    assert text.endswith('\r\n') and '\n' not in text.replace('\r\n', '')
    session, *media = re.split(r'\r\n(?=m=)', text[:-2])
    assert SESSION.fullmatch(session.replace('\r\n', ' ')), session
    for part in media:
        assert MEDIA.fullmatch(part.replace('\r\n', ' ')), part


@pytest.mark.must('R1')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_any_rtp_packet_passes_bit_for_bit(tmp_path, transport):
    """CSRCs, extensions, padding, markers, any payload type, no payload at all, and large ones."""
    rng = random.Random(5)

    def odd(number):
        sources = rng.randrange(16)
        has_extension, padding = rng.randrange(2), rng.choice([0, 0, 1, 4, 255])
        packet = struct.pack('>BBHII', 0x80 | bool(padding) << 5 | has_extension << 4 | sources,
                             rng.randrange(256), number & 0xffff, number * 90, 0xdeadbeef)
        packet += rng.randbytes(4 * sources)
        if has_extension:
            words = rng.choice([0, 1, 5])
            packet += struct.pack('>HH', rng.choice([0xbede, 0x1000, 1]), words)
            packet += rng.randbytes(4 * words)
        packet += rng.randbytes(rng.choice([0, 1, 7, 1000, 1400, 8000]))
        if padding:
            packet += bytes(padding - 1) + bytes([padding])
        yield 0, packet

    sdp = 'v=0\r\nm=application 0 RTP/AVP 96\r\na=rtpmap:96 x-unheard/90000\r\n'
    with PacketOrigin(sdp, odd) as origin, Gateway(tmp_path, path(origin)) as gateway:
        viewer = Client(gateway.url('cam1'), transport).start(tracks=[0])
        Swarm([viewer]).run_until('packets came', lambda: len(viewer.packets[0]) > 500)
        assert_stretch_of(origin.sent[0], viewer.packets[0])
        assert gateway.stream('cam1')['invalid'] == 0
        viewer.close()


@pytest.mark.must('L1', 'T3')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_one_track_of_three(tmp_path, transport):
    def packets(number):
        return [(track, plain(track, number)) for track in range(3)]

    with PacketOrigin(THREE, packets) as origin, Gateway(tmp_path, path(origin)) as gateway:
        viewer = Client(gateway.url('cam1'), transport)
        assert viewer.describe().status == 200
        assert viewer.setup(2, channels=(10, 11)).status == 200
        reply = viewer.play()
        assert reply.headers['rtp-info'].count('url=') == 1
        assert viewer.url + '/trackID=2' in reply.headers['rtp-info']
        Swarm([viewer]).run_until('packets came', lambda: len(viewer.packets[2]) > 50)
        assert set(viewer.packets) == {2}
        assert viewer.rtp_info[2].get('seq') in (None, viewer.packets[2][0].seq)
        assert_stretch_of(origin.sent[2], viewer.packets[2])
        viewer.close()


@pytest.mark.must('D1', 'D2', 'P7')
def test_whatever_the_origin_says_viewers_get_a_strict_description(tmp_path):
    sdp = ('t=1 2\na=tool:odd\nx=unheard\ns=odd one\na=range:npt=0-\nc=IN IP4 239.1.1.1/16\n'
           'b=AS:9\nv=0\nm=video  5000/2 RTP/AVP 96\nb=AS:5\n'
           'a=source-filter: incl IN IP4 * 192.0.2.1\n'
           'nonsense\na=control:x\na=fmtp:96 profile=1;sets="a,b"\nc=IN IP4 239.1.1.2/16/3\n'
           'a=rtpmap:96 H264/90000\ni=a camera\na=rtcp:5001\n')
    with PacketOrigin(sdp, lambda n: [(0, plain(0, n))]) as origin, \
            Gateway(tmp_path, path(origin)) as gateway:
        text = described(gateway).body.decode()
        assert_strict(text)
        for hidden in ('239.1', '192.0.2.1', '5000', '5001', 'control:x', 'nonsense'):
            assert hidden not in text
        for kept in ('a=fmtp:96 profile=1;sets="a,b"', 'a=rtpmap:96 H264/90000', 'i=a camera',
                     'c=IN IP4 0.0.0.0', 'm=video 0 RTP/AVP 96', 'a=control:trackID=0'):
            assert f'\r\n{kept}\r\n' in text


@pytest.mark.must('D2')
def test_the_family_of_a_description_is_the_viewers(tmp_path):
    with PacketOrigin(THREE, lambda n: [(0, plain(0, n))]) as origin, \
            Gateway(tmp_path, path(origin), host='::1') as gateway:
        text = described(gateway).body.decode()
        assert_strict(text)
        assert ' IN IP6 ::1\r\n' in text and '\r\nc=IN IP6 ::\r\n' in text


@pytest.mark.must('D3')
def test_the_version_rises_when_the_description_changes(tmp_path):
    def origin_line(reply):
        return [int(n) for n in re.search(r'o=- (\d+) (\d+) ', reply.body.decode()).groups()]

    with PacketOrigin(THREE, lambda n: [(0, plain(0, n))]) as origin, \
            Gateway(tmp_path, path(origin, sourceOnDemand=False)) as gateway:
        first = origin_line(described(gateway))
        assert origin_line(described(gateway)) == first
        origin.drop()
        until('it is pulled again', lambda: gateway.stream('cam1')['pulls'] == 2)
        assert origin_line(described(gateway)) == first, 'nothing has changed'
        origin.sdp = THREE.replace('a=control:one', 'a=fmtp:96 new=1\r\na=control:one')
        origin.drop()
        until('it is pulled again', lambda: gateway.stream('cam1')['pulls'] == 3)
        until('it is described anew', lambda: b'new=1' in described(gateway).body)
        assert origin_line(described(gateway)) == [first[0], first[1] + 1]


# What is said, and whether it can be understood.
BROKEN = {
    'an empty c=': ('v=0\r\nc=IN \r\nm=audio 0 RTP/AVP 0\r\na=control:x\r\n', True),
    'a clock of zero': ('m=audio 0 RTP/AVP 96\na=rtpmap:96 L16/0\na=control:x\n', True),
    'no clock': ('m=audio 0 RTP/AVP 96\na=rtpmap:96 L16/\na=control:x\n', True),
    'NULs': (b'v=0\0\nm=audio 0 RTP/AVP 0\0\na=control:x\0\n', True),
    'giant stream ids': ('m=audio 0 RTP/AVP 0\na=StreamId:integer;' + '9' * 5000 + '\n', True),
    'a giant name': ('s=' + 'x' * 60000 + '\nm=audio 0 RTP/AVP 0\n', True),
    'a giant control': ('m=audio 0 RTP/AVP 0\na=control:' + 'x' * 60000 + '\n', False),
    'nothing': ('', False),
    'no track': ('v=0\r\ns=x\r\n', False),
    'a broken track': ('v=0\r\nm=\r\n', False),
    'too many tracks': ('m=audio 0 RTP/AVP 0\r\n' * 33, False),
    'too much': ('a=x\r\n' * 20000, False),
    'no text': (bytes(range(256)) * 8, False),
}


@pytest.mark.must('D5', 'D1', 'A4')
@pytest.mark.parametrize('what', BROKEN)
def test_broken_descriptions_harm_nothing(tmp_path, what):
    sdp, is_understood = BROKEN[what]
    with PacketOrigin(sdp, lambda n: [(0, plain(0, n))]) as origin, \
            PacketOrigin(THREE, lambda n: [(0, plain(0, n))]) as good, \
            Gateway(tmp_path, {'broken': path(origin)['cam1'], 'cam1': path(good)['cam1']},
                    pathDefaults={'sourceOnDemand': True, 'sourceOnDemandCloseAfter': '500ms',
                                  'sourceOnDemandStartTimeout': '1s'}) as gateway:
        client = Client(gateway.url('broken'))
        reply = client.describe()
        client.close()
        assert reply.status == 200 if is_understood else reply.status in (502, 504)
        if is_understood:
            assert_strict(reply.body.decode())
        assert described(gateway).status == 200


@pytest.mark.must('D5')
@pytest.mark.parametrize('headers', [(), ('Content-Type: ',), ('content-type: Application/SDP',)])
def test_a_description_without_its_type_is_one(tmp_path, headers):
    with PacketOrigin(THREE, lambda n: [(0, plain(0, n))], headers) as origin, \
            Gateway(tmp_path, path(origin)) as gateway:
        assert described(gateway).status == 200


@pytest.mark.must('P2', 'P3', 'P4', 'S2', 'P6')
def test_the_two_sides_are_two_dialogues(tmp_path):
    """What a viewer says of its own leg never reaches the origin, nor the other way round. But for
    Via, which goes on, with our name behind it."""
    words = ['Blocksize: 4711', 'Bandwidth: 4711', 'X-Canary: 4711', 'Connection: x-4711',
             'Via: RTSP/1.0 proxy', 'User-Agent: 4711']
    with PacketOrigin(THREE, lambda n: [(0, plain(0, n))]) as origin, \
            Gateway(tmp_path, path(origin)) as gateway:
        viewers = [Client(gateway.url('cam1')) for _ in range(3)]
        replies = []
        for viewer in viewers:
            viewer.cseq = 471100
            replies.append(viewer.request('DESCRIBE', headers=words))
            assert viewer.request('DESCRIBE', headers=['Proxy-Require: x4711']).status == 551
            replies.append(viewer.request('SETUP', viewer.url + '/trackID=0', [
                'Transport: RTP/AVP/TCP;unicast;interleaved=40-41', *words]))
            viewer.session = replies[-1].headers['session'].split(';')[0]
            viewer.channels = {40: (0, False), 41: (0, True)}
            replies.append(viewer.request('PLAY', headers=words))
            replies.append(viewer.request('GET_PARAMETER', headers=words))
        assert [reply.status for reply in replies] == 12 * [200]
        assert not any('0123456789abcdef' in value or str(origin.url) in value
                       for reply in replies for value in reply.headers.values())
        said = '\n'.join(origin.requests)
        assert '4711' not in said
        assert 'Via: RTSP/1.0 proxy, RTSP/1.0 weir-' in said
        assert not any(viewer.session in said for viewer in viewers)
        assert origin.count('DESCRIBE') == 1, 'who serves a stream describes it'
        for viewer in viewers:
            viewer.close()
