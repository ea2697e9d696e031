"""A3, T4: no packet goes to third parties, whatever they are called. The judge is a capture in a
network in which every address answers."""
import pytest

from lib.gateway import Gateway
from lib.namespace import everywhere
from lib.origin import Origin
from lib.rtsp import Client, Swarm

THIRD = ['8.8.8.8', '10.0.0.1', '127.0.0.9', '255.255.255.255', '224.0.0.1', '[2001:db8::1]',
         '::1', 'victim.example.com', '0.0.0.0', '134744072', '8.8.8.8:53']
WORDS = ['RTP/AVP;unicast;destination={};client_port=53-54',
         'RTP/AVP;unicast;client_port=5000-5001;destination={}',
         'RTP/AVP/UDP;unicast;destination="{}";client_port=123-124',
         'RTP/AVP/TCP;unicast;destination={};interleaved=0-1',
         'x-none/udp;destination={};client_port=5000',
         'RAW/RAW/UDP;unicast,RTP/AVP;unicast;destination={};client_port=5000-5001']


@pytest.mark.must('A3', 'T4')
def test_media_goes_to_nobody_who_did_not_ask(tmp_path):
    with everywhere() as capture, Origin() as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1'), 'udp').start()
        for host in THIRD:
            for words in WORDS:
                client = Client(gateway.url('cam1'))
                reply = client.request('SETUP', gateway.url('cam1') + '/trackID=0',
                                       ['Transport: ' + words.format(host)])
                assert reply.status == 403, words.format(host)
                assert client.request('PLAY').status == 454
                client.close()
        count = len(viewer.packets[0])
        Swarm([viewer]).run_until('the viewer plays', lambda: len(viewer.packets[0]) > count + 50)
        assert {d.host for d in capture.datagrams()} == {'127.0.0.1'}
        viewer.socket.setblocking(True)
        viewer.close()


@pytest.mark.must('A3', 'A4')
def test_an_origin_points_us_nowhere_else(tmp_path):
    """`source` in its answer is where our first packet and our reports would go."""
    with everywhere() as capture, \
            Origin(host='9.9.9.9', odd=['transport-points-inside']) as origin, \
            Gateway(tmp_path, {'cam1': {'source': f'rtsp://9.9.9.9:{origin.port}/live'}}) as g:
        viewer = Client(g.url('cam1')).start()
        Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        assert g.stream('cam1')['transport'] == 'udp'
        assert '169.254.169.254' not in {d.host for d in capture.datagrams()}
        viewer.socket.setblocking(True)
        viewer.close()
