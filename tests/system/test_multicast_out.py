"""Viewers in a multicast domain share a group: in networks of the test's own, with real players."""
import collections
import re
import struct
import subprocess

import pytest

from lib import rtcp
from lib.gateway import program
from lib.group_client import GroupClient
from lib.hall import ffmpeg, gstreamer, hall, pictures
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until



def groups(gateway):
    return gateway.status()['groups']


def per_packet(datagrams, port):
    """How often each RTP packet to that port was on the wire, by its number and SSRC."""
    return collections.Counter(struct.unpack_from('>H4xI', d.payload, 2)
                               for d in datagrams if d.port == port and len(d.payload) > 12)


@pytest.mark.parametrize('play', [ffmpeg, gstreamer])
@pytest.mark.parametrize('family', ['IPv4', 'IPv6'])
def test_two_players_share_one_group(tmp_path, play, family):
    host = '10.7.0.1' if family == 'IPv4' else 'fd07::1'
    with hall(tmp_path, host=host, real=True) as (gateway, gate, first, second), \
            gate.capture('eth0') as wire:
        players = [play(one, gateway.url('cam1')) for one in (first, second)]
        until('both share it', lambda: [g for g in groups(gateway) if g['playing'] == 2])
        group, = groups(gateway)
        assert [v['transport'] for v in gateway.status()['viewers']] == ['multicast'] * 2
        assert all(pictures(player) >= 50 for player in players)
        host = group['group'].rsplit(':', 1)[0].strip('[]')
        sent = [d for d in wire.datagrams(host) if d.is_sent]
        assert {d.ttl for d in sent} == {3}
        counts = per_packet(sent, 5010)
        assert len(counts) > 100 and set(counts.values()) == {1}, 'a packet went twice'
        until('the group is released', lambda: not groups(gateway))
        media = [d for d in wire.datagrams()
                 if d.is_sent and len(d.payload) > 200 and d.port > 5000]
        assert {d.host for d in media} == {host}, 'media went elsewhere, too'


@pytest.mark.must('T5')
def test_the_answer_tells_where_it_is(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second), gate.capture('eth0') as wire:
        viewer = GroupClient(first, gateway.url('cam1')).start()
        transport = viewer.answers[0]
        assert transport['port'] == '5010-5011' and viewer.answers[1]['port'] == '5012-5013'
        assert transport['ttl'] == '3' and transport['source'] == '10.7.0.1'
        assert 'ssrc' not in transport and re.match(r'239\.255\.(1[6-9]|2\d|3[01])\.', viewer.group)
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 100 and viewer.rtcp[0] and
                        viewer.packets[1])
        swarm.remove(viewer)
        assert_continuous(viewer.packets[0])
        shown = gate.run(f'{program()} status -a 127.0.0.1:{gateway.api_port}')
        row = next(line for line in shown.splitlines() if line.startswith(viewer.group))
        assert re.match(rf'{viewer.group}:5010 +cam1 +rtsp://127.0.0.1:\d+/live +10.7.0.1 +hall '
                        '+eth0 +3 +1 ', row), row
        viewer.teardown()
        Swarm([viewer]).run_until('BYE', lambda: any(
            kind == rtcp.BYE for p in viewer.rtcp[0] for kind, _, _ in rtcp.packets(p)))
        until('the group is released', lambda: not groups(gateway))
        before = len(wire.datagrams(viewer.group))
        assert len(wire.datagrams(viewer.group)) == before
        viewer.vanish()


OFFERS = [  # what a client takes, and how it gets it in a multicast domain and elsewhere
    ('RTP/AVP;multicast', 'multicast', 461),
    ('RTP/AVP/TCP;unicast;interleaved=0-1,RTP/AVP;multicast', 'multicast', 'TCP'),
    ('RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1', 'multicast', 'TCP'),
    ('RTP/AVP;unicast;client_port=7000-7001', 'client_port', 'client_port'),
    ('RTP/AVP;multicast;ttl=200;port=4000-4001', 'ttl=3', 461),
    ('RTP/AVP;multicast;destination=239.255.1.1', 403, 403),
]


@pytest.mark.must('T4', 'T6')
def test_who_takes_multicast_gets_it_where_it_is(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second):
        gate.run('ip address add 10.8.0.1/24 dev eth0')
        second.run('ip address add 10.8.0.3/24 dev eth0')
        for offer, here, elsewhere in OFFERS:
            for source, wanted in (('10.7.0.3', here), ('10.8.0.3', elsewhere)):
                with second.inside():
                    client = Client(gateway.url('cam1'), source=source)
                reply = client.request('SETUP', f'{gateway.url("cam1")}/trackID=0',
                                       [f'Transport: {offer}'])
                if isinstance(wanted, int):
                    assert reply.status == wanted, (offer, source, reply)
                else:
                    assert wanted in reply.headers['transport'], (offer, source, reply)
                    client.session = reply.headers['session'].split(';')[0]
                    assert client.request('TEARDOWN').status == 200
                client.vanish()
        assert not groups(gateway)


