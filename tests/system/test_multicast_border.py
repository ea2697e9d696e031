"""A group goes on as another group, never to where it came from; and the bounds of a multicast
domain are those of any."""
import pytest

from lib import rtcp
from lib.gateway import Gateway
from lib.group_client import GroupClient
from lib.hall import HALL, hall
from lib.network import Networks
from lib.origin import Origin
from lib.rtsp import Client, Swarm
from lib.sender import Sender
from lib.wait import until

GROUP = '239.255.16.1'  # one that the hall's pool could have given
BOTH = 'RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1'


def set_up(host, url, offer):
    with host.inside():
        client = Client(url)
    reply = client.request('SETUP', f'{url}/trackID=0', [f'Transport: {offer}'])
    return client, reply


@pytest.mark.must('M4')
@pytest.mark.parametrize('interface', ['?iface=eth0', ''])
def test_a_group_never_goes_back_where_it_came_from(tmp_path, interface):
    with Networks() as net:
        head, gate, viewer = (net.host(name) for name in ('head', 'gate', 'viewer'))
        lan = net.lan('lan')
        for i, one in enumerate((head, gate, viewer)):
            net.plug(one, lan, f'10.7.0.{i + 1}/24')
            one.run('ip route add default dev eth0')
        domains = {'hall': {**HALL, 'pool': '239.255.0.0/16'}}
        with Sender(head, (GROUP, 5000)), viewer.capture('eth0') as wire, \
                Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000{interface}'}},
                        host='10.7.0.2', within=gate, domains=domains) as gateway:
            watcher, reply = set_up(viewer, gateway.url('tv'), BOTH)
            assert reply.status == 200 and 'TCP' in reply.headers['transport'], reply
            refused, reply = set_up(viewer, gateway.url('tv'), 'RTP/AVP;multicast')
            assert reply.status == 461, reply
            assert 'reason="it came as a group by that interface"' in gateway.log.read_text()
            assert not [d for d in wire.datagrams() if d.source == '10.7.0.2' and
                        d.host.startswith('239.')]
            refused.vanish()
            watcher.vanish()


@pytest.mark.must('M4')
def test_between_two_multicast_domains_the_group_changes(tmp_path):
    with Networks() as net:
        head, gate, viewer = (net.host(name) for name in ('head', 'gate', 'viewer'))
        net.wire(head, gate, '10.1.0.0/24')
        net.wire(gate, viewer, '10.7.0.0/24')
        for host in (head, viewer):
            host.run('ip route add default dev eth0')
        # The pool is the group of the source and one more.
        domains = {'hall': {**HALL, 'interface': 'eth1', 'pool': '239.255.16.0/31'}}
        with Sender(head, (GROUP, 5000)), head.capture('eth0') as before, \
                Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}},
                        host='10.7.0.1', within=gate, domains=domains) as gateway:
            watcher = GroupClient(viewer, gateway.url('tv')).start(tracks=(0,))
            assert watcher.group == '239.255.16.0', 'not the one that others send to'
            swarm = Swarm([watcher])
            swarm.run_until('it plays', lambda: len(watcher.packets[0]) > 100)
            assert not before.datagrams('239.255.16.0'), 'it is where it came from, too'
            swarm.remove(watcher)
            watcher.close()


def test_viewers_of_a_group_are_counted_and_their_packets_once(tmp_path):
    with hall(tmp_path, path={'maxReaders': 2, 'maxEgress': '300K'}) as \
            (gateway, gate, first, second):
        one = GroupClient(first, gateway.url('cam1')).start()
        swarm = Swarm([one])
        swarm.run_until('its rate is known',
                        lambda: gateway.stream('cam1')['inBps'] > 160_000 and one.packets[1])
        swarm.remove(one)
        # There is room for one more in the group, but not for one beside it.
        beside, reply = set_up(second, gateway.url('cam1'), 'RTP/AVP/TCP;unicast;interleaved=0-1')
        assert reply.status == 453, (reply, gateway.stream('cam1'))
        other = GroupClient(second, gateway.url('cam1')).start()
        assert gateway.stream('cam1')['viewers'] == 2
        # And for a third none: maxReaders.
        third, reply = set_up(second, gateway.url('cam1'), 'RTP/AVP;multicast')
        assert reply.status == 453, reply
        assert gateway.status()['gateway']['overload']['readers'] == 1
        for client in (beside, third):
            client.vanish()
        other.close()
        one.close()
        until('nobody is left', lambda: not gateway.status()['groups'])


@pytest.mark.must('R5')
def test_a_stream_that_ends_says_goodbye_to_its_group(tmp_path):
    origin = Origin()
    with hall(tmp_path, path={'keepViewers': '1s'}, origin=origin) as \
            (gateway, gate, first, second):
        viewers = [GroupClient(host, gateway.url('cam1')).start() for host in (first, second)]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(v.packets[0] for v in viewers))
        origin.kill()
        swarm.run_until('both are told', lambda: all(
            any(kind == rtcp.BYE for kind, _, _ in rtcp.packets(p))
            for v in viewers for p in v.rtcp[0][-1:]) and all(v.is_ended for v in viewers))
        assert not gateway.status()['groups'] and not gateway.status()['viewers']
        for viewer in viewers:
            viewer.vanish()
