"""Origins that answer SETUP with multicast: asked for it, or of their own accord."""
import pytest

from lib.gateway import Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.programs import ffmpeg, gst_origin
from lib.rtsp import assert_continuous
from lib.sender import Sender, rtp
from lib.watcher import Watcher, ask
from lib.wait import until

GROUP = '239.1.1.1'


def origin(wired, **options):
    place = {'destination': GROUP, 'port': 5000, **options.pop('place', {})}
    return Origin(within=wired.head, host='10.1.0.1', multicast=place, **options)


def gateway(folder, wired, source, **path):
    return Gateway(folder, {'cam': {'source': source, **path}}, within=wired.gate)


@pytest.mark.parametrize('transport', ['tcp', 'udp'])
def test_gstreamer_s_server_sends_to_a_group(tmp_path, wired, transport):
    with wired.head.inside(), gst_origin(tmp_path, host='10.1.0.1', pool=GROUP,
                                         only='multicast') as url:
        with gateway(tmp_path, wired, url, sourceTransport='multicast') as g, \
                wired.gate.capture('eth0') as wire, wired.gate.inside():
            pictures, sound, complaints = ffmpeg(g.url('cam'), transport)
            assert pictures > 60 and sound and not complaints, complaints
            assert wire.datagrams(GROUP) and wire.memberships(GROUP, 'join')
            until('nobody watches', lambda: g.stream('cam') is None)
            until('it was left', lambda: wire.memberships(GROUP, 'leave'))


@pytest.mark.must('M3')
@pytest.mark.parametrize('asks', ['multicast', 'udp', 'auto'])
@pytest.mark.parametrize('group', [GROUP, '232.1.1.1'])
def test_an_origin_sends_to_a_group(tmp_path, wired, asks, group):
    """It may choose that itself. Two tracks, each on ports of its own; bit for bit, in order."""
    with origin(wired, place={'destination': group}) as o, \
            gateway(tmp_path, wired, o.url, sourceTransport=asks) as g, \
            wired.gate.capture('eth0') as wire:
        with Watcher(wired.gate, g, 'cam', 'udp', (0, 1)) as viewer:
            viewer.read(300)
            viewer.read(20, track=1)
            for packets in viewer.client.packets.values():
                assert_continuous(packets)
            assert g.stream('cam')['transport'] == 'multicast'
            joins = [m for m in wire.memberships(group, 'join') if m.is_sent]
            assert joins and all(m.sources == ['10.1.0.1'] for m in joins)
            assert {d.host for d in wire.datagrams() if not d.is_sent} <= {group}
        until('nobody watches', lambda: g.stream('cam') is None)
        until('it was left', lambda: [m for m in wire.memberships(group, 'leave') if m.is_sent])
        assert o.stats()['clean_ends'] == 1


@pytest.mark.must('M4', 'M5', 'R3')
@pytest.mark.parametrize('group, reports_to', [(GROUP, GROUP), ('232.1.1.1', '10.1.0.1')])
def test_reports_go_to_the_group_or_of_one_source_to_it(tmp_path, wired, group, reports_to):
    """With the TTL the origin names, but 16 at most."""
    with origin(wired, place={'destination': group, 'ttl': 40}) as o, \
            gateway(tmp_path, wired, o.url, sourceTransport='multicast') as g, \
            wired.gate.capture('eth0') as wire, \
            Watcher(wired.gate, g, 'cam', tracks=(0, 1)) as viewer:
        viewer.swarm.run_until('a report is heard', lambda: o.stats()['rr'])
        ours = [d for d in wire.datagrams() if d.is_sent]
        assert {d.host for d in ours} == {reports_to} and {d.port for d in ours} <= {5001, 5003}
        assert group != GROUP or {d.ttl for d in ours} == {16}
        viewer.swarm.run_until('its reports pass', lambda: viewer.client.rtcp[0])


