"""Bridges whose input is a stream of the gateway."""
import pytest

from lib.bridges import World, bridge_of
from lib.multicast import Receiver, Sender
from lib.network import Networks
from lib.wait import until

OTHER = '239.254.9.2'


@pytest.fixture
def world():
    with Networks() as net:
        yield World(net)


def rtp_of_ts(seq):
    return (bytes([0x80, 33]) + seq.to_bytes(2, 'big') + (seq * 900).to_bytes(4, 'big') + b'SSRC' +
            (b'\x47\x1f\xff\x10' + bytes(184)) * 7)


def test_a_stream_of_the_gateway_goes_to_a_group(world, tmp_path):
    """As one more reader of its tape: what the group gets is what came."""
    with world.gateway(tmp_path, {'cam1': {'source': 'rtp://@:5004'}},
                       hall=('cam1', f'rtp://{OTHER}:6000?iface=eth1',
                             'rtp://10.2.0.2:7000')) as gateway, \
            Receiver(world.right, 6000, OTHER) as group, Receiver(world.right, 7000) as alone, \
            Sender(world.left, '10.1.0.2', 5004) as sender:
        numbers = iter(range(1, 60000))

        def flows():
            sender.send(rtp_of_ts(next(numbers)))
            return len(group.read()) > 200 and len(alone.read()) > 200

        until('both get it', flows)
        for receiver in (group, alone):
            first = sender.sent.index(receiver.datagrams[0])
            assert sender.sent[first:first + len(receiver.datagrams)] == receiver.datagrams
        until('it is seen', lambda: bridge_of(gateway)['state'] == 'live')
        assert bridge_of(gateway)['kind'] == 'rtp'
        assert gateway.stream('cam1')['pulls'] == 1
        gateway.check_leaks = lambda: None  # the bridge keeps the stream


def test_a_stream_that_ends_is_taken_up_again(world, tmp_path):
    """On demand: the stream is there while the group has members."""
    path = {'source': 'rtp://@:5004', 'sourceTimeout': '300ms', 'keepViewers': '100ms',
            'sourceOnDemandStartTimeout': '500ms', 'sourceOnDemandCloseAfter': '100ms'}
    bridge = {'input': 'cam1', 'outputs': [f'rtp://{OTHER}:6000?iface=eth1'], 'onDemand': True}
    with world.gateway(tmp_path, {'cam1': path}, hall=bridge) as gateway, \
            Sender(world.left, '10.1.0.2', 5004) as sender:
        numbers = iter(range(1, 60000))

        def flows():
            sender.send(rtp_of_ts(next(numbers)))
            return len(group.read()) > 50

        assert gateway.stream('cam1') is None and bridge_of(gateway)['state'] == 'idle'
        with Receiver(world.right, 6000, OTHER) as group:
            for _ in range(2):
                until('it flows', flows)
                until('it is over', lambda: bridge_of(gateway)['state'] == 'failed')
                assert 'the path cam1: ' in bridge_of(gateway)['reason']
                group.read().clear()
            until('it flows', flows)
        until('it is closed', lambda: bridge_of(gateway)['state'] == 'idle')
        until('the stream, too', lambda: gateway.stream('cam1') is None)