def test_one_pauses_and_the_others_go_on(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second):
        one, other = (GroupClient(h, gateway.url('cam1')).start() for h in (first, second))
        swarm = Swarm([one, other])
        swarm.run_until('both play', lambda: one.packets[0] and other.packets[0])
        swarm.remove(one)
        assert one.request('PAUSE').status == 200
        seen = len(other.packets[0])
        swarm.run_until('the other goes on', lambda: len(other.packets[0]) > seen + 50)
        assert groups(gateway)[0]['playing'] == 1 and gateway.stream('cam1')['viewers'] == 2
        swarm.remove(other)
        assert other.request('PAUSE').status == 200
        packets = groups(gateway)[0]['packets']
        arrived = gateway.stream('cam1')['inPackets']
        until('more comes in', lambda: gateway.stream('cam1')['inPackets'] > arrived + 50)
        assert groups(gateway)[0]['packets'] == packets, 'nobody plays'
        assert one.play().status == 200
        until('it plays again', lambda: groups(gateway)[0]['packets'] > packets)
        other.close()
        one.close()


def test_reports_to_the_group_are_a_viewers(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second):
        viewer = GroupClient(first, gateway.url('cam1')).start()
        Swarm([viewer]).run_until('it plays', lambda: viewer.packets[0])
        ssrc = viewer.packets[0][0].ssrc
        report = rtcp.rr(77, (ssrc, 64, 12, 70000, 900)) + rtcp.sdes(77, b'me')

        def told(times):
            for _ in range(times):
                viewer.send_rtcp(report)
            return [v for v in gateway.status()['viewers'] if v['tracks']]
        shown = until('the report is in', lambda: told(1))[0]['tracks'][0]
        assert (shown['loss'], shown['lost'], shown['jitter']) == (25, 12, 10)
        # Over three timeouts' time it lives by its reports alone.
        start = groups(gateway)[0]['age']
        until('time passes', lambda: told(1) and groups(gateway)[0]['age'] > start + 6)
        # A stranger's are nobody's.
        strays = gateway.status()['gateway']['strays']
        viewer.within = second
        viewer.send_rtcp(report)
        until('it is a stray', lambda: gateway.status()['gateway']['strays'] > strays)
        viewer.within = first
        viewer.close()


def test_a_viewer_that_is_killed_ends_the_group(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second), gate.capture('eth0') as wire:
        player = ffmpeg(first, gateway.url('cam1'), seconds=600)
        until('it plays', lambda: groups(gateway) and groups(gateway)[0]['packets'] > 100)
        group = groups(gateway)[0]['group'].split(':')[0]
        player.kill()
        player.communicate()
        until('the group ends', lambda: not groups(gateway))
        last = wire.datagrams(group)[-1]
        assert last.port in (5011, 5013), 'the last word is BYE'
        assert any(kind == rtcp.BYE for kind, _, _ in rtcp.packets(last.payload))
        assert 'reason="no sign of life"' in gateway.log.read_text()


@pytest.mark.must('D4', 'M5')
@pytest.mark.parametrize('family', ['IPv4', 'IPv6'])
def test_a_source_specific_group(tmp_path, family):
    host, kind = ('10.7.0.1', 'IP4') if family == 'IPv4' else ('fd07::1', 'IP6')
    with hall(tmp_path, host=host, pool=['232.7.0.0/16', 'ff35::/32']) as \
            (gateway, gate, first, second):
        viewer, other = (GroupClient(h, gateway.url('cam1'), names_source=True)
                         for h in (first, second))
        description = viewer.describe().body.decode()
        assert f'a=source-filter: incl IN {kind} * {host}\r\n' in description
        assert 'a=rtcp-unicast: reflection\r\n' in description
        viewer.start()
        other.start()
        assert viewer.group.startswith('232.7.' if family == 'IPv4' else 'ff35::')
        swarm = Swarm([viewer, other])
        swarm.run_until('both play', lambda: all(v.packets[0] and v.rtcp[0] for v in swarm.clients))
        # Reports go to where the sender's reports come from, and all hear them.
        port = source_port(second, other)
        report = rtcp.rr(77, (viewer.packets[0][0].ssrc, 64, 12, 70000, 900)) + rtcp.sdes(77, b'me')
        viewer.send_rtcp(report, to=(host, port))
        swarm.run_until('it is reflected', lambda: report in other.rtcp[0])
        assert [v['lost'] for v in gateway.status()['viewers'] if v['tracks']] == [12]
        other.close()
        viewer.close()


