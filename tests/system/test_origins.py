"""A5: where a client may lead the gateway. The judge is a capture in a network in which every
address answers: what is refused is not even tried."""
import pathlib

import pytest

from lib.gateway import Gateway
from lib.namespace import Names, everywhere
from lib.origin import Origin
from lib.rtsp import Client, Swarm
from lib.wait import until

HOSTS = (pathlib.Path(__file__).parents[1] / 'origins/forbidden_hosts').read_text().splitlines()
# Every name, every ordinary address, every port.
WIDE = ['*:*', '0.0.0.0/0:*', '[::]/0:*']
PUBLIC = '9.9.9.9'


def ask(gateway, url, method='DESCRIBE'):
    client = Client(gateway.url(''))
    reply = client.request(method, url, ['Transport: RTP/AVP/TCP;unicast'])
    client.close()
    return reply.status


def forms(gateway, host, port):
    return (f'rtsp://{host}:{port}/live', gateway.url(f'rtsp/{host}:{port}/live'),
            f'/rtsp/{host}:{port}/live')


@pytest.mark.must('A5')
def test_no_forbidden_spelling_makes_a_connection(tmp_path):
    assert len(HOSTS) >= 60
    with everywhere() as capture, Origin(host='0.0.0.0') as origin, \
            Gateway(tmp_path, {'free': {'source': f'rtsp://10.1.1.1:{origin.port}/live'}},
                    origins=WIDE) as gateway:
        for host in HOSTS:
            for url in forms(gateway, host, origin.port):
                for method in ('DESCRIBE', 'SETUP'):
                    assert ask(gateway, url, method) in (400, 403, 404), url
        assert capture.connections(gateway.port, gateway.api_port) == []
        assert capture.datagrams(port=53) == [], 'no name was looked up'
        assert gateway.status()['streams'] == []
        # What is allowed is reached, so the capture sees; and what the config says is free.
        for url, host in ((f'rtsp://8.8.8.8:{origin.port}/live', '8.8.8.8'),
                          (gateway.url('free'), '10.1.1.1')):
            assert ask(gateway, url) == 200
            assert capture.connections(gateway.port, gateway.api_port)[-1] == (host, origin.port)


@pytest.mark.must('A5')
@pytest.mark.parametrize('host', ['127.0.0.1', '0.0.0.0'])
def test_the_gateway_is_no_origin_of_its_own(tmp_path, host):
    rules = [*WIDE, '127.0.0.0/8:*', '[::1]:*', '9.9.9.0/24:*']
    with everywhere() as capture, Gateway(tmp_path, {}, host=host, origins=rules) as gateway:
        hosts = ['127.0.0.1', '[::ffff:127.0.0.1]']
        if host == '0.0.0.0':
            hosts += ['127.0.0.2', '127.255.255.254']
        for own in hosts:
            url = f'/rtsp/{own}:{gateway.port}/live'
            assert ask(gateway, url) == 403, url
        assert ask(gateway, f'/rtsp/127.0.0.1:{gateway.api_port}/live') == 403
        assert set(capture.connections()) <= {('127.0.0.1', gateway.port),
                                              ('127.0.0.1', gateway.api_port)}
        assert gateway.status()['streams'] == []


@pytest.mark.must('A5')
def test_a_name_that_leads_to_forbidden_addresses(tmp_path):
    inside = ['127.0.0.1', '127.0.0.2', '10.0.0.1', '169.254.169.254', '192.168.1.1', '0.0.0.0']
    with everywhere() as capture, Origin(host='0.0.0.0') as origin, \
            Names(tmp_path, inside_test=[inside], mixed_test=[[*inside, PUBLIC, '172.16.0.1']],
                  allowed_test=[['10.7.0.1']]) as names, \
            Gateway(tmp_path, {}, origins=['*.test:*', f'10.7.0.0/16:{origin.port}'],
                    prefix=names.prefix) as gateway:
        for url in forms(gateway, 'inside.test', origin.port):
            assert ask(gateway, url) == 403
        assert capture.connections(gateway.port, gateway.api_port) == []
        assert 'an address of a special range' in gateway.log.read_text()
        assert ask(gateway, f'rtsp://mixed.test:{origin.port}/live') == 200
        assert capture.connections(gateway.port, gateway.api_port) == [(PUBLIC, origin.port)]
        assert ask(gateway, f'rtsp://allowed.test:{origin.port}/live') == 200, 'a rule names it'
        assert ask(gateway, f'rtsp://other.example:{origin.port}/live') == 403
        assert set(names.asked) == {'inside.test', 'mixed.test', 'allowed.test'}


@pytest.mark.must('A5')
def test_rebinding(tmp_path):
    """The name means an allowed address first, and a forbidden one when it is asked for again. It
    is not asked again while an attempt lasts, though that changes from UDP to TCP on the way."""
    with everywhere() as capture, Origin(host='0.0.0.0', silent_udp=True) as origin, \
            Names(tmp_path, rebind_test=[[PUBLIC], ['127.0.0.2']]) as names, \
            Gateway(tmp_path, {}, origins=['rebind.test:*'], prefix=names.prefix) as gateway:
        viewer = Client(gateway.url(''))
        viewer.url = f'rtsp://rebind.test:{origin.port}/live'
        viewer.start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays over TCP', lambda: len(viewer.packets[0]) > 50)
        assert names.asked == ['rebind.test']
        ours = {gateway.port, gateway.api_port}
        assert set(capture.connections(*ours)) == {(PUBLIC, origin.port)}
        assert len(capture.connections(*ours)) == 2, 'UDP was tried first'
        origin.kill()
        origin.start()
        until('the name is asked for again', lambda: len(names.asked) > 1)
        until('and refused', lambda: 'special range' in gateway.log.read_text())
        assert set(capture.connections(*ours)) == {(PUBLIC, origin.port)}
        viewer.close()