def test_what_other_receivers_report_is_not_the_origin_s(tmp_path, wired):
    """They say it in the group, as every receiver does; a BYE among it ends nothing."""
    wired.head.run('ip address add 10.1.0.7/24 dev eth0')

    def bye(n):
        return bytes([0x81, 203, 0, 1]) + ssrc
    with origin(wired, seed=5) as o, \
            gateway(tmp_path, wired, o.url, sourceTransport='multicast') as g, \
            Watcher(wired.gate, g, 'cam', tracks=(0, 1)) as viewer:
        viewer.read(20)
        ssrc = o.stats()['ssrc'][0].to_bytes(4, 'big')
        with Sender(wired.head, (GROUP, 5001), bye, '10.1.0.7'), \
                Sender(wired.head, (GROUP, 5000), lambda n: rtp(n, b'wrong'), '10.1.0.7'):
            packets = viewer.read_more(200)
        assert_continuous(packets)
        assert g.stream('cam')['byes'] == 0
        assert not any(b'wrong' in packet for packet in viewer.client.rtcp[0])


@pytest.mark.must('M7')
def test_another_source_sends_where_the_origin_names_it(tmp_path, wired):
    wired.head.run('ip address add 10.1.0.7/24 dev eth0')
    with origin(wired, silent_udp=True, place={'source': '10.1.0.7'}) as o, \
            gateway(tmp_path, wired, o.url, sourceTransport='multicast') as g, \
            Sender(wired.head, (GROUP, 5000), lambda n: rtp(n, b'\x65right'), '10.1.0.7'), \
            Watcher(wired.gate, g, 'cam', tracks=(0, 1)) as viewer:
        assert_continuous(viewer.read(50))


@pytest.mark.parametrize('destination', ['224.0.0.5', '10.1.0.2', '239.1.1', '', 'ff02::1'])
def test_what_is_no_group_is_not_joined(tmp_path, wired, destination):
    with origin(wired, place={'destination': destination}) as o, \
            gateway(tmp_path, wired, o.url, sourceTransport='multicast') as g, \
            wired.gate.capture('eth0') as wire:
        assert ask(wired.gate, g, 'cam').status == 502
        assert 'the origin names a group that no media may be sent to' in g.log.read_text()
        assert not [m for m in wire.memberships(destination, 'join') if m.is_sent]


def test_with_auto_tcp_is_tried_where_the_group_cannot_be_had(tmp_path, wired):
    with origin(wired, place={'destination': '224.0.0.5'}) as o, \
            gateway(tmp_path, wired, o.url) as g, \
            Watcher(wired.gate, g, 'cam', tracks=(0, 1)) as viewer:
        assert_continuous(viewer.read(50))
        assert g.stream('cam')['transport'] == 'tcp'


def test_an_origin_that_has_no_groups_says_so(tmp_path, wired):
    with Origin(within=wired.head, host='10.1.0.1') as o, \
            gateway(tmp_path, wired, o.url, sourceTransport='multicast') as g:
        assert ask(wired.gate, g, 'cam').status == 200  # it may speak another transport
        assert 'reason="the origin refuses RTP"' in g.log.read_text()


@pytest.mark.must('M3')
def test_of_two_ways_the_group_is_joined_by_the_one_to_the_origin(tmp_path):
    with Networks() as net:
        head, gate = net.host('head'), net.host('gate')
        other = net.host('other')
        net.wire(other, gate, '10.9.0.0/24')
        net.wire(head, gate, '10.1.0.0/24')
        gate.run('ip route add 224.0.0.0/4 dev eth0')  # a route leads the wrong way
        with Origin(within=head, host='10.1.0.1',
                    multicast={'destination': GROUP, 'port': 5000}) as o, \
                Gateway(tmp_path, {'cam': {'source': o.url}}, within=gate) as g, \
                gate.capture('eth0') as wrong, Watcher(gate, g, 'cam', tracks=(0, 1)) as viewer:
            viewer.read(50)
            assert not wrong.memberships(GROUP) and not wrong.datagrams(GROUP)
            assert g.stream('cam')['transport'] == 'multicast'
