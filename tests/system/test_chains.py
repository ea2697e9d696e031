"""Who waits for a stream is answered while somebody else's business is done: what stands behind the
question is his own, and may end anything of his, at that very moment."""
import pytest

from lib.gateway import Gateway
from lib.publisher import Publisher, close_all, live
from lib.rtsp import Client, udp_pair
from lib.wait import until

PATIENT = {'sourceOnDemandStartTimeout': '60s', 'sourceTimeout': '60s'}
PATHS = {**live(**PATIENT), 'other': {'source': 'publisher', **PATIENT}}


def ask(client, url):
    """A question that waits, and the text before anything behind it."""
    client.send(client.text('DESCRIBE', url, ['Accept: application/sdp']))


def wait_for_connections(gateway, count):
    until(f'{count} connections', lambda: gateway.status()['gateway']['connections'] == count)


def requests_of(gateway):
    return gateway.status()['gateway']['requests']


def test_a_publisher_that_waits_for_itself_and_talks_nonsense(tmp_path):
    with Gateway(tmp_path, PATHS) as gateway:
        publisher = Publisher(gateway.url('live'))
        assert publisher.announce().status == 200
        ask(publisher, gateway.url('live'))
        publisher.send(b'\0\r\n\r\n')
        until('it is sent away', lambda: publisher.poll() or publisher.is_ended)
        assert publisher.replies[0].status == 404
        publisher.vanish()


def test_a_publisher_ends_while_another_is_sent_away(tmp_path):
    with Gateway(tmp_path, PATHS) as gateway:
        first, second = (Publisher(gateway.url(name)) for name in ('live', 'other'))
        assert first.announce().status == 200
        second.start()
        ask(second, gateway.url('live'))
        second.send(second.text('TEARDOWN'))
        until('the first is sent away', lambda: first.poll() or first.is_ended)
        assert [second.reply().status for _ in range(2)] == [404, 200]
        close_all(first, second)


def test_a_session_ends_while_its_connection_forgets_what_it_announced(tmp_path):
    with Gateway(tmp_path, PATHS) as gateway:
        first, second = Publisher(gateway.url('live')), Publisher(gateway.url('other'), 'udp')
        third = Publisher(gateway.url('other'), 'udp')
        assert first.announce().status == 200
        first.url = gateway.url('other')
        second.url = gateway.url('other')
        second.start()
        sockets = udp_pair('127.0.0.1')
        port = sockets[0].getsockname()[1]
        reply = first.request('SETUP', gateway.url('other') + '/trackID=0',
                              [f'Transport: RTP/AVP;unicast;client_port={port}-{port + 1}'])
        assert reply.status == 200
        session = reply.headers['session'].split(';')[0]
        ask(third, gateway.url('live'))
        third.send(third.text('TEARDOWN', headers=[f'Session: {session}']))
        until('all is asked', lambda: requests_of(gateway) >= 7)
        first.url = gateway.url('live')
        assert first.announce().status == 200
        assert [third.reply().status for _ in range(2)] == [404, 200]
        close_all(first, second, third, *sockets)