def source_port(host, viewer):
    """The port that RTCP to the group comes from."""
    with host.capture('eth0') as wire:
        arrived = until('a sender report', lambda: [
            d for d in wire.datagrams(viewer.group, 5011)])
        return arrived[0].source_port


def test_ffmpeg_plays_a_source_specific_group(tmp_path):
    with hall(tmp_path, pool='232.7.0.0/16', real=True) as (gateway, gate, first, second):
        player = ffmpeg(first, gateway.url('cam1'))
        assert pictures(player) >= 50


def test_a_pinned_group_is_the_paths(tmp_path):
    with hall(tmp_path, path={'multicastGroup': '239.255.99.7'}) as \
            (gateway, gate, first, second):
        viewer = GroupClient(first, gateway.url('cam1')).start()
        assert viewer.group == '239.255.99.7'
        viewer.close()
        until('it is released', lambda: not groups(gateway))
        again = GroupClient(first, gateway.url('cam1')).start()
        assert again.group == '239.255.99.7'
        again.close()


@pytest.mark.parametrize('domain', [{'pool': '239.255.99.7/32'}, {'interface': 'eth7'}])
def test_without_a_group_it_is_unicast_or_461(tmp_path, domain):
    with hall(tmp_path, **domain) as (gateway, gate, first, second):
        if 'pool' in domain:  # its only group goes to the first stream
            GroupClient(first, gateway.url('cam1')).start().close()
            until('it rests', lambda: not groups(gateway))
        both = 'RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1'
        for offer, status in (('RTP/AVP;multicast', 461), (both, 200)):
            with second.inside():
                client = Client(gateway.url('cam1'))
            reply = client.request('SETUP', f'{gateway.url("cam1")}/trackID=0',
                                   [f'Transport: {offer}'])
            assert reply.status == status, reply
            assert status != 200 or 'TCP' in reply.headers['transport']
            client.vanish()
        log = gateway.log.read_text()
        if 'pool' in domain:
            assert 'all groups of its pool are out' in log and 'domain=hall' in log
        else:
            assert "the domain's interface is not there" in log


def test_an_interface_comes_back(tmp_path):
    with hall(tmp_path) as (gateway, gate, first, second), first.capture('eth0') as wire:
        viewer = GroupClient(first, gateway.url('cam1')).start()
        until('it plays', lambda: wire.datagrams(viewer.group, 5010))
        gate.run('ip link set eth0 down')
        gate.run('ip link set eth0 up')
        before = len(wire.datagrams(viewer.group, 5010))
        until('it goes on', lambda: len(wire.datagrams(viewer.group, 5010)) > before + 50)
        viewer.close()


@pytest.mark.must('M8')
@pytest.mark.parametrize('family', ['IPv4', 'IPv6'])
def test_a_group_is_announced_while_it_is_sent(tmp_path, family):
    host, place = ('10.7.0.1', '239.255.255.255') if family == 'IPv4' else \
        ('fd07::1', 'ff05::2:7ffe')
    with hall(tmp_path, path={'announce': True}, host=host) as (gateway, gate, first, second), \
            second.capture('eth0') as wire:
        viewer = GroupClient(first, gateway.url('cam1')).start()
        heard, = until('it is announced', lambda: wire.datagrams(place, 9875))
        size = 8 if family == 'IPv4' else 20
        assert heard.payload[0] == (0x20 if size == 8 else 0x30) and heard.ttl == 255
        kind, _, text = heard.payload[size:].partition(b'\0')
        assert kind == b'application/sdp' and heard.source == host and len(text) < 1024
        ttl = '/3' if family == 'IPv4' else ''
        for line in ('s=cam1', f'c=IN {family[:2].upper()}{family[-1]} {viewer.group}{ttl}',
                     'm=video 5010 RTP/AVP 96', 'm=audio 5012 RTP/AVP 0'):
            assert f'\r\n{line}\r\n' in text.decode(), text
        player = second.popen(['ffmpeg', '-hide_banner', '-protocol_whitelist', 'file,udp,rtp',
                               '-i', describe(tmp_path, text), '-t', '1', '-map', '0', '-c', 'copy',
                               '-f', 'null', '-'], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        assert 'Video: h264' in player.communicate(timeout=60)[1]
        viewer.close()
        until('it is taken back', lambda: len(wire.datagrams(place, 9875)) == 2)
        last = wire.datagrams(place, 9875)[-1].payload
        assert last[0] & 4 and last[2:4] == heard.payload[2:4]
        assert last[size:].partition(b'\0')[2] == text.split(b'\r\n')[1] + b'\r\n'


def describe(folder, text):
    (folder / 'heard.sdp').write_bytes(text)
    return str(folder / 'heard.sdp')
